"""A sample of every version of every event that was ever published is still understood."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from contracts.__main__ import HERE
from contracts.schemas import event_schemas
from events import upcasting
from events.binary import from_record, to_record
from events.catalogue import CATALOGUE
from events.clock import SetClock
from events.envelope import Envelope
from events.meetings import TurnDeclined
from events.road.database import Database
from events.road.kafka.reading import read
from events.upcasting import Upcast, newest, with_old_versions
from tests.events.listener import EFFECTS, START, Listener, sealed

SAMPLES = sorted((HERE / "samples").glob("*.json"))


def load(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))


def test_there_is_a_sample_of_every_published_version() -> None:
    published = {file.name for file in (HERE / "events").glob("*.json")}
    assert {file.name for file in SAMPLES} == published
    assert {f"{name}.json" for name in event_schemas()} <= published


@pytest.mark.parametrize("file", SAMPLES, ids=lambda file: file.stem)
def test_a_sample_fits_its_schema_and_is_read_in_either_mode(file: Path) -> None:
    sample = load(file)
    schema = load(HERE / "events" / file.name)
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(sample["data"])
    envelope = Envelope.model_validate(sample)
    headers, value = to_record(envelope)
    assert read(headers, value) == envelope
    structured = (("content-type", b"application/cloudevents+json"),)
    assert from_record(structured, json.dumps(sample).encode()) == envelope
    assert envelope.open().type == newest(envelope.type) in CATALOGUE


@pytest.fixture
def older(monkeypatch: pytest.MonkeyPatch) -> Envelope:
    """An event of two versions ago, whose reason was called a cause, and before that a why."""

    def renamed(old: str, new: str) -> Any:
        return lambda data: {(new if key == old else key): data[key] for key in data}

    kind = "secretariat.rotation.turn-declined"
    upcasts = {
        f"{kind}.v-1": Upcast(f"{kind}.v0", renamed("why", "cause")),
        f"{kind}.v0": Upcast(f"{kind}.v1", renamed("cause", "reason")),
    }
    monkeypatch.setattr(upcasting, "UPCASTS", upcasts)
    return sealed("x").model_copy(
        update={
            "type": f"{kind}.v-1",
            "dataschema": "urn:secretariat:event:rotation.turn-declined:v-1",
            "data": {"mechanism": "customs-heads", "party": "china", "why": "болмайды"},
        }
    )


def test_an_old_version_is_lifted_step_by_step_where_it_comes_in(older: Envelope) -> None:
    event = read(*to_record(older)).open()
    assert event == TurnDeclined(mechanism="customs-heads", party="china", reason="болмайды")
    heard = with_old_versions(frozenset({TurnDeclined.type}))
    assert heard == {TurnDeclined.type, older.type, "secretariat.rotation.turn-declined.v0"}


async def test_a_service_that_knows_the_new_version_takes_the_old_one(
    older: Envelope, tmp_path: Path
) -> None:
    database = Database(f"sqlite:///{tmp_path}", "listener", EFFECTS)
    await database.migrate()
    listener = Listener(database, SetClock(START))
    await listener.receiver.deliver([older])
    assert await listener.effects() == ["болмайды"]
    await database.close()
