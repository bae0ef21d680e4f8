"""Events as Kafka records, read and written by the CloudEvents project's own library too."""

import json
from typing import Any

import pytest
from cloudevents.core.bindings import kafka
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from events.binary import UnreadableError, from_record, to_record, type_of
from events.catalogue import CATALOGUE
from events.envelope import Cause, Envelope
from events.vocabulary import Actor
from tests.events.listener import START, said, sealed

WRITTEN = to_record(sealed("Бишкек"))


def message(headers: Any, value: bytes) -> kafka.KafkaMessage:
    return kafka.KafkaMessage(headers=dict(headers), key=None, value=value)


def headers_of(envelope: Envelope, **changes: bytes | None) -> list[tuple[str, Any]]:
    """The record's headers, with some in place of others, or without those that are none."""
    headers: dict[str, Any] = {**dict(to_record(envelope)[0]), **changes}
    return [(name, value) for name, value in headers.items() if value is not None]


@given(st.text('aЖ中é́ \n"\\', min_size=1, max_size=50).filter(str.strip))
def test_an_event_comes_out_of_its_record_as_it_went_in(label: str) -> None:
    envelope = sealed(label)
    assert from_record(*to_record(envelope)) == envelope


def test_another_library_reads_our_record() -> None:
    cause = Cause(
        id="c", actor=Actor.parse("china/chair 王毅"), time=START, traceparent="00-1-2-03"
    )
    envelope = Envelope.seal(said("不便"), source="/test", cause=cause, ordinal=0)
    event = kafka.from_binary_event(message(*to_record(envelope)))
    assert event.get_type() in CATALOGUE
    assert (event.get_id(), event.get_source()) == (envelope.id, "/test")
    assert event.get_time() == START
    assert event.get_extension("actor") == "china/chair 王毅"
    assert event.get_extension("partitionkey") == "customs-heads"
    assert event.get_extension("traceparent") == "00-1-2-03"
    assert event.get_data() == envelope.data


@pytest.mark.parametrize("mode", ["binary", "structured"])
def test_we_read_the_record_of_another_library(mode: str) -> None:
    envelope = sealed("Бишкек")
    attributes = envelope.model_dump(exclude={"data"}, exclude_none=True)
    event = CloudEvent(attributes=attributes, data=envelope.data)
    write = {"binary": kafka.to_binary_event, "structured": kafka.to_structured_event}[mode]
    written = write(event)
    assert from_record(list(written.headers.items()), written.value) == envelope


def test_the_type_is_told_without_reading_the_data() -> None:
    headers, _ = WRITTEN
    assert type_of(headers) == "secretariat.rotation.turn-declined.v1"
    assert type_of([]) is None
    assert type_of([("ce_type", b"\xff")]) == "\ufffd"


@pytest.mark.parametrize(
    ("headers", "value", "says"),
    [
        ([], b"hello", "no CloudEvents attribute"),
        (headers_of(sealed("a"), ce_id=None), b"{}", "id: Field required"),
        (headers_of(sealed("a"), ce_specversion=b"0.3"), b"{}", "specversion"),
        (headers_of(sealed("a"), ce_time=b"yesterday"), b"{}", "time"),
        (headers_of(sealed("a"), ce_source=b"\xff"), b"{}", "UnicodeDecodeError"),
        (WRITTEN[0], b"{", "JSONDecodeError"),
        (WRITTEN[0], b"", "JSONDecodeError"),
        (WRITTEN[0], None, "JSONDecodeError"),
        (WRITTEN[0], b"\xff", "UnicodeDecodeError"),
        (WRITTEN[0], b"[]", "data: Input should be a valid dictionary"),
        (WRITTEN[0], b"[" * 100_000, "RecursionError"),
        (headers_of(sealed("a"), **{"content-type": b"text/plain"}), b"{}", "datacontenttype"),
        ([("content-type", b"application/cloudevents+json")], b"{}", "Field required"),
    ],
)
def test_what_is_no_event_says_why(headers: Any, value: bytes | None, says: str) -> None:
    with pytest.raises(UnreadableError, match=says):
        from_record(headers, value)


def test_data_stand_in_the_value_as_they_are() -> None:
    headers, value = WRITTEN
    assert json.loads(value)["reason"] == "Бишкек"
    assert dict(headers)["content-type"] == b"application/json"
