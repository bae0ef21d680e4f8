"""A mail's life: it waits, goes out once, fails and is tried again, or makes way for another."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from pydantic import BaseModel

from events.moments import Moment, Span, Zone
from events.notices import Participation
from events.vocabulary import Identifier, Language, Prose, Title
from services.icalendar.calendar import Method
from services.icalendar.entry import Entry, Status
from services.notices.rules.recipient import Recipient, when_due
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
    """What it is to the one who gets it."""

    INVITATION = "invitation"
    UPDATE = "update"
    CANCELLATION = "cancellation"


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

    `previous` is the date that the recipient knows, where it is another; `participation` what the
    recipient has answered to this SEQUENCE; `dated` when it was first to go out, its Date. More
    than one of `attempts` may have arrived when the program or the connection was lost at the wrong
    moment: they have the same Message-ID.
    """

    recipient: str
    party: Identifier
    name: Title
    address: str
    language: Language
    zone: Zone
    kind: Kind
    entry: Entry
    previous: Span | None = None
    reason: Prose | None = None
    participation: Participation | None = None
    queued: datetime
    dated: datetime
    due: datetime
    stage: Stage = Stage.QUEUED
    attempts: int = 0
    code: int | None = None
    error: str | None = None
    sent: datetime | None = None

    @property
    def meeting(self) -> str:
        return self.entry.id

    @property
    def method(self) -> Method:
        return Method.CANCEL if self.kind is Kind.CANCELLATION else Method.REQUEST

    @property
    def revision_told(self) -> int:
        """What orders the mails to one recipient about one meeting."""
        return self.entry.revision


class MailShown(BaseModel):
    """A mail as the secretary sees it; `starts` is the date that it tells of."""

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
            sequence=entry.sequence,
            starts=entry.span.starts,
        )


def id_of(recipient: Recipient, entry: Entry) -> str:
    told = f"{recipient.id} {recipient.address.lower()} {entry.id} {entry.revision}"
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

    A cancellation is no news to who never heard of the meeting.
    """
    reached = [
        mail
        for mail in earlier
        if mail.stage in REACHED and mail.address.lower() == recipient.address.lower()
    ]
    if entry.status is Status.CANCELLED and not reached:
        return None
    kind = Kind.UPDATE if reached else Kind.INVITATION
    due = when_due(recipient, entry.span.starts.at, now)
    known = max(reached, key=lambda mail: mail.revision_told).entry.span if reached else None
    return Mail(
        id=id_of(recipient, entry),
        mechanism=entry.mechanism,
        recipient=recipient.id,
        party=recipient.party,
        name=recipient.name,
        address=recipient.address,
        language=recipient.language,
        zone=recipient.zone,
        kind=Kind.CANCELLATION if entry.status is Status.CANCELLED else kind,
        entry=entry,
        previous=known if known != entry.span else None,
        reason=reason,
        participation=participation,
        queued=now,
        dated=due,
        due=due,
    )


def claimed(mail: Mail, now: datetime) -> Mail:
    """About to be handed to the server; expired instead where the meeting is over."""
    if mail.entry.span.ends.at <= now:
        return mail.model_copy(update={"stage": Stage.EXPIRED})
    return mail.model_copy(update={"stage": Stage.SENDING, "attempts": mail.attempts + 1})


def released(mail: Mail) -> Mail:
    """Not handed over after all, through no fault of its own."""
    return mail.model_copy(update={"stage": Stage.QUEUED, "attempts": mail.attempts - 1})


def sent(mail: Mail, now: datetime) -> Mail:
    return mail.model_copy(update={"stage": Stage.SENT, "sent": now, "code": None, "error": None})


def failed(mail: Mail, code: int | None, error: str, now: datetime) -> Mail:
    """After the server did not take it: queued for later, or failed for good.

    It is for good with a code of 5xx (RFC 5321, 4.2.1), and after the last of PAUSES.
    """
    update: dict[str, object] = {"code": code, "error": error}
    if (code is not None and code >= PERMANENT) or mail.attempts > len(PAUSES):
        update["stage"] = Stage.FAILED
    else:
        update |= {"stage": Stage.QUEUED, "due": now + PAUSES[mail.attempts - 1]}
    return mail.model_copy(update=update)


def bounced(mail: Mail, error: str) -> Mail:
    """A server on its way gave it back (RFC 3464)."""
    return mail.model_copy(update={"stage": Stage.BOUNCED, "error": error})


def delayed(mail: Mail, error: str) -> Mail:
    """A server on its way still tries."""
    return mail.model_copy(update={"error": error})


def superseded(mail: Mail) -> Mail:
    return mail.model_copy(update={"stage": Stage.SUPERSEDED})


def retried(mail: Mail, now: datetime) -> Mail:
    """Queued again; WrongStateError unless it failed or came back."""
    if mail.stage not in UNSETTLED:
        raise WrongStateError(f"the mail is {mail.stage}; only failed and bounced ones are retried")
    if mail.entry.span.ends.at <= now:
        raise WrongStateError("the meeting is over; nobody needs the mail any more")
    return mail.model_copy(update={"stage": Stage.QUEUED, "due": now, "attempts": 0})
