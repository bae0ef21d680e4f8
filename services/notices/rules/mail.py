"""A mail's life: it waits, goes out once, fails and is tried again, or makes way for another."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel

from events.moments import Moment, Span, Zone
from events.notices import Participation
from events.vocabulary import Identifier, Language, Prose, Title
from services.icalendar.calendar import Method
from services.icalendar.clocks import span_on_clocks
from services.icalendar.entry import Entry, Status
from services.icalendar.vevent import says_the_same
from services.mail_addresses import same_for_all
from services.notices.rules.recipient import URGENT, Digest, Quiet, Recipient, after_quiet, when_due
from services.refusals import WrongStateError
from services.state import State

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
PERMANENT = 500


class Kind(StrEnum):
    """What it is to the one who gets it. A withdrawal tells one that others meet without them."""

    INVITATION = "invitation"
    UPDATE = "update"
    CANCELLATION = "cancellation"
    WITHDRAWAL = "withdrawal"


class Stage(StrEnum):
    """Where a mail stands. What is `sending` when nobody sends was interrupted.

    `superseded`: a later revision went instead; `expired`: the meeting was over first.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


WAITING = (Stage.QUEUED, Stage.SENDING)
REACHED = (Stage.SENDING, Stage.SENT)
UNSETTLED = (Stage.FAILED, Stage.BOUNCED)


class Mail(State):
    """What one recipient is told of one revision of a meeting; the id follows from both.

    `known` is the meeting as the recipient was told of it last, if they have it; `participation`
    what the recipient has answered to this SEQUENCE; `dated` when it was first to go out, its Date.
    More than one of `attempts` may have arrived when the program or the connection was lost at the
    wrong moment: they have the same Message-ID. It is in `doubt` after one of which nobody knows
    what the server decided.

    `token` is drawn when it is first handed over, so that nobody but who got the mail can name it;
    `follows` is the first message about the meeting that the recipient has.

    `ahead` is by how much its SEQUENCE is above the meeting's: a withdrawal and an invitation after
    it each raise it by one, so that programs take them. `daily` mails wait for others to the same
    address, and `digest` is the id of the message in which they went.
    """

    recipient: str
    party: Identifier
    name: Title
    address: str
    language: Language
    zone: Zone
    kind: Kind
    entry: Entry
    known: Entry | None = None
    reason: Prose | None = None
    participation: Participation | None = None
    ahead: int = 0
    daily: bool = False
    quiet: Quiet | None = None
    digest: str | None = None
    token: str = ""
    follows: str | None = None
    queued: datetime
    dated: datetime
    due: datetime
    stage: Stage = Stage.QUEUED
    attempts: int = 0
    doubt: bool = False
    code: int | None = None
    error: str | None = None
    sent: datetime | None = None

    @property
    def meeting(self) -> str:
        return self.entry.id

    @property
    def span(self) -> Span:
        """When it is by the zone data of today."""
        return span_on_clocks(self.entry.span)

    @property
    def previous(self) -> Span | None:
        """The date that the recipient knows, where it is another."""
        if self.known is None or self.known.span == self.entry.span:
            return None
        return self.known.span

    @property
    def informed(self) -> bool:
        """Whether the recipient has the date of it: by this mail or by one before."""
        return self.stage in REACHED or (self.known is not None and self.previous is None)

    @property
    def key(self) -> str:
        """What it is called on its way: the left part of its Message-ID."""
        return f"{self.id}.{self.token}" if self.token else self.id

    @property
    def message(self) -> str:
        """The same of the message that it is in, a digest or its own."""
        return self.digest or self.key

    @property
    def calls_off(self) -> bool:
        return self.kind in {Kind.CANCELLATION, Kind.WITHDRAWAL}

    @property
    def method(self) -> Method:
        return Method.CANCEL if self.calls_off else Method.REQUEST

    @property
    def sequence(self) -> int:
        """RFC 5545 SEQUENCE, as this recipient is told it."""
        return self.entry.sequence + self.ahead

    @property
    def stamp(self) -> datetime:
        """DTSTAMP: as in the feeds, unless it tells what no feed does."""
        return max(self.queued, self.entry.changed) if self.ahead else self.entry.changed

    @property
    def revision_told(self) -> tuple[int, int]:
        """What orders the mails to one address about one meeting."""
        return self.entry.revision, self.ahead

    @property
    def may_have_arrived(self) -> bool:
        """Whether a server took it, or was given it and nobody knows what it decided."""
        return self.stage in REACHED or (self.doubt and self.stage is not Stage.BOUNCED)

    @property
    def waits_with(self) -> str | None:
        """The same for all mails that may go out in one; none where it goes alone."""
        if not self.daily:
            return None
        return f"{same_for_all(self.address)} {self.language} {self.zone}"

    def is_to(self, address: str) -> bool:
        return same_for_all(self.address) == same_for_all(address)


