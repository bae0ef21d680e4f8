"""A real SMTP server, aiosmtpd, that keeps what it takes and refuses what it is told to."""

import asyncio
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any, ClassVar

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from services.notices.post import Server, Tls
from services.notices.rules.reading import parsed

PATIENCE = 20.0
USER, PASSWORD = "secretariat", "пароль"
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Certificate:
    """Of this machine, signed by itself."""

    file: Path
    key: Path

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context


def certificate(folder: Path) -> Certificate:
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    asked = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=localhost", "-addext", f"subjectAltName=DNS:localhost,IP:{HOST}"]
    files = ["-out", str(made.file), "-keyout", str(made.key), "-days", "2"]
    subprocess.run(["openssl", "req", *asked, *names, *files], check=True, capture_output=True)
    return made


class Reporting(SMTP):
    """Knows RFC 3461, which aiosmtpd itself does not, and keeps what was wished."""

    wishes: ClassVar[list[str]] = []

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        await super().smtp_MAIL(self.without_wishes(arg))

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        await super().smtp_RCPT(self.without_wishes(arg))

    def without_wishes(self, arg: str) -> str:
        words = arg.split()
        wished = [word for word in words if word.startswith(("ENVID=", "RET=", "NOTIFY="))]
        self.wishes.extend(wished)
        return " ".join(word for word in words if word not in wished)


@dataclass
class PostOffice:
    """What came, in order. `answers` are given to the next recipients, or in place of a 250."""

    server: Server
    to_recipients: list[str] = field(default_factory=list)
    to_mails: list[str] = field(default_factory=list)
    asked: int = 0
    taken: list[Envelope] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    before_recipient: Callable[[Envelope], None] = lambda _: None
    before_answer: Callable[[Envelope], None] = lambda _: None

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, _: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        more = ["250-DSN"] if isinstance(server, Reporting) else []
        return [*responses[:-1], *more, *responses[-1:]]

    async def handle_MAIL(  # noqa: N802
        self, _: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, _: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.before_recipient(envelope)
        answer = self.to_recipients.pop(0) if self.to_recipients else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        await self.tell()
        return answer

    async def handle_DATA(self, _: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.to_mails.pop(0) if self.to_mails else "250 taken"
        if answer.startswith("250"):
            self.taken.append(envelope)
        self.before_answer(envelope)
        await self.tell()
        return answer

    async def tell(self) -> None:
        async with self.changed:
            self.asked += 1
            self.changed.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(condition)

    async def mails(self, number: int) -> list[EmailMessage]:
        """All mails, as soon as there are `number`."""
        await self.until(lambda: len(self.taken) >= number)
        return [parsed(raw_of(envelope)) for envelope in self.taken]


def raw_of(envelope: Envelope) -> bytes:
    assert isinstance(envelope.original_content, bytes)
    return envelope.original_content


def authenticate(_: Any, __: Any, ___: Any, mechanism: str, given: Any) -> AuthResult:
    right = isinstance(given, LoginPassword) and (given.login, given.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=right, handled=not right and False)


@asynccontextmanager
async def post_office(
    made: Certificate,
    tls: Tls = Tls.STARTTLS,
    port: int = 0,
    kind: type[SMTP] = SMTP,
    *,
    utf8: bool = False,
) -> AsyncIterator[PostOffice]:
    """One that is open at a free port of this machine, or at `port`; knows SMTPUTF8 if `utf8`."""
    secured = tls is not Tls.NONE
    office = PostOffice(Server(HOST, port, tls))
    more: dict[str, Any] = {"authenticator": authenticate, "auth_required": secured}
    if tls is Tls.STARTTLS:
        more |= {"tls_context": made.context, "require_starttls": True}
    elif tls is Tls.IMPLICIT:
        more = {
            "authenticator": authenticate,
            "auth_require_tls": False,
        }  # for it knows STARTTLS alone
    else:
        more = {}
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(
        lambda: kind(office, hostname="mail.test", loop=loop, enable_SMTPUTF8=utf8, **more),
        HOST,
        port,
        ssl=made.context if tls is Tls.IMPLICIT else None,
    )
    office.server = Server(
        HOST,
        listening.sockets[0].getsockname()[1],
        tls,
        username=USER if secured else None,
        password=PASSWORD if secured else None,
        authority=str(made.file) if secured else None,
    )
    try:
        yield office
    finally:
        listening.close()
