"""Copies built anew while they are in use, from the topic and from what outlived it."""

import asyncio
import json
import sqlite3
import tarfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiokafka.admin import RecordsToDelete
from sqlalchemy import MetaData, select
from sqlmodel import col

from events.catalogue import ON_THE_LOOP
from events.clock import SetClock
from events.envelope import Envelope
from events.meetings import MeetingClosed
from events.road.archive import Archive, ArchiveError
from events.road.kafka.archiver import Archiver
from events.road.kafka.connection import Kafka
from events.road.kafka.road import KafkaRoad
from events.road.kafka.topics import asking
from events.road.local import LocalRoad
from events.road.tables import InboxRow
from services.calendars.service import calendars
from services.directory import KnownMechanism
from services.followups.service import followups
from services.lineage.service import lineage
from services.minutes.service import minutes
from services.planning.service import planning
from services.portal.service import portal
from services.program.commands.migrate import migrate_all
from services.program.demo.year import ENDS
from services.program.distributed import Part
from services.program.filling import SetAsideError, fill
from services.program.rebuild import HistoryGoneError, rebuild
from services.program.worker import Worker
from services.scheduling.service import scheduling
from tests.conftest import PARTIES, Stage, Staging

COPIES = (calendars, lineage, portal)
YEAR = Path(__file__).parent / "before-migrations.tar.xz"
PATIENCE = 60


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> list[Envelope]:
    """All that was said in a small year."""
    folder = tmp_path_factory.mktemp("year")
    with tarfile.open(YEAR) as packed:
        packed.extract("./log.db", folder, filter="data")
    log = sqlite3.connect(folder / "log.db")
    rows = log.execute("SELECT envelope FROM log ORDER BY position").fetchall()
    log.close()
    said = [Envelope.model_validate_json(text) for (text,) in rows]
    return [envelope for envelope in said if envelope.type in ON_THE_LOOP]


@asynccontextmanager
async def running(kafka: Kafka, database: str) -> AsyncIterator[Part]:
    """The copying services at work in the background."""
    await migrate_all(database)
    part = Part(kafka, database, COPIES, SetClock(ENDS))
    async with part.opened():
        work = asyncio.create_task(part.run())
        try:
            yield part
        finally:
            work.cancel()
            with suppress(asyncio.CancelledError):
                await work


async def have_heard(part: Part, said: Sequence[Envelope]) -> None:
    """Wait until every copy has heard all of `said` that concerns it."""
    async with asyncio.timeout(PATIENCE):
        for worker in part.workers.values():
            wanted = {e.id for e in said if e.type in worker.service.heard.types}
            while not wanted <= await inbox(worker):  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def inbox(worker: Worker) -> set[str]:
    async with worker.database.read() as session:
        return set(await session.scalars(select(col(InboxRow.id))))


async def contents(worker: Worker) -> dict[str, list[Any]]:
    """All rows of the service's own tables."""
    kept = {}
    tables: list[MetaData] = list(worker.service.tables)
    async with worker.database.read() as session:
        for metadata in tables:
            for table in metadata.sorted_tables:
                kept[table.name] = sorted(map(repr, await session.execute(select(table))))
    return kept


async def test_a_copy_rebuilt_while_it_is_in_use_equals_the_live_one(
    kafka: Kafka, own_database: str, year: list[Envelope]
) -> None:
    road = KafkaRoad(kafka)
    half = len(year) // 2
    async with running(kafka, own_database) as part:
        await road.publish(year[:half])
        await have_heard(part, year[:half])
        looker = Part(kafka, own_database, COPIES, SetClock(ENDS))
        speaking = asyncio.create_task(speak(road, year[half:]))
        shares: list[float] = []
        for worker in looker.workers.values():
            await rebuild(worker, None, shares.append)
        await speaking
        await have_heard(part, year)
        live = {name: await contents(worker) for name, worker in part.workers.items()}
        assert shares[-1] == 1.0
        for name, worker in looker.workers.items():
            await rebuild(worker, None, shares.append)
            assert await contents(worker) == live[name]
            assert any(live[name].values())
        await looker.close()
    await road.close()


async def speak(road: KafkaRoad, envelopes: Sequence[Envelope]) -> None:
    for envelope in envelopes:
        await road.publish([envelope])


async def forget(kafka: Kafka) -> None:
    """Have the topic keep nothing, as its retention would in time."""
    road = KafkaRoad(kafka)
    ends = await road.log.ends()
    await road.close()
    async with asking(kafka) as admin:
        await admin.delete_records(
            {place: RecordsToDelete(before_offset=end) for place, end in ends.items() if end}
        )


async def test_an_archive_outlives_the_topic(
    kafka: Kafka, own_database: str, year: list[Envelope], tmp_path: Path
) -> None:
    road = KafkaRoad(kafka)
    archiver = Archiver(kafka, tmp_path)
    await road.publish(year[:100])
    assert await archiver.catch_up() == 100
    await road.publish(year[100:])
    assert await archiver.catch_up() == len(year) - 100
    assert await archiver.catch_up() == 0
    async with running(kafka, own_database) as part:
        await have_heard(part, year)
        live = await contents(part.workers["portal"])
        await forget(kafka)
        looker = Part(kafka, own_database, COPIES, SetClock(ENDS))
        with pytest.raises(HistoryGoneError, match="--archive"):
            await rebuild(looker.workers["portal"], None, lambda _: None)
        assert await contents(looker.workers["portal"]) == live, "a failed rebuild changes nothing"
        await rebuild(looker.workers["portal"], Archive(tmp_path).history(), lambda _: None)
        assert await contents(looker.workers["portal"]) == live
        await looker.close()
    await archiver.close()
    await road.close()


