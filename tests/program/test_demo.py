"""The demo year as a user runs it: whole, killed again and again, and looked at afterwards."""

import asyncio
import contextlib
import itertools
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from events.clock import SystemClock
from events.envelope import Cause, Envelope
from events.mechanisms import MilestoneKind
from events.meetings import (
    MeetingCancelled,
    MeetingRescheduled,
    MeetingScheduled,
    MilestonesMet,
    MilestonesSet,
)
from events.moments import Span
from events.plans import PlanDismissed
from events.road.local import LogRow
from events.vocabulary import SYSTEM
from services.icalendar.wording import LANGUAGES
from services.milestones import NOTED_BY_HAND
from services.planning import searching
from services.program.app import create_app
from services.program.demo.audit import twice
from services.program.demo.scene import OneProcess
from services.program.demo.year import ENDS
from services.program.embedded import Program
from services.program.formats import read_format
from services.program.services import SERVICES
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from tests.calendars.readers import Reader, by_ical
from tests.calendars.strict import faults
from tests.conftest import PARTIES

SECRETARIAT = str(Path(sys.executable).parent / "secretariat")
SEED = 2027
DEMO = (SECRETARIAT, "demo", "--no-serve", "--seed", str(SEED))
PATIENCE = 300.0


def started(folder: Path, *more: str) -> subprocess.Popen[bytes]:
    command = [*DEMO, "--folder", str(folder), *more]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def events_in(folder: Path) -> int:
    """How many events the log holds; 0 while there is none."""
    try:
        log = sqlite3.connect(f"file:{folder}/log.db?mode=ro", uri=True)
        with contextlib.closing(log):
            return int(log.execute("SELECT count(*) FROM log").fetchone()[0])
    except sqlite3.Error:
        return 0


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an undisturbed year in it, and its summary as summary.json."""
    folder = tmp_path_factory.mktemp("year")
    assert started(folder, "--json", str(folder / "summary.json")).wait(PATIENCE) == 0
    return folder


@pytest.fixture(scope="module")
def summary(year: Path) -> Any:
    return json.loads((year / "summary.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def log(year: Path) -> list[Envelope]:
    with contextlib.closing(sqlite3.connect(year / "log.db")) as database:
        rows = database.execute(f"SELECT envelope FROM {LogRow.__tablename__} ORDER BY position")
        return [Envelope.model_validate_json(row) for (row,) in rows]


@contextlib.asynccontextmanager
async def reading(folder: Path) -> Any:
    program = Program(folder, SERVICES, SystemClock())
    transport = httpx.ASGITransport(create_app(program.services, program.workers))
    async with httpx.AsyncClient(transport=transport, base_url="http://secretariat") as client:
        yield client
    for worker in program.workers.values():
        await worker.database.close()
    await program.road.database.close()


def test_every_body_closes_its_loop(summary: Any) -> None:
    assert len(summary["bodies"]) == 20
    for body in summary["bodies"].values():
        assert body["meetings"] == body["adopted_agendas"] == body["adopted_minutes"] > 0
        assert body["decisions"] > 0
        assert body["follow_ups"]
        assert body["missing"] == []
        assert body["next_meeting"]
    assert (summary["lost"], summary["twice"]) == (0, 0)


async def worked_with(folder: Path) -> None:
    """What a secretary and delegations do with the year once it is over."""
    scene = OneProcess(folder, read_format(None), ENDS)
    async with scene.opened():
        await scene.program.settle()

        async def done(path: str, body: Any = None, by: str = "secretary") -> Any:
            answer = await scene.http.request(
                "PATCH" if path.endswith("/rules") else "POST",
                f"/api/v1{path}",
                json=body,
                headers={"actor": by},
            )
            assert answer.is_success, (path, answer.text)
            await scene.program.settle()
            return answer.json()

        await done("/meetings/agriculture-ministers-2028-1/cancellation", {"reason": "No venue"})
        when = {"wall": "2028-04-19T09:30:00", "zone": "Asia/Almaty", "minutes": 420}
        await done("/meetings/customs-heads-2028-1/move", {"when": when, "reason": "A visit"})
        await done("/meetings/transport-ministers-2028-1/restriction", {"restricted": True})
        waiting = await scene.http.get("/api/v1/follow-ups?stage=reported&limit=1")
        for one in waiting.json()["items"]:
            await done(f"/follow-ups/{one['id']}/acceptance")
        await done("/mechanisms/health-industry-alliance/rules", {"meetings_per_year": 3})
        await done("/plans", {"year": 2028, "pains": {"work": 0.5}})
        await searching.step(scene.program.workers["planning"].database, scene.clock)
        await scene.program.settle()
        await done("/plans/plan-2028-1/acceptance", {"bodies": ["business-council"]})
        await done("/plans/plan-2028-1/acceptance", {"all": True})
        await scene.advance(ENDS + timedelta(days=70))


def test_a_year_that_people_have_worked_with_is_opened_again(
    year: Path, summary: Any, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(year, tmp_path / "year"))
    asyncio.run(worked_with(folder))
    opened = subprocess.run(
        [*DEMO, "--folder", str(folder), "--json", str(tmp_path / "now.json")],
        check=False,
        capture_output=True,
        timeout=PATIENCE,
        env={**os.environ, "COLUMNS": "120"},
    )
    assert opened.returncode == 0, opened.stderr
    assert b"The year was played here before. It goes on at" in opened.stdout
    now = json.loads((tmp_path / "now.json").read_text(encoding="utf-8"))
    assert now["events"] > summary["events"] + 30
    assert (now["lost"], now["twice"]) == (0, 0)
    cancelled = now["bodies"]["agriculture-ministers"]
    assert cancelled["next_meeting"] != "agriculture-ministers-2028-1"
    assert cancelled["missing"] == []
    assert all(body["missing"] == [] for body in now["bodies"].values())


def test_a_year_is_not_mixed_with_that_of_another_seed(year: Path) -> None:
    command = [SECRETARIAT, "demo", "--no-serve", "--folder", str(year), "--seed", "1"]
    ended = subprocess.run(command, check=False, capture_output=True, timeout=PATIENCE)
    assert ended.returncode == 1
    assert b"--seed 2027; name another --folder" in ended.stderr.replace(b"\n", b" ")


def envelope(key: str, what: str, cause: str = "c") -> Envelope:
    event = PlanDismissed(mechanism="heads-of-state", plan="plan-2028-1", reason=what)
    sealed = Envelope.seal(
        event, source="/here", cause=Cause(id=cause, actor=SYSTEM, time=ENDS), ordinal=0
    )
    return sealed.model_copy(update={"id": key})


def test_an_effect_that_happened_twice_is_told_from_an_event_that_travelled_twice() -> None:
    once = envelope("1", "too late")
    assert twice([once, once]) == 0
    assert twice([once, envelope("2", "for another reason")]) == 0
    assert twice([once, envelope("2", "too late", cause="another")]) == 0
    assert twice([once, envelope("2", "too late")]) == 1
    assert twice([once, envelope("1", "for another reason")]) == 1


@pytest.mark.parametrize(
    "kind",
    [
        "meeting.rescheduled",
        "meeting.cancelled",
        "silence.broken",
        "silence.held",
        "follow-up.overdue",
        "follow-up.escalated",
        "follow-up.returned",
        "referral.made",
        "referral.taken",
        "agenda.item-postponed",
        "agenda.leave-granted",
    ],
)
def test_everything_that_can_go_wrong_in_a_year_does(log: list[Envelope], kind: str) -> None:
    assert any(envelope.type == f"secretariat.{kind}.v1" for envelope in log)


def test_events_of_a_mechanism_are_in_order_of_time_but_for_the_clock_of_deadlines(
    log: list[Envelope],
) -> None:
    for _, group in itertools.groupby(
        sorted(log, key=lambda e: e.partitionkey), key=lambda e: e.partitionkey
    ):
        times = [envelope.time for envelope in group]
        assert times == sorted(times)


def test_meetings_are_held_on_days_that_all_parties_work_and_no_two_on_one(
    log: list[Envelope],
) -> None:
    calendar = Calendar(tuple(Office.of(party) for party in PARTIES))
    held = [at.date() for _, status, at in as_said(log).values() if status == "CONFIRMED"]
    assert len(held) == len(set(held)) > 40
    assert all(calendar.works(day) for day in held)


def test_what_nobody_sees_being_done_is_noted_and_now_and_then_late(log: list[Envelope]) -> None:
    due: dict[tuple[str, MilestoneKind], datetime] = {}
    met: dict[tuple[str, MilestoneKind], datetime] = {}
    for event in (envelope.open() for envelope in log if ".meeting." in envelope.type):
        match event:
            case MilestonesSet():
                due |= {(event.meeting, one.kind): one.due.at for one in event.milestones}
            case MilestonesMet():
                met |= {(event.meeting, kind): event.at for kind in event.kinds}
            case MeetingCancelled():
                due = {key: at for key, at in due.items() if key[0] != event.meeting}
    noted = {key: at for key, at in due.items() if key[1] in NOTED_BY_HAND and at < ENDS}
    late = [key for key, at in noted.items() if met[key].date() > at.date()]
    assert 0 < len(late) < len(noted) / 5


def test_symbols_are_unique_and_without_gaps(log: list[Envelope]) -> None:
    symbols = [e.data["symbol"] for e in log if e.type == "secretariat.decision.adopted.v1"]
    assert len(symbols) == len(set(symbols)) > 50
    last = Counter(symbol.rpartition("/")[0] for symbol in symbols)
    assert all(f"{prefix}/{count}" in symbols for prefix, count in last.items())


def test_a_year_knows_of_every_meeting_and_writes_mail_to_nobody(year: Path) -> None:
    with contextlib.closing(sqlite3.connect(year / "notices.db")) as database:
        (meetings,) = database.execute("SELECT count(*) FROM meeting").fetchone()
        (mails,) = database.execute("SELECT count(*) FROM mail").fetchone()
    assert meetings > 20
    assert mails == 0


WISHES = (
    "",
    "?deadlines=true&language=ru",
    "?language=zh&all_day=true&hide_cancelled=true&alarm_minutes=60",
)


async def test_every_feed_is_read_alike_by_four_parsers_and_as_the_log_says(
    year: Path, log: list[Envelope], readers: tuple[Reader, ...]
) -> None:
    async with reading(year) as client:
        mechanisms = (await client.get("/api/v1/mechanisms")).json()["items"]
        parties = {party["id"] for body in mechanisms for party in body["parties"]}
        paths = [
            "/calendars/all.ics",
            *(f"/calendars/mechanisms/{body['id']}.ics" for body in mechanisms),
            *(
                f"/calendars/{kind}/{party}.ics"
                for kind in ("parties", "hosts")
                for party in parties
            ),
        ]
        spoken = [(paths[0], f"?deadlines=true&language={language}") for language in LANGUAGES]
        for path, wishes in [*itertools.product(paths, WISHES), *spoken]:
            content = (await client.get(path + wishes)).content
            assert faults(content) == [], path
            first, *others = [read(content) for read in readers]
            assert all(other == first for other in others), path
        seen = by_ical((await client.get("/calendars/all.ics")).content)
    assert {one.uid: (one.sequence, one.status, one.starts) for one in seen} == as_said(log)


def as_said(log: list[Envelope]) -> dict[str, tuple[int, str, datetime]]:
    """Of each meeting with a date: its SEQUENCE, STATUS and start, from the events alone."""
    found: dict[str, tuple[int, str, datetime]] = {}
    for event in (envelope.open() for envelope in log if ".meeting." in envelope.type):
        match event:
            case MeetingScheduled() | MeetingRescheduled():
                starts = event.span.starts.at
                found[f"{event.meeting}@secretariat"] = (event.sequence, "CONFIRMED", starts)
            case MeetingCancelled(span=Span() as span):
                starts = span.starts.at
                found[f"{event.meeting}@secretariat"] = (event.sequence, "CANCELLED", starts)
            case _:
                pass
    return found


async def test_lineage_leads_from_a_carried_item_to_the_agreement_it_serves(
    year: Path, log: list[Envelope]
) -> None:
    adopted = [e for e in log if e.type == "secretariat.agenda.adopted.v1"]
    carried = [
        item["item"]
        for envelope in adopted
        for item in envelope.data["items"]
        if item["origin"] and item["origin"]["kind"] in {"follow-up", "escalation"}
    ]
    assert carried
    async with reading(year) as client:
        chains = [(await client.get(f"/api/v1/lineage/{item}")).json() for item in carried]
    kinds = [{step["kind"] for step in chain["back"]} for chain in chains]
    assert all({"follow-up", "decision"} <= found for found in kinds)
    assert all(
        "silence procedure" in found or {"agenda item", "meeting"} <= found for found in kinds
    )
    assert any({"agreement", "obligation", "proposal"} <= found for found in kinds)
    assert all(step["who"] and step["when"] for chain in chains for step in chain["back"])


def test_the_doctor_finds_the_year_well(year: Path) -> None:
    at = datetime(2027, 12, 31, 6, tzinfo=UTC)
    command = [
        SECRETARIAT,
        "doctor",
        "--folder",
        str(year),
        "--at",
        f"{at:%Y-%m-%dT%H:%M:%S}",
        "--json",
    ]
    found = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE)
    report = json.loads(found.stdout)
    assert found.returncode == 0, report
    assert report["orphan_follow_ups"] == []
    assert {service["relay_lag"] for service in report["services"].values()} == {0}


def content(database: Path) -> dict[str, list[Any]]:
    """All rows of all tables, but for the numbers that SQLite gives them."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.row_factory = sqlite3.Row
        names = [
            row[0]
            for row in connection.execute("SELECT name FROM sqlite_schema WHERE type='table'")
        ]
        return {
            name: sorted(
                json.dumps({k: row[k] for k in row.keys() if k != "seq"}, default=str)  # noqa: SIM118
                for row in connection.execute(f"SELECT * FROM {name}")
            )
            for name in names
            if not name.startswith("sqlite_")
        }


