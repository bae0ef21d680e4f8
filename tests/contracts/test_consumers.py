"""The examples for other services read decisions from a real Kafka, with none of our code."""

import asyncio
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer

from contracts.__main__ import HERE
from events.binary import to_record
from events.decisions import CorrigendumIssued, DecisionAdopted, DecisionText
from events.envelope import Cause, Envelope
from events.event import Event
from events.mechanisms import DecisionMode
from events.road.kafka.connection import Kafka
from events.road.kafka.road import KafkaRoad
from events.topics import DECISIONS
from events.vocabulary import SYSTEM
from tests.contracts.libraries import BY_NPM, Libraries
from tests.events.listener import START

PATIENCE = 60.0


@dataclass(frozen=True)
class Example:
    """A folder under `contracts/consumers`, and what runs it there.

    `terminated` is the exit status after SIGTERM.
    """

    language: str
    libraries: Libraries
    run: tuple[str, ...]
    terminated: int = 0


PYTHON = Example(
    "python",
    Libraries(
        tools="",
        pinned=("requirements.txt",),
        made=".venv",
        install=(
            (sys.executable, "-m", "venv", ".venv"),
            (".venv/bin/python", "-m", "pip", "install", "-q", "-r", "requirements.txt"),
        ),
    ),
    (".venv/bin/python", "read_decisions.py"),
)
JAVA = Example(
    "java",
    Libraries(
        tools="java mvn",
        pinned=("pom.xml",),
        made="jars",
        install=(
            ("mvn", "-q", "-B", "-ntp", "dependency:copy-dependencies", "-DoutputDirectory=jars"),
        ),
    ),
    ("java", "-XX:TieredStopAtLevel=1", "-cp", "jars/*", "ReadDecisions.java"),
    terminated=128 + signal.SIGTERM,
)
NODE = Example("node", BY_NPM, ("node", "read-decisions.js"))


@dataclass(frozen=True)
class Consumer:
    """A copy of `example` in `folder`, where nothing of ours is, that reads the decisions."""

    example: Example
    folder: Path
    kafka: Kafka

    @asynccontextmanager
    async def running(self, *count: int, schemas: Path = HERE / "events") -> AsyncIterator[Process]:
        """It runs in a group of this test's own and a locale that knows no UTF-8."""
        environment = {**os.environ, "GROUP": self.kafka.group("example"), "LC_ALL": "C"}
        arguments = [self.kafka.bootstrap, self.kafka.name(DECISIONS), schemas, *count]
        process = await asyncio.create_subprocess_exec(
            *self.example.run,
            *map(str, arguments),
            cwd=self.folder,
            env=environment,
            stdout=PIPE,
            stderr=PIPE,
        )
        try:
            async with asyncio.timeout(PATIENCE):
                yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()

    async def printed(self, count: int) -> tuple[list[Any], str]:
        """Its lines, read as JSON, and what it said on stderr, when it has ended after `count`."""
        async with self.running(count) as process:
            lines, complaints = await process.communicate()
        assert process.returncode == 0, complaints.decode()
        return [json.loads(line) for line in lines.decode().splitlines()], complaints.decode()

    async def publish(self, *envelopes: Envelope) -> None:
        road = KafkaRoad(self.kafka)
        await road.publish(envelopes)
        await road.close()

    async def put(self, *records: tuple[Any, bytes | None]) -> None:
        """Put records among the decisions as a stranger would."""
        producer = AIOKafkaProducer(**self.kafka.client)
        await producer.start()
        try:
            for headers, value in records:
                await producer.send_and_wait(
                    self.kafka.name(DECISIONS), value, key=b"customs-heads", headers=list(headers)
                )
        finally:
            await producer.stop()


@pytest.fixture(params=[PYTHON, JAVA, NODE], ids=lambda example: str(example.language))
def consumer(request: pytest.FixtureRequest, tmp_path: Path, kafka: Kafka) -> Consumer:
    example: Example = request.param
    home = HERE / "consumers" / example.language
    made = example.libraries.made
    folder = tmp_path / example.language
    shutil.copytree(home, folder, ignore=shutil.ignore_patterns(made))
    (folder / made).symlink_to(example.libraries.of(home))
    return Consumer(example, folder, kafka)


def adopted(number: int, text: str) -> DecisionAdopted:
    return DecisionAdopted(
        mechanism="customs-heads",
        symbol=f"CAC/CUSTOMS/2027/DEC/{number}",
        decision=DecisionText(text=text),
        mode=DecisionMode.CONSENSUS,
    )