def tear(folder: Path) -> None:
    """Leave what a writer leaves that dies in the middle of a batch."""
    for file in folder.glob("*.jsonl.gz"):
        with file.open("ab") as torn:
            torn.write(b"\x1f\x8bhalf a batch")
    (folder / "2031-01-01.jsonl.gz").write_bytes(b"\x1f\x8b")


async def test_an_archive_has_each_event_once_and_in_order_however_it_was_interrupted(
    kafka: Kafka, year: list[Envelope], tmp_path: Path
) -> None:
    road, archiver, archive = KafkaRoad(kafka), Archiver(kafka, tmp_path), Archive(tmp_path)
    await road.publish(year[:150])
    await archiver.catch_up()
    tear(tmp_path)
    assert len([envelope async for envelope in archive.history()]) == 150
    await road.publish(year[150:])
    await archiver.catch_up()
    kept = [envelope async for envelope in archive.history()]
    assert len(kept) == len(year)
    for mechanism in {e.partitionkey for e in year}:
        said = [e for e in year if e.partitionkey == mechanism]
        assert [e for e in kept if e.partitionkey == mechanism] == said
    await archiver.close()
    await road.close()


async def test_an_archive_takes_one_writer_and_one_topic(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    with pytest.raises(ArchiveError, match="holds no archive"):
        await anext(archive.history())
    with archive.opened("ours") as contents:
        with pytest.raises(ArchiveError, match="another process"), archive.opened("ours"):
            pass
        archive.append(contents, [])
    with pytest.raises(ArchiveError, match="not of theirs"), archive.opened("theirs"):
        pass


BODY, ANOTHER = "customs-heads", "customs-heads-2027-2"
DECLINES = f"/mechanisms/{BODY}/rotation/declines"
LOST = {
    "standing": {"co_hosts"},
    "meeting": {"named_chair"},
    "turns": {"refused", "names"},
}


@pytest.fixture
async def deciding(staged: Staging, postgres_url: str | None) -> Stage:
    """One meeting that was convoked and opened, and one that its named chair has come to host."""
    stage: Stage = await staged(scheduling, planning, followups, minutes, url=postgres_url)
    plan = {"mechanism": BODY, "year": 2027, "title": "Heads of customs"}
    when = {"wall": "2027-09-14T09:30:00", "zone": "Asia/Tashkent", "minutes": 360}
    for path, body in (
        ("/meetings", {**plan, "co_hosts": ["uzbekistan", "tajikistan"]}),
        (f"/meetings/{BODY}-2027-1/convocation", {"when": when, "place": "Ташкент"}),
        ("/meetings", {**plan, "chair": "kyrgyzstan", "extraordinary": True}),
        (DECLINES, {"reason": "Выборы", "meeting": ANOTHER}),
    ):
        answer = await stage.post(path, body)
        assert answer.is_success, answer.text
    await stage.advance(datetime(2027, 9, 14, 4, 30, tzinfo=UTC))
    present = [{"party": party.id, "presence": "in_person"} for party in PARTIES]
    opening = {"attendance": present}
    path = f"/meetings/{BODY}-2027-1/opening"
    assert (await stage.post(path, opening, actor="china/chair")).status_code == 200
    return stage


async def lose(worker: Worker) -> None:
    """Have the worker's tables say what a version would that knew of less."""
    async with worker.database.write() as session:
        for known in await session.scalars(select(KnownMechanism)):
            known.chair = None
            session.put(known)
        for records in worker.service.derived.records if worker.service.derived else ():
            for row in await session.scalars(select(records.row)):
                lost = LOST.get(str(records.row.__tablename__), set())
                less = {k: v for k, v in json.loads(row.document).items() if k not in lost}
                row.document = records.state.model_validate(less).model_dump_json()
                session.put(row)


async def test_what_a_version_before_did_not_keep_is_filled_from_the_log(deciding: Stage) -> None:
    """In services that decide too; whether what they say is on its way, on the road, or heard."""
    workers = deciding.program.workers
    named = f"/api/v1/meetings/{ANOTHER}"
    assert (await deciding.http.get(named)).json()["named_chair"] == "kyrgyzstan"
    said, by = {"reason": "Погода"}, {"actor": "secretary"}
    await deciding.http.post(f"{named}/cancellation", json=said, headers=by)
    for further in (workers["scheduling"].relay.step, deciding.program.settle, None):
        live = {name: await contents(worker) for name, worker in workers.items()}
        for name, worker in workers.items():
            await lose(worker)
            assert await contents(worker) != live[name]
            for _ in range(2):
                await fill(worker, None, lambda _: None)
                assert await contents(worker) == live[name]
        if further is not None:
            await further()
    assert (await deciding.http.get(named)).json()["stage"] == "cancelled"


async def test_a_service_that_has_set_something_aside_is_not_filled(deciding: Stage) -> None:
    """Its effect would come twice."""
    worker = deciding.program.workers["planning"]
    await deciding.tell(MeetingClosed(mechanism=BODY, meeting=f"{BODY}-2027-9", attendance=()))
    with pytest.raises(SetAsideError, match="planning has set 1 events aside"):
        await fill(worker, None, lambda _: None)


async def test_a_service_is_not_filled_from_a_road_that_lacks_what_it_was_told(
    deciding: Stage, tmp_path: Path
) -> None:
    worker = deciding.program.workers["planning"]
    live = await contents(worker)
    emptied = LocalRoad(f"sqlite:///{tmp_path / 'another'}")
    await emptied.open()
    worker.road = emptied
    with pytest.raises(HistoryGoneError, match="--archive"):
        await fill(worker, None, lambda _: None)
    assert await contents(worker) == live
    await emptied.close()
