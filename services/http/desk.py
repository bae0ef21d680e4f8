"""Where commands come in: each with its actor, once, on the newest state, or not at all."""

import hashlib
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any, NoReturn, Protocol

from fastapi import Depends, Header, HTTPException, Query, Request, Response
from pydantic import BaseModel

from events import tracing
from events.clock import Clock
from events.envelope import Cause
from events.road.conflicts import again_on_conflict
from events.road.database import Database
from events.road.session import Session
from events.road.transaction import Transaction, transaction
from events.vocabulary import Actor, Role
from services.reading import Reader
from services.receipts import Receipt
from services.records import LONGEST_PAGE
from services.refusals import KeyReusedError, StaleError
from services.state import State

Command = Callable[..., Awaitable[BaseModel]]


class Office(Protocol):
    """What a desk needs of a running service."""

    database: Database
    clock: Clock

    async def catch_up(self) -> None: ...


def office_of(request: Request, service: str) -> Office:
    office: Office = request.app.state.offices[service]
    return office


class RehearsedError(Exception):
    """Ends a transaction that is not to be kept, with what would have come of it."""

    def __init__(self, outcome: BaseModel) -> None:
        super().__init__("nothing is kept of a rehearsal")
        self.outcome = outcome


def take_back(outcome: BaseModel) -> NoReturn:
    raise RehearsedError(outcome)


