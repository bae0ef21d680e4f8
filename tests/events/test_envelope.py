"""What is written around an event, read by the CloudEvents project's own library."""

import json
import re
from datetime import datetime, timedelta, timezone

import pytest
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.http import HTTPMessage, from_structured_event
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from events.catalogue import CATALOGUE
from events.envelope import Cause, Envelope, UnknownEventError
from events.vocabulary import SYSTEM, Actor
from tests.events.listener import START, said, sealed

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def read_by_others(envelope: Envelope) -> BaseCloudEvent:
    message = HTTPMessage(
        headers={"content-type": "application/cloudevents+json"},
        body=envelope.to_json().encode(),
    )
    return from_structured_event(message)


def test_another_library_reads_what_we_write() -> None:
    cause = Cause(
        id="command-1",
        actor=Actor.parse("kazakhstan/delegate Ә. Қасымова"),
        time=START,
        traceparent=TRACE,
    )
    event = read_by_others(Envelope.seal(said("不便"), source="/test", cause=cause, ordinal=0))
    assert event.get_specversion() == "1.0"
    assert event.get_type() == "secretariat.rotation.turn-declined.v1"
    assert event.get_source() == "/test"
    assert event.get_subject() == "customs-heads"
    assert event.get_time() == START
    assert event.get_dataschema() == "urn:secretariat:event:rotation.turn-declined:v1"
    assert event.get_extension("partitionkey") == "customs-heads"
    assert event.get_extension("actor") == "kazakhstan/delegate Ә. Қасымова"
    assert event.get_extension("causationid") == "command-1"
    assert event.get_extension("traceparent") == TRACE
    data = event.get_data()
    assert isinstance(data, dict)
    assert data["reason"] == "不便"


def test_the_same_effect_of_the_same_cause_is_the_same_event() -> None:
    assert sealed("a") == sealed("a")
    assert sealed("a").id != sealed("b").id


@given(ordinals=st.lists(st.integers(0, 1000), unique=True), source=st.sampled_from(["/a", "/b"]))
def test_every_effect_of_a_cause_has_an_id_of_its_own(ordinals: list[int], source: str) -> None:
    cause = Cause(id="c", actor=SYSTEM, time=START)
    ids = [Envelope.seal(said("x"), source=source, cause=cause, ordinal=n).id for n in ordinals]
    assert len(set(ids)) == len(ids)


def test_an_event_comes_out_as_it_went_in() -> None:
    envelope = Envelope.model_validate_json(sealed("Кедергі").to_json())
    assert envelope.open() == said("Кедергі")
    assert envelope.as_cause().id == envelope.id


def test_an_event_that_the_catalogue_does_not_hold_is_named() -> None:
    envelope = sealed("x").model_copy(update={"type": "secretariat.coffee.served.v1"})
    with pytest.raises(UnknownEventError, match=r"secretariat\.coffee\.served\.v1"):
        envelope.open()


def test_data_that_does_not_fit_its_contract_is_refused() -> None:
    envelope = sealed("x")
    with pytest.raises(ValidationError):
        envelope.model_copy(update={"data": {**envelope.data, "party": 1}}).open()


def test_a_field_that_a_later_version_of_the_producer_adds_does_not_matter() -> None:
    envelope = sealed("x")
    data = {**envelope.data, "later": {"added": True}}
    assert envelope.model_copy(update={"data": data}).open() == envelope.open()


def test_time_is_written_in_utc_wherever_it_was_said() -> None:
    local = datetime(2027, 3, 1, 14, tzinfo=timezone(timedelta(hours=5)))
    cause = Cause(id="c", actor=SYSTEM, time=local)
    written = json.loads(Envelope.seal(said("x"), source="/t", cause=cause, ordinal=0).to_json())
    assert written["time"] == "2027-03-01T09:00:00Z"


def test_every_event_type_names_its_version_and_its_contract() -> None:
    assert len(CATALOGUE) > 30
    for name, model in CATALOGUE.items():
        prefix, _, version = name.rpartition(".")
        assert prefix.startswith("secretariat.")
        assert re.fullmatch("v[1-9]", version)
        assert model.dataschema.endswith(f":{version}")
        assert model.about in model.model_fields
