"""What planning has kept is brought up to date."""

import json
from datetime import date
from pathlib import Path

from alembic import command
from sqlalchemy import TableClause, column, create_engine, insert, select, table

from events.meetings import MeetingCancelled, TurnDeclined
from events.road import history
from services import rotation
from services.planning.rules.standing import Stage, Standing
from services.planning.service import planning
from services.rotation import Rotation
from services.working_time.days import Override
from tests.conftest import CUSTOMS


def records(name: str, *further: str) -> TableClause:
    """A table of aggregates, as statements of a migration see it."""
    names = ("id", "mechanism", "revision", "document", *further)
    return table(name, *(column(each) for each in names))


TURNS, STANDING = records("turns"), records("standing", "year")
MECHANISMS = table("known_mechanism", column("id"), column("document"))
KNOWN_PARTY = table("known_party", column("id"), column("facts"), column("overrides"))
BODY = "customs-heads"


def standing(number: int, host: str, stage: Stage) -> Standing:
    id_ = f"{BODY}-2028-{number}"
    return Standing(id=id_, mechanism=BODY, year=2028, host=host, stage=stage)


def test_turns_from_before_hosts_were_kept_are_given_back(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'planning.db'}")
    kept = {
        "id": BODY,
        "mechanism": BODY,
        "revision": 2,
        "queue": ["uzbekistan", "china", "kazakhstan"],
        "planned_in": {"2028": 2},
    }
    meetings = (standing(1, "china", Stage.CONVOKED), standing(2, "kazakhstan", Stage.CANCELLED))
    with engine.begin() as connection:
        config = history.config_of(connection, [history.ROAD, planning.migrations], None)
        command.upgrade(config, "planning_2")
        row = {"id": BODY, "mechanism": BODY, "revision": 2, "document": json.dumps(kept)}
        connection.execute(insert(TURNS).values(row))
        for one in meetings:
            row = {"id": one.id, "mechanism": BODY, "revision": 0, "year": one.year}
            connection.execute(insert(STANDING).values(**row, document=one.model_dump_json()))
        command.upgrade(config, "planning_3")
        document = connection.execute(select(TURNS.c.document)).scalar_one()
    engine.dispose()
    after = Rotation.model_validate_json(document)
    assert (after.planned, after.hosts) == (2, {"customs-heads-2028-1": "china"})
    cancelled = MeetingCancelled(
        mechanism=BODY, meeting="customs-heads-2028-1", span=None, sequence=1, reason="x"
    )
    assert rotation.evolve(after, cancelled).queue[0] == "china"


def test_turns_from_before_names_were_kept_tell_of_parties_by_name(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'planning.db'}")
    kept = {
        "id": BODY,
        "mechanism": BODY,
        "queue": ["kazakhstan", "china"],
        "declined": {"china": "Elections"},
    }
    with engine.begin() as connection:
        config = history.config_of(connection, [history.ROAD, planning.migrations], None)
        command.upgrade(config, "planning_4")
        row = {"id": BODY, "mechanism": BODY, "revision": 2, "document": json.dumps(kept)}
        connection.execute(insert(TURNS).values(row))
        mechanism = {"id": BODY, "document": CUSTOMS.model_dump_json()}
        connection.execute(insert(MECHANISMS).values(mechanism))
        command.upgrade(config, "planning_5")
        document = connection.execute(select(TURNS.c.document)).scalar_one()
    engine.dispose()
    after = Rotation.model_validate_json(document)
    assert after.because == "it is the turn of Kazakhstan"
    later = TurnDeclined(mechanism=BODY, party="kazakhstan", reason="No venue", on=date(2027, 3, 3))
    because = "China declined: Elections. Then Kazakhstan declined on 3 March 2027: No venue"
    assert rotation.evolve(after, later).because == because


def test_what_is_no_longer_kept_of_meetings_and_of_days_off_is_taken_out(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'planning.db'}")
    meeting = standing(1, "china", Stage.CONVOKED)
    ruled = {"party": "china", "on": "2028-05-10", "ruling": "certain", "source": "Decree 112"}
    ruled |= {"dated": "2028-01-01", "announced": "2028-02-01"}
    with engine.begin() as connection:
        config = history.config_of(connection, [history.ROAD, planning.migrations], None)
        command.upgrade(config, "planning_5")
        row = {"id": meeting.id, "mechanism": BODY, "revision": 0, "year": 2028}
        document = json.dumps({**meeting.model_dump(exclude={"lost"}), "called": "2027-03-01"})
        connection.execute(insert(STANDING).values(**row, document=document))
        party = {"id": "china", "facts": "{}", "overrides": json.dumps([ruled])}
        connection.execute(insert(KNOWN_PARTY).values(party))
        command.upgrade(config, "planning_6")
        document = connection.execute(select(STANDING.c.document)).scalar_one()
        overrides = connection.execute(select(KNOWN_PARTY.c.overrides)).scalar_one()
    engine.dispose()
    assert Standing.model_validate_json(document) == meeting
    (kept,) = json.loads(overrides)
    assert Override.model_validate(kept).dated == date(2028, 1, 1)
