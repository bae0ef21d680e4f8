"""What a mail is, and where it stands."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel

from events.moments import Moment, Span, Zone
from events.notices import Participation
from events.vocabulary import Identifier, Language, Prose, Title
from services.icalendar.calendar import Method
from services.icalendar.clocks import span_on_clocks
from services.icalendar.entry import Entry
from services.mail_addresses import same_for_all
from services.notices.rules.recipient import Quiet, Recipient
from services.state import State


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
STANDING = (*WAITING, Stage.SENT)
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