class MailShown(BaseModel):
    """A mail as the secretary sees it; `starts` is the date that it tells of.

    `message` is the left part of its Message-ID, by which servers on its way know it.
    """

    id: str
    mechanism: Identifier
    revision: int
    recipient: str
    party: Identifier
    name: Title
    address: str
    language: Language
    kind: Kind
    meeting: Identifier
    title: Title
    sequence: int
    starts: Moment
    stage: Stage
    digest: str | None
    message: str
    queued: datetime
    due: datetime
    sent: datetime | None
    attempts: int
    code: int | None
    error: str | None

    @classmethod
    def of(cls, mail: Mail) -> Self:
        entry = mail.entry
        return cls(
            **mail.model_dump(include=set(cls.model_fields) & set(Mail.model_fields)),
            meeting=entry.id,
            title=entry.title,
            sequence=mail.sequence,
            message=mail.message,
            starts=entry.span.starts,
        )


def id_of(recipient: Recipient, entry: Entry, ahead: int) -> str:
    told = f"{recipient.id} {recipient.address.lower()} {entry.id} {entry.revision}"
    if ahead:
        told += f" {ahead}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def id_of_digest(mails: Sequence[Mail]) -> str:
    """Of the message that has all `mails` in it: the same for the same ones."""
    told = " ".join(sorted(mail.key for mail in mails))
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def mail_for(
    recipient: Recipient,
    entry: Entry,
    earlier: Sequence[Mail],
    *,
    reason: str | None,
    participation: Participation | None,
    now: datetime,
) -> Mail | None:
    """What to tell `recipient` of `entry` after the mails `earlier` about it; none if nothing.

    A cancellation is no news to who never heard of the meeting, or is not invited any more, and
    nothing is to who has the same in the calendar already.
    """
    to_here = [mail for mail in earlier if mail.is_to(recipient.address)]
    mine = [mail for mail in to_here if mail.recipient == recipient.id]
    if entry.status is Status.CANCELLED and not is_invited(mine):
        return None
    last = latest(mail for mail in mine if mail.stage in REACHED)
    ahead = ahead_after(to_here)
    if last is None or last.calls_off:
        known, kind = None, Kind.INVITATION
    else:
        known, kind = last.entry, Kind.UPDATE
        if has_it(last, entry, mine) and ahead == last.ahead:
            return None
        if known.sequence < entry.sequence:
            reason = reason or entry.reason
    return written(
        recipient,
        entry,
        kind=Kind.CANCELLATION if entry.status is Status.CANCELLED else kind,
        ahead=ahead,
        known=known,
        reason=reason,
        participation=participation,
        now=now,
    )


def has_it(last: Mail, entry: Entry, mails: Iterable[Mail]) -> bool:
    """Whether who had `mails`, `last` for certain, would read nothing new in one about `entry`."""
    newest = latest(mail for mail in mails if mail.may_have_arrived)
    return newest == last and says_the_same(last.entry, entry)


