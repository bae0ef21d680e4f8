"""Where mail goes out and comes in, as the settings have it, and how the two servers fare."""

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Self

from events.road.conflicts import again_on_conflict
from events.road.database import Database
from events.road.session import Session
from services.mail_addresses import LIKE
from services.notices.tables import PostRow
from services.organizer import address_in

OUT, IN = "out", "in"
TLS_WORDS = "starttls, implicit, none"
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=5)


class Tls(StrEnum):
    """How a connection is encrypted: after STARTTLS, from its first byte, or not at all."""

    STARTTLS = "starttls"
    IMPLICIT = "implicit"
    NONE = "none"


PORTS = {
    "SMTP": {Tls.STARTTLS: 587, Tls.IMPLICIT: 465, Tls.NONE: 25},
    "IMAP": {Tls.STARTTLS: 143, Tls.IMPLICIT: 993, Tls.NONE: 143},
}
USUAL = {"SMTP": Tls.STARTTLS, "IMAP": Tls.IMPLICIT}


class PostSettingsError(Exception):
    """Settings of the post that contradict one another; says which."""


@dataclass(frozen=True)
class Server:
    """A mail server, and what opens it; of one with mailboxes, the folder that is read."""

    host: str
    port: int
    tls: Tls
    username: str | None = None
    password: str | None = None
    authority: str | None = None
    folder: str = "INBOX"

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def place(self) -> str:
        """What a mailbox is known by: whose it is, and where, and the folder in it."""
        return f"{self.username}@{self.host}/{self.folder}"

    @property
    def context(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.authority)

    @classmethod
    def from_settings(cls, prefix: str, said: Mapping[str, str]) -> Self | None:
        """As the variables PREFIX_… have it; none without PREFIX_HOST.

        HOST, PORT, TLS (starttls, implicit, none), USERNAME with PASSWORD, CA with the file of the
        authority to trust, and FOLDER. A password is never sent without TLS.
        """
        value = {name: said.get(f"{prefix}_{name}") or None for name in SETTINGS}
        if value["HOST"] is None:
            return None
        tls = value["TLS"] or USUAL[prefix]
        if tls not in set(Tls):
            raise PostSettingsError(f"{prefix}_TLS is {tls}; it takes one of {TLS_WORDS}")
        if (value["USERNAME"] is None) != (value["PASSWORD"] is None):
            raise PostSettingsError(f"{prefix}_USERNAME and {prefix}_PASSWORD go together")
        if value["PASSWORD"] and tls == Tls.NONE:
            raise PostSettingsError(f"{prefix}_TLS is none, and a password needs TLS")
        port = value["PORT"] or str(PORTS[prefix][Tls(tls)])
        if not port.isdecimal():
            raise PostSettingsError(f"{prefix}_PORT is {port}; it takes a number")
        return cls(
            host=value["HOST"],
            port=int(port),
            tls=Tls(tls),
            username=value["USERNAME"],
            password=value["PASSWORD"],
            authority=value["CA"],
            folder=value["FOLDER"] or "INBOX",
        )


SETTINGS = ("HOST", "PORT", "TLS", "USERNAME", "PASSWORD", "CA", "FOLDER")


@dataclass(frozen=True)
class Post:
    """The server that takes mail, the one with the mailbox, and the address of both.

    `address` is the organizer's: mail comes from it, and answers go to it. `authority` is the name
    under which the mailbox's server says of a mail whether its sender is genuine. Without a mailbox
    nobody but a person reads what comes to `address`.
    """

    address: str
    out: Server | None
    mailbox: Server | None
    authority: str | None = None

    @property
    def reads_answers(self) -> bool:
        return self.mailbox is not None

    @property
    def warning(self) -> str | None:
        """What whoever starts this should know of what is missing."""
        if self.out is None or self.reads_answers:
            return None
        return (
            "Answers to invitations are not read: SMTP_HOST is set and IMAP_HOST is not, so mails "
            f"ask to write to {self.address}"
        )

    @classmethod
    def from_settings(cls, said: Mapping[str, str] = os.environ) -> Self:
        """As MAIL_ADDRESS, SMTP_…, IMAP_… and IMAP_AUTHSERV_ID in `said` have it.

        PostSettingsError when they contradict; OrganizerError.
        """
        address = address_in(said)
        out = Server.from_settings("SMTP", said)
        mailbox = Server.from_settings("IMAP", said)
        if (out or mailbox) and not address:
            raise PostSettingsError(
                "MAIL_ADDRESS is missing, the address that mail comes from and answers go to: "
                f"{LIKE}"
            )
        if mailbox is not None and mailbox.username is None:
            raise PostSettingsError("IMAP_USERNAME and IMAP_PASSWORD are missing")
        return cls(address, out, mailbox, said.get("IMAP_AUTHSERV_ID") or None)


async def standing(session: Session, way: str) -> PostRow | None:
    """How the server of `way` fares; none where no copy has run yet."""
    return await session.get(PostRow, way)


async def fares(database: Database, way: str, server: Server | None, now: datetime) -> PostRow:
    """How `server` fares, begun anew where it is another than before."""
    async with database.read() as session:
        row = await standing(session, way)
    place = server.place if way == IN and server is not None else None
    if row is None or row.server != named(server) or place not in {None, row.place}:
        return await again_on_conflict(partial(note, database, way, server, None, now))
    return row


def named(server: Server | None) -> str | None:
    return None if server is None else str(server)


async def note(
    database: Database, way: str, server: Server | None, error: str | None, now: datetime
) -> PostRow:
    """Keep that the server of `way` fares like this, and when to ask it again after an error."""
    async with database.write() as session:
        row = await session.get(PostRow, way, locked=True)
        if row is None:
            row = PostRow(way=way, server=named(server), since=now)
        if (row.server, row.error) != (named(server), error):
            row.since = now
        row.server, row.error = named(server), error
        if way == IN and server is not None:
            settle_in(row, server.place)
        row.failures = row.failures + 1 if error else 0
        row.retry_at = now + pause(row.failures) if error else None
        session.put(row)
    return row


def settle_in(row: PostRow, place: str) -> None:
    """Read the mailbox from its beginning, if it is another than before.

    Answers in it that are known already count no second time.
    """
    if row.place not in {None, place}:
        row.validity = row.position = 0
    row.place = place


def pause(failures: int) -> timedelta:
    """How long to leave a server alone that failed so often: 5 s, 10 s, 20 s … 5 min."""
    factor: int = 2 ** min(failures - 1, 10)
    return min(FIRST_PAUSE * factor, LONGEST_PAUSE)