class Desk:
    """Takes one HTTP request's command to the service it is for.

    `guarded`: what the address names, and what the answer tells, is only what the actor may read.
    """

    def __init__(
        self,
        office: Office,
        request: Request,
        actor: Actor,
        seen: int | None,
        *,
        guarded: bool = True,
    ) -> None:
        self.office = office
        self.guarded = guarded
        self.request = request
        self.actor = actor
        self.seen = seen
        self.key = request.headers.get("idempotency-key")

    async def run(self, command: Command, *args: Any, status: int = 200) -> Response:
        """Carry out `command(work, *args)` in one transaction and answer with what it returns.

        Deadlines that are due come first, so that no command sees a state that time has overtaken.
        The same Idempotency-Key brings the first answer again, and nothing happens.
        """
        await self.office.catch_up()
        return await again_on_conflict(partial(self.carry_out, command, args, status))

    async def rehearse(self, command: Command, *args: Any) -> BaseModel:
        """What would come of `command(work, *args)`; it is not carried out."""
        await self.office.catch_up()
        try:
            async with transaction(self.office.database, self.cause()) as work:
                await self.guard(work)
                take_back(await command(work, *args))
        except RehearsedError as end:
            return end.outcome

    def cause(self) -> Cause:
        return Cause(
            id=f"{self.actor}:{self.key}" if self.key else str(uuid.uuid4()),
            actor=self.actor,
            time=self.office.clock.now(),
            traceparent=tracing.here() or self.request.headers.get(tracing.NAME),
            seen=self.seen,
        )

    async def carry_out(self, command: Command, args: tuple[Any, ...], status: int) -> Response:
        fingerprint = self.fingerprint(command, args)
        cause = self.cause()
        async with transaction(self.office.database, cause) as work:
            if self.key and (given := await work.session.get(Receipt, self.key)):
                return self.again(given, fingerprint)
            reader = await self.guard(work)
            try:
                outcome = await command(work, *args)
            except StaleError as error:
                error.current = await reader.shown(error.current) if reader else error.current
                raise
            if reader and isinstance(outcome, State):
                outcome = await reader.shown(outcome)
            body = outcome.model_dump_json()
            etag = etag_of(outcome)
            if self.key:
                work.session.add(
                    Receipt(
                        key=self.key,
                        fingerprint=fingerprint,
                        at=cause.time,
                        status=status,
                        body=kept(outcome),
                        etag=etag,
                    )
                )
        return answer(status, body, etag)

    async def guard(self, work: Transaction) -> Reader | None:
        if not self.guarded:
            return None
        reader = await Reader.of(work.session, self.actor)
        await reader.check(*self.request.path_params.values())
        return reader

    def fingerprint(self, command: Command, args: tuple[Any, ...]) -> str:
        said = [a.model_dump(mode="json") if isinstance(a, BaseModel) else a for a in args]
        text = json.dumps([command.__qualname__, str(self.actor), said], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def again(self, given: Receipt, fingerprint: str) -> Response:
        if given.fingerprint != fingerprint:
            raise KeyReusedError(
                f"the key {given.key} was used for another command; take a new key for a new one"
            )
        return answer(given.status, given.body, given.etag)


def answer(status: int, body: str, etag: str | None) -> Response:
    headers = {"etag": etag} if etag else {}
    return Response(body, status, headers, media_type="application/json")


def kept(outcome: BaseModel) -> str:
    """The answer as a receipt keeps it: without the secrets that an outcome shows only once."""
    secrets = dict.fromkeys(getattr(outcome, "shown_once", ()))
    return outcome.model_copy(update=secrets).model_dump_json()


def etag_of(outcome: BaseModel) -> str | None:
    revision = getattr(outcome, "revision", None)
    return None if revision is None else f'"{revision}"'


def shown(outcome: BaseModel) -> Response:
    """An aggregate as it stands, with the ETag to send back as If-Match."""
    return answer(200, outcome.model_dump_json(), etag_of(outcome))


def actor_of(request: Request) -> Actor:
    """Who acts, from the Actor header (UTF-8): `party/role Name`."""
    written = request.headers.get("actor")
    if written is None:
        raise HTTPException(
            400, "say who acts: a header like 'Actor: kazakhstan/delegate A. Omarova'"
        )
    try:
        actor = Actor.parse(written.encode("latin-1").decode())
    except ValueError as error:
        raise HTTPException(400, f"the Actor header can't be read: {error}") from None
    if actor.role is Role.SYSTEM:
        raise HTTPException(400, "nobody acts as the system; name your own role")
    return actor


def revision_seen(request: Request) -> int | None:
    """The revision in If-Match; none where the header is missing or `*`."""
    written = request.headers.get("if-match", "*").strip()
    if written == "*":
        return None
    number = written.removeprefix("W/").strip('"')
    if not number.isdecimal():
        raise HTTPException(400, 'If-Match takes the ETag that you were given, like "3"')
    return int(number)


def desk_of(service: str, *, guarded: bool = True) -> Callable[..., Desk]:
    """The dependency by which a route of `service` takes commands."""

    def desk(
        request: Request,
        actor: Annotated[str | None, Header(examples=["kazakhstan/delegate A. Omarova"])] = None,
        idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
        if_match: Annotated[str | None, Header()] = None,
    ) -> Desk:
        del actor, idempotency_key, if_match  # declared for the API's description
        return Desk(
            office_of(request, service),
            request,
            actor_of(request),
            revision_seen(request),
            guarded=guarded,
        )

    return desk


def reading(service: str) -> Callable[[Request], AsyncIterator[Session]]:
    """The dependency by which a route of `service` reads tables that tell of no meeting."""

    async def session(request: Request) -> AsyncIterator[Session]:
        async with office_of(request, service).database.read() as opened:
            yield opened

    return session


def who_reads(request: Request) -> Actor | None:
    """The actor of the Actor header; nobody in particular without one."""
    return actor_of(request) if "actor" in request.headers else None


def reader_of(service: str, *, guarded: bool = True) -> Callable[..., AsyncIterator[Reader]]:
    """The dependency by which a route of `service` reads its tables.

    What the address names is checked before, unless the route does so itself: not `guarded`.
    """

    async def reader(
        request: Request,
        actor: Annotated[str | None, Header(examples=["kazakhstan/delegate A. Omarova"])] = None,
    ) -> AsyncIterator[Reader]:
        del actor  # declared for the API's description
        async with read_for(request, service) as reading:
            if guarded:
                await reading.check(*request.path_params.values())
            yield reading

    return reader


@asynccontextmanager
async def read_for(request: Request, service: str) -> AsyncIterator[Reader]:
    """The tables of `service`, as far as they are for whoever asks."""
    async with office_of(request, service).database.read() as session:
        yield await Reader.of(session, who_reads(request))


class Paging:
    """Where a page of a list starts and how long it is."""

    def __init__(
        self,
        after: Annotated[str | None, Query(max_length=200, description="`next` of a page")] = None,
        limit: Annotated[int, Query(ge=1, le=LONGEST_PAGE)] = 50,
    ) -> None:
        self.after = after
        self.limit = limit


Paged = Annotated[Paging, Depends()]