CORRIDORS = adopted(1, "Просить стороны продлить экспресс-коридоры. 请各方延长快速通道。")
PASSAGE = adopted(2, "Қорғас өткеліндегі жасыл дәліз ашылсын. 开通霍尔果斯绿色通道。")
CORRECTION = CorrigendumIssued(
    mechanism="customs-heads",
    symbol="CAC/CUSTOMS/2027/DEC/1/Corr.1",
    corrects="CAC/CUSTOMS/2027/DEC/1",
    text="Вместо «коридоры» читать «экспресс-коридоры». “通道”应为“快速通道”。",
    languages=("ru", "zh"),
)


def sealed(event: Event) -> Envelope:
    cause = Cause(id=event.subject, actor=SYSTEM, time=START)
    return Envelope.seal(event, source="/test", cause=cause, ordinal=0)


def line_of(event: DecisionAdopted | CorrigendumIssued) -> dict[str, Any]:
    """What an example prints of `event`."""
    return {
        "id": sealed(event).id,
        "type": event.type,
        "mechanism": event.mechanism,
        "symbol": event.symbol,
        "text": event.decision.text if isinstance(event, DecisionAdopted) else event.text,
        "valid": True,
    }


def invalid(identity: str, **attributes: Any) -> tuple[Any, bytes]:
    """The record of a decision, with this id and some more attributes in place of its own."""
    return to_record(sealed(CORRIDORS).model_copy(update={"id": identity, **attributes}))


DATA = sealed(CORRIDORS).data
FEBRUARY = {"party": "china", "task": "Открыть коридор", "due": "2027-02-30"}
INVALID: tuple[tuple[tuple[Any, bytes | None], str | None, str], ...] = (
    (invalid("1", data={name: DATA[name] for name in DATA.keys() - {"symbol"}}), "1", "symbol"),
    (invalid("2", data={**DATA, "decision": {"text": "", "assignments": [FEBRUARY]}}), "2", "due"),
    (invalid("3", dataschema="urn:secretariat:event:decision.adopted:v9"), "3", "v9, not urn:"),
    ((invalid("4")[0], b"{"), "4", ""),
    ((invalid("5")[0], b"\xff"), "5", ""),
    ((invalid("6")[0], None), "6", ""),
    (((), b"hello"), None, "no CloudEvent: "),
    (((("ce_id", b"8"),), b"{}"), "8", "no CloudEvent: "),
    (({**dict(invalid("9")[0]), "ce_time": b"yesterday"}.items(), b"{}"), "9", "no CloudEvent: "),
)


async def test_each_decision_and_corrigendum_is_printed_once(consumer: Consumer) -> None:
    first, second, third = map(sealed, (CORRIDORS, CORRECTION, PASSAGE))
    await consumer.publish(first, second, first, second, third)
    lines, _ = await consumer.printed(3)
    assert lines == [line_of(CORRIDORS), line_of(CORRECTION), line_of(PASSAGE)]


async def test_what_is_not_as_its_schema_says_is_printed_with_the_reason(
    consumer: Consumer,
) -> None:
    await consumer.put(*(record for record, _, _ in INVALID))
    await consumer.publish(sealed(PASSAGE))
    lines, _ = await consumer.printed(len(INVALID) + 1)
    for line, (_, identity, reason) in zip(lines, INVALID, strict=False):
        assert (line["id"], line["valid"]) == (identity, False)
        assert reason in line["error"]
    assert lines[-1] == line_of(PASSAGE)


async def test_an_event_of_an_unknown_type_is_skipped_and_said(consumer: Consumer) -> None:
    await consumer.put(invalid("10", type="secretariat.meeting.eaten.v1"))
    await consumer.publish(sealed(PASSAGE))
    lines, complaints = await consumer.printed(1)
    assert lines == [line_of(PASSAGE)]
    assert "skipped 10: secretariat.meeting.eaten.v1 is unknown" in complaints


async def test_a_run_goes_on_where_a_signal_ended_the_one_before(consumer: Consumer) -> None:
    await consumer.publish(sealed(CORRIDORS), sealed(CORRECTION))
    async with consumer.running() as process:
        assert process.stdout is not None
        lines = [json.loads(await process.stdout.readline()) for _ in range(2)]
        process.send_signal(signal.SIGTERM)
        lines_after, complaints = await process.communicate()
    assert (process.returncode, lines_after) == (consumer.example.terminated, b""), complaints
    await consumer.publish(sealed(PASSAGE))
    assert [*lines, *(await consumer.printed(1))[0]] == [
        line_of(CORRIDORS),
        line_of(CORRECTION),
        line_of(PASSAGE),
    ]


async def test_schemas_that_cannot_be_read_are_said(consumer: Consumer) -> None:
    async with consumer.running(schemas=consumer.folder / "nowhere") as process:
        lines, complaints = await process.communicate()
    assert (process.returncode, lines) == (1, b"")
    assert "nowhere" in complaints.decode()
    assert complaints.count(b"\n") == 1
