"""What the `agendas` service says: what will be talked about, and where each item came from."""

from enum import StrEnum

from pydantic import Field

from events.event import Event, Fact
from events.vocabulary import Identifier, ObligationId, Prose, Title


class ItemKind(StrEnum):
    """Why an item stands on an agenda."""

    STANDING = "standing"
    PROPOSED = "proposed"
    SUPPLEMENTARY = "supplementary"
    CARRIED = "carried"


class OriginKind(StrEnum):
    """What an item goes back to."""

    PROPOSAL = "proposal"
    FOLLOW_UP = "follow-up"
    ESCALATION = "escalation"
    REFERRAL = "referral"
    POSTPONED = "postponed"
    ANNOUNCEMENT = "announcement"


class Origin(Fact):
    """Where an item came from: the id of a proposal, follow-up, referral, decision or item."""

    kind: OriginKind
    id: str = Field(max_length=200)
    note: Title | None = Field(default=None, description="For instance: overdue since 2027-05-01")


class AgendaItem(Fact):
    """One item. `number` is its place on this agenda, like 4 or 4.2; `item` its identity.

    A `restricted` one goes back to a restricted meeting: only who has a seat there is told of it.
    """

    item: Identifier
    number: str = Field(pattern=r"^\d+(\.\d+)?$")
    title: Title
    kind: ItemKind
    origin: Origin | None = None
    proposed_by: Identifier | None = None
    serves: tuple[ObligationId, ...] = ()
    restricted: bool = False


class ItemProposed(Event, name="agenda.item-proposed", about="proposal"):
    """A party proposed an item. After the submission deadline it is supplementary."""

    proposal: Identifier
    meeting: Identifier | None = Field(description="None while the next meeting has no date")
    party: Identifier
    title: Title
    explanation: Prose | None = None
    serves: tuple[ObligationId, ...] = ()
    supplementary: bool


class ProposalWithdrawn(Event, name="agenda.proposal-withdrawn", about="proposal"):
    """The party took its proposal back."""

    proposal: Identifier
    party: Identifier


class LeaveGranted(Event, name="agenda.leave-granted", about="proposal"):
    """The chair lets a supplementary item onto the agenda."""

    proposal: Identifier
    meeting: Identifier


class LeaveRefused(Event, name="agenda.leave-refused", about="proposal"):
    """The chair keeps a supplementary item for the next meeting."""

    proposal: Identifier
    meeting: Identifier
    reason: Prose


class SubmissionsClosed(Event, name="agenda.submissions-closed", about="meeting"):
    """From now on a proposal needs the chair's leave."""

    meeting: Identifier


class AgendaCirculated(Event, name="agenda.circulated", about="meeting"):
    """The provisional agenda, or a revision of it, went to all parties."""

    meeting: Identifier
    revision: int = Field(ge=0, description="0 at first, then Rev.1, Rev.2, …")
    items: tuple[AgendaItem, ...]


class AgendaAdopted(Event, name="agenda.adopted", about="meeting"):
    """The meeting adopted its agenda as item 1."""

    meeting: Identifier
    items: tuple[AgendaItem, ...]


class ItemsRestricted(Event, name="agenda.items-restricted", about="meeting"):
    """Other items than before go back to a restricted meeting; the agenda stands as it was."""

    meeting: Identifier
    items: tuple[AgendaItem, ...]


class ItemPostponed(Event, name="agenda.item-postponed", about="item"):
    """The meeting did not reach or did not finish an item; it goes to the next meeting."""

    item: Identifier
    meeting: Identifier
    title: Title
    origin: Origin | None
    serves: tuple[ObligationId, ...] = ()
    reason: Prose


class AgendaWithdrawn(Event, name="agenda.withdrawn", about="meeting"):
    """The meeting was cancelled; its proposals and carried items wait for the next one."""

    meeting: Identifier