@pytest.mark.parametrize("name", ["calendars", "lineage", "portal", "planning", "scheduling"])
def test_what_is_built_anew_equals_what_was(year: Path, name: str) -> None:
    live = content(year / f"{name}.db")
    assert sum(map(len, live.values())) > 100
    ended = subprocess.run(
        [SECRETARIAT, "rebuild", name, "--folder", year],
        check=False,
        capture_output=True,
        timeout=PATIENCE,
    )
    assert ended.returncode == 0, ended.stderr
    assert content(year / f"{name}.db") == live


def kill_when(folder: Path, count: int) -> None:
    """Run the demo on `folder` until the log holds `count` events, then end it with SIGKILL."""
    process = started(folder)
    deadline = time.monotonic() + PATIENCE
    while events_in(folder) < count and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.005)
    process.kill()
    process.wait()


def killings(kills: int, total: int, seed: int) -> Iterator[int]:
    draw = random.Random(seed)
    return iter(sorted(draw.randrange(total) for _ in range(kills)))


def killed_year(folder: Path, summary: Any, kills: int, seed: int) -> Any:
    for count in killings(kills, summary["events"], seed):
        kill_when(folder, count)
    assert started(folder, "--json", str(folder / "summary.json")).wait(PATIENCE) == 0
    return json.loads((folder / "summary.json").read_text(encoding="utf-8"))


