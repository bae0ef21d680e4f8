"""A stage on which one service, or all, run for real on SQLite under a clock that tests move."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
import uvicorn
from sqlalchemy import select
from sqlmodel import col

from events.clock import SetClock
from events.envelope import Cause, Envelope
from events.event import Event
from events.mechanisms import (
    AgreementRegistered,
    MechanismRegistered,
    Modality,
    Obligation,
    PartyFacts,
    Rules,
)
from events.road.database import Database
from events.road.local import LogRow
from events.vocabulary import SYSTEM
from services.program.app import create_app
from services.program.demo.audit import twice
from services.program.embedded import Program
from services.program.serve import Server, listening
from services.program.worker import Worker
from services.service import Service

pytest_plugins = ["tests.servers", "tests.calendars.readers"]

os.environ.pop("COLUMNS", None)  # xdist's, which a rich console would keep whatever a test sets

E = TypeVar("E", bound=Event)

START = datetime(2027, 1, 4, 6, tzinfo=UTC)

PARTIES = (
    PartyFacts(
        id="china",
        name="China",
        side="china",
        zone="Asia/Shanghai",
        capital="Beijing",
        capital_names=("北京", "Пекин"),
        languages=("zh",),
    ),
    PartyFacts(
        id="kazakhstan",
        name="Kazakhstan",
        side="central_asia",
        zone="Asia/Almaty",
        capital="Astana",
        capital_names=("Астана",),
        languages=("kk", "ru"),
    ),
    PartyFacts(
        id="kyrgyzstan",
        name="Kyrgyzstan",
        side="central_asia",
        zone="Asia/Bishkek",
        capital="Bishkek",
        languages=("ky", "ru"),
    ),
    PartyFacts(
        id="tajikistan",
        name="Tajikistan",
        side="central_asia",
        zone="Asia/Dushanbe",
        capital="Dushanbe",
        languages=("tg", "ru"),
    ),
    PartyFacts(
        id="turkmenistan",
        name="Turkmenistan",
        side="central_asia",
        zone="Asia/Ashgabat",
        capital="Ashgabat",
        languages=("tk", "ru"),
    ),
    PartyFacts(
        id="uzbekistan",
        name="Uzbekistan",
        side="central_asia",
        zone="Asia/Tashkent",
        capital="Tashkent",
        languages=("uz", "ru"),
    ),
)

CORRIDORS = AgreementRegistered(
    mechanism="customs-heads",
    key="A15",
    number=15,
    summary="Extend express corridors for agri-food goods to all border crossings",
    theme="customs",
    mechanisms=("customs-heads",),
    link_confidence="high",
    obligations=(
        Obligation(id="A15.1", modality=Modality.OPERATE, action="extend express corridors"),
        Obligation(id="A15.2", modality=Modality.CONSIDER, action="consider a joint list"),
    ),
)

CUSTOMS = MechanismRegistered(
    mechanism="customs-heads",
    number=9,
    short_name="Heads of customs",
    full_name="Central Asia - China mechanism of meetings of the heads of customs services",
    kind="customs",
    level="heads_of_service",
    status="initiated",
    parent="heads-of-state",
    parties=PARTIES,
    rules=Rules(
        symbol_prefix="CAC/CUSTOMS",
        host_order=tuple(party.id for party in PARTIES),
        standing_items=("Follow-up to earlier decisions", "Any other business"),
    ),
    agreements=(6, 14, 15, 16),
)

SUMMIT = CUSTOMS.model_copy(
    update={
        "mechanism": "heads-of-state",
        "number": None,
        "short_name": "Heads of state",
        "full_name": "Central Asia - China mechanism of meetings of the heads of state",
        "kind": "heads_of_state",
        "level": "heads_of_state",
        "status": "creation_agreed",
        "parent": None,
        "rules": CUSTOMS.rules.model_copy(update={"symbol_prefix": "CAC/SUMMIT"}),
        "agreements": (1, 53, 54),
    }
)


class Stage:
    """Services in one process: tell them events, send them commands, move the clock, listen."""

    def __init__(self, program: Program, clock: SetClock) -> None:
        self.program = program
        self.clock = clock
        self.told = 0
        transport = httpx.ASGITransport(create_app(program.services, program.workers))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://secretariat")

    async def tell(self, *events: Event, by: Any = SYSTEM) -> None:
        """Put `events` on the road as another service would, and let everything settle."""
        for event in events:
            self.told += 1
            cause = Cause(id=f"test-{self.told}", actor=by, time=self.clock.now())
            await self.program.road.publish(
                [Envelope.seal(event, source="/test", cause=cause, ordinal=0)]
            )
        await self.program.settle()

    async def send(
        self, method: str, path: str, body: Any, actor: str, headers: dict[str, str]
    ) -> httpx.Response:
        """Send a command, and let everything settle."""
        answer = await self.http.request(
            method, f"/api/v1{path}", json=body, headers=headers_of(actor, headers)
        )
        await self.program.settle()
        return answer

    async def post(
        self, path: str, body: Any = None, *, actor: str = "secretary", **headers: str
    ) -> httpx.Response:
        """Header names are written with underscores."""
        return await self.send("POST", path, body, actor, headers)

    async def put(
        self, path: str, body: Any = None, *, actor: str = "secretary", **headers: str
    ) -> httpx.Response:
        return await self.send("PUT", path, body, actor, headers)

    async def patch(
        self, path: str, body: Any = None, *, actor: str = "secretary", **headers: str
    ) -> httpx.Response:
        return await self.send("PATCH", path, body, actor, headers)

    async def get(self, path: str, **params: Any) -> httpx.Response:
        return await self.http.get(f"/api/v1{path}", params=params)

    async def advance(self, instant: datetime) -> None:
        """Move the clock on to `instant`, with every deadline on the way."""
        await self.program.advance(self.clock, instant)

    async def envelopes(self) -> list[Envelope]:
        """All that is on the road, in order."""
        async with self.program.road.database.read() as session:
            rows = await session.scalars(select(LogRow).order_by(col(LogRow.position)))
            return [Envelope.model_validate_json(row.envelope) for row in rows]

    async def said(self, kind: type[E]) -> list[E]:
        """The events of `kind` that are on the road, in order."""
        opened = [envelope.open() for envelope in await self.envelopes()]
        return [event for event in opened if isinstance(event, kind)]


def headers_of(actor: str, more: dict[str, str]) -> dict[bytes, bytes]:
    named = {"actor": actor, **more}
    return {name.replace("_", "-").encode(): value.encode() for name, value in named.items()}


class OnPostgres(Program):
    """Services on one PostgreSQL at `url`, stepped by hand; their road is in a folder."""

    def __init__(
        self, folder: Path, services: Sequence[Service], clock: SetClock, url: str
    ) -> None:
        super().__init__(folder, (), clock)
        self.services = services
        self.workers = {one.name: Worker(one, url, self.road, clock) for one in services}


@pytest.fixture(params=["sqlite", "postgres"])
def postgres_url(request: pytest.FixtureRequest) -> str | None:
    """None: on SQLite."""
    if request.param == "sqlite":
        return None
    return str(request.getfixturevalue("own_database"))


@asynccontextmanager
async def serving(stage: Stage) -> AsyncIterator[str]:
    """The address of a server of the stage: streams go on while others are answered."""
    with listening("127.0.0.1", 0) as place:
        app = create_app(stage.program.services, stage.program.workers)
        server = Server(uvicorn.Config(app, log_level="warning"), app.state.closing)
        running = asyncio.create_task(server.serve(sockets=[place]))
        try:
            yield f"http://127.0.0.1:{place.getsockname()[1]}"
        finally:
            server.should_exit = True
            app.state.closing.set()
            await running


Staging = Callable[..., Any]
Blanks = dict[tuple[Path, ...], bytes]


@pytest.fixture(scope="session")
def blanks() -> Blanks:
    """Databases as their histories lead to them, each made once a session, on SQLite."""
    return {}


async def lay_out(program: Program, blanks: Blanks, folder: Path) -> None:
    """Give `program` the databases that it would make itself, where it has none."""
    workers = program.workers.values()
    for database in (program.road.database, *(worker.database for worker in workers)):
        if not database.embedded or database.file.exists():
            continue
        if database.lines not in blanks:
            made = Database(f"sqlite:///{folder}", database.service, *database.lines)
            await made.migrate()
            await made.checkpoint()
            await made.close()
            blanks[database.lines] = made.file.read_bytes()
        database.file.parent.mkdir(parents=True, exist_ok=True)
        database.file.write_bytes(blanks[database.lines])


@pytest.fixture
async def staged(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, blanks: Blanks
) -> AsyncIterator[Staging]:
    """Put services on a stage: `stage = await staged(scheduling)`.

    Two mechanisms and an agreement are known there. They are on SQLite where no `url` of a
    PostgreSQL is given. Whatever a test does on it, no command and no
    handler has its effect twice.
    """
    stages: list[Stage] = []
    async with AsyncExitStack() as stack:

        async def stage_of(
            *services: Service, folder: str = "data", known: bool = True, url: str | None = None
        ) -> Stage:
            clock, home = SetClock(START), tmp_path / folder
            program = (
                OnPostgres(home, services, clock, url) if url else Program(home, services, clock)
            )
            await lay_out(program, blanks, tmp_path_factory.getbasetemp() / "blank")
            await stack.enter_async_context(program.opened())
            stage = Stage(program, clock)
            await stack.enter_async_context(stage.http)
            stages.append(stage)
            if known:
                await stage.tell(SUMMIT, CUSTOMS, CORRIDORS)
            return stage

        yield stage_of
        for stage in stages:
            assert twice(await stage.envelopes()) == 0