def withdrawal_for(recipient: Recipient, earlier: Sequence[Mail], now: datetime) -> Mail | None:
    """What tells `recipient`, who has had `earlier` about a meeting, that it is without them.

    None where they never heard of it, or know that it is cancelled. It tells of the meeting as they
    know it, and nothing that came after.
    """
    to_here = [mail for mail in earlier if mail.is_to(recipient.address)]
    mine = [mail for mail in to_here if mail.recipient == recipient.id]
    last = latest(mail for mail in mine if mail.may_have_arrived)
    if last is None or last.calls_off:
        return None
    ahead = ahead_after(to_here) + 1
    return written(recipient, last.entry, kind=Kind.WITHDRAWAL, ahead=ahead, now=now)


def written(recipient: Recipient, entry: Entry, *, now: datetime, **more: Any) -> Mail:
    """A mail about `entry`, to go out when it suits `recipient`."""
    starts = span_on_clocks(entry.span).starts.at
    due = when_due(recipient, starts, now)
    return Mail(
        id=id_of(recipient, entry, more["ahead"]),
        mechanism=entry.mechanism,
        recipient=recipient.id,
        party=recipient.party,
        name=recipient.name,
        address=recipient.address,
        language=recipient.language,
        zone=recipient.zone,
        entry=entry,
        quiet=recipient.quiet,
        daily=recipient.digest is Digest.DAILY and due <= starts - URGENT,
        queued=now,
        dated=due,
        due=due,
        **more,
    )


def latest(mails: Iterable[Mail]) -> Mail | None:
    return max(mails, key=lambda mail: mail.revision_told, default=None)


def is_invited(mails: Sequence[Mail]) -> bool:
    """Whether who had `mails` has the meeting in the calendar, as far as is known."""
    last = latest(mail for mail in mails if mail.may_have_arrived)
    return last is not None and not last.calls_off


def ahead_after(mails: Sequence[Mail]) -> int:
    """By how much SEQUENCE is above the meeting's for who had `mails`."""
    last = latest(mail for mail in mails if mail.may_have_arrived)
    if last is None:
        return 0
    return last.ahead + (1 if last.kind is Kind.WITHDRAWAL else 0)


def last_to_each(mails: Iterable[Mail]) -> list[Mail]:
    """Of `mails` about a meeting, the last to each who was invited to it and not uninvited."""
    counting = [m for m in mails if m.stage not in {Stage.SUPERSEDED, Stage.EXPIRED}]
    counting.sort(key=lambda mail: mail.revision_told)
    here = {(mail.recipient, same_for_all(mail.address)): mail for mail in counting}
    invited = (mail for mail in here.values() if mail.kind is not Kind.WITHDRAWAL)
    return list({mail.recipient: mail for mail in invited}.values())


def is_void(mail: Mail, others: Sequence[Mail]) -> bool:
    """Whether `mail` need not go out, of `others` about the same meeting.

    There is a later one to the same address, or it calls off what was never sent there.
    """
    mine = [other for other in others if other.is_to(mail.address) and other.id != mail.id]
    later = any(
        other.revision_told > mail.revision_told and other.recipient == mail.recipient
        for other in mine
        if other.stage is not Stage.SUPERSEDED
    )
    return later or (mail.calls_off and not any(other.may_have_arrived for other in mine))


def named(mail: Mail, others: Sequence[Mail], token: str) -> Mail:
    """With what it is called on its way and what it follows, of `others` about the meeting.

    Both stay as they are however often it is tried, so that its bytes do.
    """
    if mail.token:
        return mail
    mine = [other for other in others if other.is_to(mail.address) and other.id != mail.id]
    before = [
        other
        for other in mine
        if other.may_have_arrived and other.revision_told < mail.revision_told
    ]
    first = min(before, key=lambda other: other.revision_told, default=None)
    return mail.model_copy(update={"token": token, "follows": first.message if first else None})