@pytest.mark.soak
def test_a_year_killed_at_random_points_ends_like_an_undisturbed_one(
    tmp_path: Path, summary: Any
) -> None:
    assert killed_year(tmp_path, summary, kills=3, seed=random.randrange(10**6)) == summary


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_a_year_killed_very_often_ends_like_an_undisturbed_one(
    tmp_path: Path, summary: Any, seed: int
) -> None:
    assert killed_year(tmp_path, summary, kills=12, seed=seed) == summary


@pytest.mark.soak
def test_another_seed_tells_another_story(tmp_path: Path, summary: Any) -> None:
    command = [SECRETARIAT, "demo", "--no-serve", "--folder", str(tmp_path), "--seed", "1"]
    file = tmp_path / "other.json"
    subprocess.run(
        [*command, "--json", str(file)], check=True, capture_output=True, timeout=PATIENCE
    )
    other = json.loads(file.read_text(encoding="utf-8"))
    assert other["bodies"] != summary["bodies"]


def test_another_format_closes_its_loops_too(tmp_path: Path) -> None:
    format_file = Path(__file__).parent / "northern.yaml"
    file = tmp_path / "summary.json"
    assert (
        started(tmp_path, "--registry", str(format_file), "--json", str(file)).wait(PATIENCE) == 0
    )
    summary = json.loads(file.read_text(encoding="utf-8"))
    assert set(summary["bodies"]) == {"leaders", "fishery-ministers", "harbour-forum"}
    assert all(not body["missing"] for body in summary["bodies"].values())
    assert summary["bodies"]["leaders"]["carried_items"] > 0
