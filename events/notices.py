"""What the `notices` service says: how delegates answered their invitations."""

from enum import StrEnum

from pydantic import Field

from events.event import Event
from events.vocabulary import Identifier


class Participation(StrEnum):
    """What a delegate says of an invitation (RFC 5545 PARTSTAT)."""

    ACCEPTED = "accepted"
    TENTATIVE = "tentative"
    DECLINED = "declined"


class AttendanceReplied(Event, name="meeting.attendance-replied", about="meeting"):
    """A delegate of `party` answered the invitation of that `sequence`.

    Several of a party may be invited and answer; who they are is not said. `delegation` is what
    they all have answered to it together: that they come, where one of them does.
    """

    meeting: Identifier
    party: Identifier
    participation: Participation
    sequence: int = Field(ge=0, description="RFC 5545 SEQUENCE of the invitation answered")
    delegation: Participation | None = Field(
        default=None, description="Of all of the party together; missing before it was said"
    )
