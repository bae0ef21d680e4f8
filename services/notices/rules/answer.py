"""What an answer to an invitation is worth: whose it is, to which revision, whether it counts."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from events.notices import AttendanceReplied, Participation
from events.vocabulary import Identifier
from services.icalendar.entry import Entry
from services.notices.rules.mail import Mail, Stage
from services.notices.rules.reading import Reply
from services.state import State

AHEAD = timedelta(days=1)


class Answer(State):
    """One reply, as it came. `stamp` is its DTSTAMP; `sender` the address that it was sent from."""

    meeting: Identifier
    recipient: str
    party: Identifier
    participation: Participation
    sequence: int
    stamp: datetime
    sender: str
    comment: str | None = None
    received: datetime

    @property
    def rank(self) -> tuple[int, datetime, datetime]:
        """The highest counts (RFC 5546, 2.1.5)."""
        return self.sequence, self.stamp, self.received


def whose(
    reply: Reply, entry: Entry | None, mails: Sequence[Mail], organizer: str, now: datetime
) -> Mail | str:
    """The mail that `reply` answers, of `mails` about the meeting; or why it answers none.

    ATTENDEE decides: some programs leave ORGANIZER out, and some people answer from another
    address than the one that was invited.
    """
    if entry is None or entry.uid != reply.uid:
        return f"nobody here has invited to {reply.uid}"
    if reply.organizer is not None and reply.organizer != organizer.lower():
        return f"it answers an invitation of {reply.organizer}"
    mine = [
        mail
        for mail in mails
        if mail.address.lower() == reply.attendee
        and mail.stage not in {Stage.QUEUED, Stage.SUPERSEDED, Stage.EXPIRED}
    ]
    if not mine:
        return f"{reply.attendee} was not invited to {entry.id}"
    if reply.sequence > entry.sequence:
        return f"it answers revision {reply.sequence}, and there are {entry.sequence} so far"
    if reply.stamp > now + AHEAD:
        return f"it says that it was written in the future, {reply.stamp:%Y-%m-%d}"
    return max(mine, key=lambda mail: mail.revision_told)


def counting(answers: Iterable[Answer]) -> Answer | None:
    """The answer that counts, of all by one recipient about one meeting."""
    return max(answers, key=lambda answer: answer.rank, default=None)


def is_old(answer: Answer, entry: Entry) -> bool:
    """Whether another invitation has replaced the one that it answers."""
    return answer.sequence < entry.sequence


def said(answer: Answer, earlier: Sequence[Answer], entry: Entry) -> list[AttendanceReplied]:
    """What others are told of `answer`: nothing if it changes nothing, or is to an old revision."""
    before = counting(earlier)
    if is_old(answer, entry) or (before is not None and before.rank >= answer.rank):
        return []
    if before is not None and (before.participation, before.sequence) == (
        answer.participation,
        answer.sequence,
    ):
        return []
    return [
        AttendanceReplied(
            mechanism=answer.mechanism,
            meeting=answer.meeting,
            party=answer.party,
            participation=answer.participation,
            sequence=answer.sequence,
        )
    ]