def claimed(mail: Mail, now: datetime) -> Mail:
    """About to be handed to the server; expired instead where the meeting is over."""
    if mail.span.ends.at <= now:
        return mail.model_copy(update={"stage": Stage.EXPIRED})
    update = {"stage": Stage.SENDING, "attempts": mail.attempts + 1, "doubt": in_doubt(mail)}
    return mail.model_copy(update=update)


def in_doubt(mail: Mail) -> bool:
    """Whether an attempt ended unknown: what is still being sent was interrupted."""
    return mail.doubt or mail.stage is Stage.SENDING


def when_it_suits(mail: Mail, at: datetime) -> datetime:
    """`at`, or the end of quiet hours; `at` all the same where the meeting is near."""
    later = after_quiet(mail.quiet, mail.zone, at)
    return at if later > mail.span.starts.at - URGENT else later


def released(mail: Mail) -> Mail:
    """Not handed over after all, through no fault of its own."""
    digest = mail.digest if mail.doubt else None
    update = {"stage": Stage.QUEUED, "attempts": mail.attempts - 1, "digest": digest}
    return mail.model_copy(update=update)


def sent(mail: Mail, now: datetime) -> Mail:
    return mail.model_copy(update={"stage": Stage.SENT, "sent": now, "code": None, "error": None})


def failed(mail: Mail, code: int | None, error: str, now: datetime) -> Mail:
    """After the server did not take it: queued for later, or failed for good.

    It is for good with a code of 5xx (RFC 5321, 4.2.1), and after the last of PAUSES. Without a
    code nobody knows whether it was taken. What may have arrived in a digest goes in the same one.
    """
    doubt = mail.doubt or code is None
    digest = mail.digest if doubt else None
    update: dict[str, object] = {"code": code, "error": error, "doubt": doubt, "digest": digest}
    if (code is not None and code >= PERMANENT) or mail.attempts > len(PAUSES):
        update["stage"] = Stage.FAILED
    else:
        update |= {
            "stage": Stage.QUEUED,
            "due": when_it_suits(mail, now + PAUSES[mail.attempts - 1]),
        }
    return mail.model_copy(update=update)


def bounced(mail: Mail, error: str) -> Mail:
    """A server on its way gave it back (RFC 3464)."""
    return mail.model_copy(update={"stage": Stage.BOUNCED, "error": error})


def delayed(mail: Mail, error: str) -> Mail:
    """A server on its way still tries; nothing new of what came back."""
    return mail if mail.stage is Stage.BOUNCED else mail.model_copy(update={"error": error})


def superseded(mail: Mail) -> Mail:
    """Made way for another."""
    return mail.model_copy(update={"stage": Stage.SUPERSEDED, "doubt": in_doubt(mail)})


def instead_of(known: Mail, mail: Mail) -> Mail:
    """`mail`, which has the id of `known`; the very same again, if that may have arrived."""
    if known.may_have_arrived:
        return known.model_copy(update={"stage": Stage.QUEUED, "due": mail.due})
    kept = {"revision": known.revision, "reason": mail.reason or known.reason}
    return mail.model_copy(update=kept)


def retried(mail: Mail, now: datetime) -> Mail:
    """Queued again; WrongStateError unless it failed or came back.

    What came back goes under another name, so that nothing said of the first counts for it.
    """
    if mail.stage not in UNSETTLED:
        raise WrongStateError(f"the mail is {mail.stage}; only failed and bounced ones are retried")
    if mail.span.ends.at <= now:
        raise WrongStateError("the meeting is over; nobody needs the mail any more")
    update = {"stage": Stage.QUEUED, "due": now, "attempts": 0, "digest": None}
    if mail.stage is Stage.BOUNCED:
        update |= {"token": "", "doubt": False}
    return mail.model_copy(update=update)
