"""A server whose Kafka and PostgreSQL are not there yet, go, and come back."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.kafka.broker import first_way
from events.clock import SetClock
from events.road.database import Database
from events.road.interface import RoadUnreachableError
from events.road.kafka.connection import Kafka
from events.road.kafka.topics import apply, asking
from services.mechanisms.service import mechanisms
from services.program.commands.dlq import gather
from services.program.commands.migrate import migrate_all
from services.program.distributed import Part
from services.scheduling.service import scheduling
from tests.events.listener import START
from tests.faults.copies import until
from tests.servers import Power

SECRETARIAT = Path(sys.executable).parent / "secretariat"
SERVED = (mechanisms, scheduling)


class Surroundings:
    """A Kafka and a PostgreSQL of this test's own, neither of which runs, and a server on them."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.kafka = first_way(folder / "kafka")
        stack.callback(self.kafka.end)
        self.power = Power()
        stack.callback(self.power.end)
        self.power.cut()
        self.log = folder / "server.log"
        self.server = self.serve()
        stack.callback(self.server.wait)
        stack.callback(self.server.kill)
        assert self.server.stdout is not None
        stack.enter_context(self.server.stdout)
        self.http = stack.enter_context(
            httpx.Client(base_url=self.server.stdout.readline().split()[-1], timeout=30)
        )

    def serve(self) -> "subprocess.Popen[str]":
        only = [part for service in SERVED for part in ("--only", service.name)]
        place = ["--kafka", self.kafka.bootstrap, "--database", self.power.url, "--port", "0"]
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [SECRETARIAT, "serve", *only, *place],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env={**os.environ, "COLUMNS": "200"},
            )

    async def lay_out(self) -> None:
        """Make what an operator makes before the first start."""
        for service in SERVED:
            database = Database(self.power.url, service.name, service.migrations)
            await database.migrate()
            await database.close()

    async def make_topics(self) -> None:
        kafka = Kafka(self.kafka.bootstrap)

        async def so() -> bool:
            try:
                async with asking(kafka) as admin:
                    await apply(admin, kafka.topics(1), replicas=1)
            except RoadUnreachableError:  # at first a broker answers, and takes nothing
                return False
            return True

        await until(so)

    async def found(self, code: int, **wanted: str) -> None:
        """Return once /readyz answers `code`, and each service says what is `wanted`."""

        async def so() -> bool:
            assert self.http.get("/livez").status_code == 200
            answer = self.http.get("/readyz")
            return answer.status_code == code and all(
                said[what].startswith(words)
                for said in answer.json().values()
                for what, words in wanted.items()
            )

        await until(so)

    async def idle(self) -> None:
        """Return once everything is on the road and taken from it."""

        async def so() -> bool:
            answer = self.http.get("/readyz")
            waits = [
                said[what]
                for said in answer.json().values()
                for what in ("relay_lag", "consumer_lag")
            ]
            return answer.status_code == 200 and not any(waits)

        await until(so)

    def plan(self, year: int) -> Any:
        return self.http.post(
            "/api/v1/meetings",
            json={"mechanism": "customs-heads", "year": year},
            headers={"Actor": "secretary"},
        )


@pytest.fixture
def around(tmp_path: Path) -> Iterator[Surroundings]:
    with ExitStack() as stack:
        yield Surroundings(stack, tmp_path)


async def test_a_server_says_what_it_waits_for_and_goes_on_by_itself(around: Surroundings) -> None:
    await around.found(503, database="unreachable", road="unreachable")
    around.power.restore()
    await around.found(503, database="behind", road="unreachable")
    await around.lay_out()
    await around.found(503, database="ok", road="unreachable")
    await asyncio.to_thread(around.kafka.start)
    await around.make_topics()
    await around.found(200)
    await around.idle()
    around.kafka.kill()
    await around.found(503, database="ok", road="unreachable")
    await asyncio.to_thread(around.kafka.start)
    await around.found(200)
    around.power.cut()
    await around.found(503, database="unreachable", road="ok")
    around.power.restore()
    await around.found(200)
    assert around.plan(2031).status_code == 201
    await around.idle()
    around.kafka.kill()
    assert around.plan(2032).status_code == 201
    around.server.send_signal(signal.SIGTERM)
    assert await asyncio.to_thread(around.server.wait, 30) == 0
    said = around.log.read_text(encoding="utf-8")
    assert "Traceback" not in said
    assert "mechanisms waits for its database: " in said
    assert "waiting for the road: Kafka at " in said
    assert "waiting for the road to come back: Kafka at " in said


async def test_letters_are_listed_while_kafka_is_away(own_database: str) -> None:
    await migrate_all(own_database)
    part = Part(Kafka("127.0.0.1:1"), own_database, SERVED, SetClock(START))
    assert await gather(part) == ([], 0)
