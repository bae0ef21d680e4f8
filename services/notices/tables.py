"""What notices keeps: who is invited to what, each mail, each answer, and how the post fares."""

from datetime import datetime
from typing import NoReturn

from sqlalchemy import BigInteger, MetaData
from sqlmodel import Field, SQLModel

from events.road.columns import UtcDateTime
from services.icalendar.entry import Entry
from services.notices.rules.answer import Answer
from services.notices.rules.mail import Mail
from services.notices.rules.recipient import Recipient
from services.records import Record, Records


class NoticesTable(SQLModel):
    metadata = MetaData()


class MeetingRow(NoticesTable, Record, table=True):
    """A meeting that has, or had, a date, as the feeds show it."""

    __tablename__ = "meeting"

    ends: datetime = Field(sa_type=UtcDateTime)


class RecipientRow(NoticesTable, Record, table=True):
    """A delegate who is invited."""

    __tablename__ = "recipient"


class MailRow(NoticesTable, Record, table=True):
    """A mail to one recipient about one revision of a meeting."""

    __tablename__ = "mail"

    recipient: str = Field(index=True)
    meeting: str = Field(index=True)
    stage: str = Field(index=True)
    due: datetime = Field(sa_type=UtcDateTime)
    ends: datetime = Field(sa_type=UtcDateTime)
    waits_with: str | None = Field(default=None, index=True)
    digest: str | None = Field(default=None, index=True)


class AnswerRow(NoticesTable, Record, table=True):
    """What one recipient answered to one invitation; the id follows from the mail it came in."""

    __tablename__ = "answer"

    recipient: str = Field(index=True)
    meeting: str = Field(index=True)


class AsideRow(NoticesTable, table=True):
    """A mail from the mailbox that changed nothing, and why. It stays in the mailbox."""

    __tablename__ = "aside"

    id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    sender: str
    subject: str
    reason: str


class PostRow(NoticesTable, table=True):
    """How a server fares: the one that takes mail (`out`), or the mailbox (`in`).

    `server` is none where the settings name none. `position` is the last UID that was read of the
    mailbox `place`, as long as it has that `validity` (RFC 9051, 2.3.1.1).
    """

    __tablename__ = "post"

    way: str = Field(primary_key=True)
    server: str | None
    error: str | None = None
    since: datetime = Field(sa_type=UtcDateTime)
    failures: int = 0
    retry_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    place: str | None = None
    validity: int = Field(default=0, sa_type=BigInteger)
    position: int = Field(default=0, sa_type=BigInteger)


def in_place(state: object, event: object) -> NoReturn:
    raise TypeError(f"{state} is written anew, and changes by no event like {event}")


MEETINGS = Records(MeetingRow, Entry, in_place, lambda state: {"ends": state.span.ends.at})
RECIPIENTS = Records(RecipientRow, Recipient, in_place)
MAILS = Records(
    MailRow,
    Mail,
    in_place,
    lambda state: {
        "recipient": state.recipient,
        "meeting": state.meeting,
        "stage": state.stage,
        "due": state.due,
        "ends": state.entry.span.ends.at,
        "waits_with": state.waits_with,
        "digest": state.digest,
    },
)
ANSWERS = Records(
    AnswerRow,
    Answer,
    in_place,
    lambda state: {"recipient": state.recipient, "meeting": state.meeting},
)
