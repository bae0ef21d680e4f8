"""The year across processes on Kafka and PostgreSQL, all of which are killed meanwhile."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from deploy.kafka.broker import Broker, broker
from events.decisions import DecisionStands
from events.road.kafka.connection import Kafka
from events.road.kafka.reading import read
from events.topics import LATEST_DECISIONS
from services.program.services import SERVICES
from tests.servers import Power

NORTHERN = Path(__file__).parents[1] / "program" / "northern.yaml"
PATIENCE = 1200.0
LOOK_SECONDS = 0.05
EVERYTHING = {"a_service_dies", "broker_restarts", "database_restarts"}


class Plant:
    """A broker and a database of this test's own, and the demo that runs on them."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.folder = folder
        self.kafka: Broker = stack.enter_context(broker(folder / "kafka"))
        self.power = Power()
        stack.callback(self.power.end)

    def demo(self, *more: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "services.program", "demo", "--no-serve"]
        place = ["--kafka", self.kafka.bootstrap, "--database", self.power.url]
        return subprocess.Popen(
            [*command, *place, *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )


@pytest.fixture
def plant(tmp_path: Path) -> Iterator[Plant]:
    with ExitStack() as stack:
        yield Plant(stack, tmp_path)


def summary_of(command: list[str], file: Path) -> Any:
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)
    return json.loads(file.read_text(encoding="utf-8"))


def embedded(folder: Path, *more: str) -> Any:
    """The summary of the same year played in one process."""
    file = folder / "embedded.json"
    command = [sys.executable, "-m", "services.program", "demo", "--no-serve"]
    return summary_of([*command, "--folder", str(folder), "--json", str(file), *more], file)


def children_of(process: "subprocess.Popen[str]") -> list[int]:
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    return [int(pid) for pid in listed.split()]


class Trouble(threading.Thread):
    """Does one of `blows` after the other, each after a pause, as long as `demo` has services."""

    def __init__(
        self, demo: "subprocess.Popen[str]", pause: float, blows: list[Callable[[], None]]
    ) -> None:
        super().__init__()
        self.demo, self.pause, self.blows = demo, pause, blows
        self.struck: Counter[str] = Counter()
        self.over = threading.Event()

    def run(self) -> None:
        while not children_of(self.demo):
            if self.over.wait(LOOK_SECONDS):
                return
        for blow in self.blows:
            if self.over.wait(self.pause):
                return
            try:
                blow()
            except BaseException:
                self.demo.kill()  # it would wait for ever for what does not come back
                raise
            self.struck[blow.__name__] += 1


def played(
    plant: Plant, pause: float, services_killed: int, *more: str
) -> tuple[Any, Counter[str]]:
    """The summary of a year in which services, Kafka and PostgreSQL were killed."""
    dice = random.Random(4)
    file = plant.folder / "distributed.json"
    demo = plant.demo("--json", str(file), *more)

    def a_service_dies() -> None:
        os.kill(dice.choice(children_of(demo)), signal.SIGKILL)

    def broker_restarts() -> None:
        plant.kafka.kill()
        plant.kafka.start()

    def database_restarts() -> None:
        plant.power.cut()
        plant.power.restore()

    blows: list[Callable[[], None]] = [a_service_dies] * services_killed
    blows.insert(len(blows) // 3, broker_restarts)
    blows.insert(2 * len(blows) // 3, database_restarts)
    trouble = Trouble(demo, pause, blows)
    trouble.start()
    try:
        said, complaints = demo.communicate(timeout=PATIENCE)
    finally:
        trouble.over.set()
        trouble.join()
        demo.kill()
    assert demo.returncode == 0, said + complaints
    return json.loads(file.read_text(encoding="utf-8")), trouble.struck


def test_a_year_in_which_everything_is_killed_comes_to_the_same(
    plant: Plant, tmp_path: Path
) -> None:
    more = ("--registry", str(NORTHERN))
    summary, struck = played(plant, 5.0, 4, *more)
    assert set(struck) == EVERYTHING, f"the year was over when no more had come than {struck}"
    assert summary == embedded(tmp_path / "embedded", *more)
    assert (summary["lost"], summary["twice"]) == (0, 0)
    states = asyncio.run(latest_decisions(Kafka(plant.kafka.bootstrap)))
    assert len(states) == sum(body["decisions"] for body in summary["bodies"].values())


async def latest_decisions(kafka: Kafka) -> dict[str, DecisionStands]:
    """What somebody knows who has read the compacted topic, by symbol."""
    name = kafka.name(LATEST_DECISIONS)
    consumer = AIOKafkaConsumer(name, **kafka.client, auto_offset_reset="earliest")
    await consumer.start()
    try:
        places = consumer.assignment()
        ends = await consumer.end_offsets(places)
        states: dict[str, DecisionStands] = {}
        while any([await consumer.position(place) < ends[place] for place in places]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records:
                    event = read(record.headers, record.value).open()
                    assert isinstance(event, DecisionStands)
                    assert record.key.decode() == event.symbol
                    states[event.symbol] = event
        return states
    finally:
        await consumer.stop()


@pytest.mark.soak
def test_the_whole_format_s_year_comes_to_the_same_under_fire(plant: Plant, tmp_path: Path) -> None:
    summary, struck = played(plant, 9.0, 3 * len(SERVICES))
    assert set(struck) == EVERYTHING
    assert struck["a_service_dies"] > len(SERVICES)
    assert summary == embedded(tmp_path / "embedded")
