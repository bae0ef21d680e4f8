"""What an answer to an invitation is worth: whose it is, to which revision, whether it counts."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from events.notices import AttendanceReplied, Participation
from events.vocabulary import Identifier
from services.icalendar.entry import Entry
from services.mail_addresses import same_for_all
from services.notices.rules.mail import UNSETTLED, Mail
from services.notices.rules.reading import Reply
from services.state import State

AHEAD = timedelta(days=1)


class Answer(State):
    """One reply, as it came. `stamp` is its DTSTAMP; `sender` the address that it was sent from.

    `sequence` is that of the meeting as the recipient knew it; `delegate` the address of who
    answered for the recipient, where another did.
    """

    meeting: Identifier
    recipient: str
    party: Identifier
    participation: Participation
    sequence: int
    stamp: datetime
    sender: str
    confirmed: bool = True
    delegate: str | None = None
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
    address than the one that was invited. Some servers put that one into ATTENDEE too; then it is
    the mail that the reply is a reply to, or the DELEGATED-FROM of whom somebody sent instead.
    """
    if entry is None or entry.uid != reply.uid:
        return f"nobody here has invited to {reply.uid}"
    if reply.organizer is not None and reply.organizer != same_for_all(organizer):
        return f"it answers an invitation of {reply.organizer}"
    out = [mail for mail in mails if mail.may_have_arrived or mail.stage in UNSETTLED]
    mine = to_whom(reply, out)
    if not mine:
        return f"{reply.attendee} was not invited to {entry.id}"
    newest = max(entry.sequence, *(mail.sequence for mail in mine))
    if reply.sequence > newest:
        return f"it answers revision {reply.sequence}, and there are {newest} so far"
    if reply.stamp > now + AHEAD:
        return f"it says that it was written in the future, {reply.stamp:%Y-%m-%d}"
    seen = [mail for mail in mine if mail.sequence <= reply.sequence]
    return max(seen or mine, key=lambda mail: mail.revision_told)


def to_whom(reply: Reply, mails: Sequence[Mail]) -> list[Mail]:
    """Those of `mails` that are to the one who is answered for."""
    for address in (reply.attendee, reply.delegator):
        if address and (found := [mail for mail in mails if mail.is_to(address)]):
            return found
    named = [mail for mail in mails if {mail.key, mail.digest} & set(reply.answers)]
    return [mail for mail in mails if named and mail.is_to(named[0].address)]


def is_from(sender: str, reply: Reply, mail: Mail) -> bool:
    """Whether it came from the one invited, or answers our mail by its Message-ID.

    SENT-BY and DELEGATED-FROM do not count: whoever wrote the reply wrote them too.
    """
    return mail.is_to(sender) or bool({mail.key, mail.digest} & set(reply.answers))


def sequence_of(reply: Reply, mail: Mail) -> int:
    """The meeting's SEQUENCE that `reply` to `mail` is about."""
    return max(reply.sequence - mail.ahead, 0)


def delegate_of(reply: Reply, mail: Mail) -> str | None:
    """Who answered for the one that `mail` is to; none where they did so themselves."""
    return None if mail.is_to(reply.attendee) else reply.attendee


def counting(answers: Iterable[Answer]) -> Answer | None:
    """The answer that counts, of all by one recipient about one meeting; only what is confirmed."""
    confirmed = (answer for answer in answers if answer.confirmed)
    return max(confirmed, key=lambda answer: answer.rank, default=None)


def in_doubt(answers: Sequence[Answer], entry: Entry) -> list[Answer]:
    """Those of one recipient that would count if somebody confirmed them."""
    counts = counting(answers)
    return [
        answer
        for answer in answers
        if not answer.confirmed
        and not is_old(answer, entry)
        and (counts is None or answer.rank > counts.rank)
    ]


def is_old(answer: Answer, entry: Entry) -> bool:
    """Whether another invitation has replaced the one that it answers."""
    return answer.sequence < entry.sequence


def said(answer: Answer, earlier: Sequence[Answer], entry: Entry) -> list[AttendanceReplied]:
    """What others are told of `answer`: nothing if it changes nothing, or is to an old revision.

    `earlier` are all other answers about the meeting.
    """
    before = counting(other for other in earlier if other.recipient == answer.recipient)
    if (
        not answer.confirmed
        or is_old(answer, entry)
        or (before is not None and before.rank >= answer.rank)
    ):
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
            delegation=together([answer, *earlier], answer.party, entry),
        )
    ]


def together(answers: Sequence[Answer], party: str, entry: Entry) -> Participation | None:
    """What a delegation says of the date as it is: it comes where one of its delegates does."""
    mine = [answer for answer in answers if answer.party == party]
    said = {
        counts.participation
        for recipient in {answer.recipient for answer in mine}
        if (counts := counting(a for a in mine if a.recipient == recipient)) is not None
        and not is_old(counts, entry)
    }
    return next((best for best in Participation if best in said), None)
