"""What scheduling has kept is brought up to date."""

import json
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from alembic import command
from sqlalchemy import Connection, column, create_engine, select, table

from events.meetings import Turn
from events.moments import Moment
from events.polls import Slot
from events.road import history
from events.working_time import Hours, Weekday
from services.scheduling.rules import recheck
from services.scheduling.rules.meeting import Meeting, Stage, lasting
from services.scheduling.rules.poll import Poll
from services.scheduling.rules.recheck import Recheck
from services.scheduling.rules.routine import Routine
from services.scheduling.service import scheduling
from services.state import State
from services.working_time.calendar import Calendar
from tests.conftest import PARTIES

BODY = "customs-heads"
NAMES = tuple(party.id for party in PARTIES)
LATE = Hours(opens=time(10), closes=time(18), weekend=(Weekday.SATURDAY, Weekday.SUNDAY))
ROUTINES = [
    Routine(
        id=facts.id, mechanism=BODY, facts=facts, hours=LATE if facts.id == "kyrgyzstan" else None
    )
    for facts in PARTIES
]
STARTS = datetime(2027, 9, 14, 4, 30, tzinfo=UTC)
SIX_HOURS = lasting(Moment.of(STARTS, "Asia/Tashkent"), timedelta(hours=6))
NIGHT = lasting(Moment.of(STARTS + timedelta(hours=14), "Asia/Tashkent"), timedelta(hours=6))


def meeting(number: int, host: str, place: str | None) -> Meeting:
    return Meeting(
        id=f"{BODY}-2027-{number}",
        mechanism=BODY,
        year=2027,
        ordinal=number,
        title="Heads of customs",
        turn=Turn(host=host, chair=host, because="its turn"),
        parties=NAMES,
        stage=Stage.SCHEDULED,
        span=SIX_HOURS,
        place=place,
    )


def keep(connection: Connection, name: str, state: State, **more: object) -> None:
    document = state.model_dump_json()
    if isinstance(state, Recheck):
        kept = json.loads(document)
        for ground in kept["grounds"]:
            del ground["outside"]
        document = json.dumps(kept)
    values = {"id": state.id, "mechanism": BODY, "revision": 1, "document": document, **more}
    rows = table(name, *map(column, values))
    connection.execute(rows.insert().values(**values))


def test_what_dates_stood_on_is_completed_with_the_office_hours_of_the_upgrade(
    tmp_path: Path,
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'scheduling.db'}")
    calendar = Calendar(tuple(routine.office for routine in ROUTINES))
    places = [
        ("uzbekistan", "Ташкент"),
        ("kyrgyzstan", "Бишкек"),
        ("china", "Online"),
        ("china", "https://meet.example/x"),
        ("china", "онлайн / 线上"),
    ]
    meetings = [meeting(n, host, place) for n, (host, place) in enumerate(places)]
    asking = meeting(9, "uzbekistan", None)
    slots = tuple(Slot(slot=f"s{n}", span=span) for n, span in enumerate((SIX_HOURS, NIGHT), 1))
    poll = Poll(
        id=f"{asking.id}.poll1",
        mechanism=BODY,
        meeting=asking.id,
        parties=NAMES,
        slots=slots,
        closes=SIX_HOURS.starts,
    )
    wanted = [recheck.begin(recheck.of_meeting(one), calendar) for one in meetings]
    wanted.append(recheck.begin(recheck.of_poll(poll, asking), calendar))
    with engine.begin() as connection:
        config = history.config_of(connection, [history.ROAD, scheduling.migrations], None)
        command.upgrade(config, "scheduling_5")
        for routine in ROUTINES:
            keep(connection, "routine", routine)
        for one in (*meetings, asking):
            keep(connection, "meeting", one, stage="scheduled", year=2027)
        keep(connection, "poll", poll, meeting=asking.id, stage="open")
        for each in wanted:
            keep(connection, "recheck", each, found=False)
        command.upgrade(config, "scheduling_6")
        kept = table("recheck", column("document"))
        documents = connection.execute(select(kept))
        after = [Recheck.model_validate_json(text) for text in documents.scalars()]
    engine.dispose()
    assert sorted(after, key=lambda one: one.id) == sorted(wanted, key=lambda one: one.id)
    found = {ground.outside for one in wanted for ground in one.grounds}
    assert found == {True, False, None}
