"""Read decision events from Kafka, check each against its published schema, print a line of it."""

import argparse
import asyncio
import json
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event
from cloudevents.core.exceptions import BaseCloudEventException
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

LOOK_MILLISECONDS = 500

log = logging.getLogger("read_decisions")

Schemas = dict[str, Draft202012Validator]


class InvalidEventError(Exception):
    """A record that is no event, or an event that its schema does not allow; says why."""


class Reader:
    """Makes lines of records. It knows the schemas, and which events it had before."""

    def __init__(self, schemas: Schemas) -> None:
        self.schemas = schemas
        self.seen: set[tuple[str, str]] = set()

    def line_of(self, record: ConsumerRecord) -> dict[str, Any] | None:
        """What to print of `record`; None for an event of an unknown type, or that was here."""
        headers = {name: value for name, value in record.headers if value is not None}
        try:
            event = event_of(headers, record)
            schema = self.schemas.get(event.get_type())
            if schema is None:
                log.warning("skipped %s: %s is unknown", event.get_id(), event.get_type())
                return None
            identity = (event.get_source(), event.get_id())
            if identity in self.seen:
                return None
            self.seen.add(identity)
            check(event, schema)
        except InvalidEventError as error:
            claimed = headers.get("ce_id", b"").decode(errors="replace")
            return {"id": claimed or None, "valid": False, "error": str(error)}
        data: Any = event.get_data()
        return {
            "id": event.get_id(),
            "type": event.get_type(),
            "mechanism": data.get("mechanism"),
            "symbol": data.get("symbol"),
            "text": data.get("decision", data).get("text"),
            "valid": True,
        }


def schemas_in(folder: Path) -> Schemas:
    """The schemas in `folder` by the type of event; ValueError where one is no JSON."""
    return {
        f"secretariat.{file.stem}": Draft202012Validator(
            json.loads(file.read_text(encoding="utf-8")),
            format_checker=Draft202012Validator.FORMAT_CHECKER,
        )
        for file in folder.iterdir()
        if file.suffix == ".json"
    }


def event_of(headers: dict[str, bytes], record: ConsumerRecord) -> BaseCloudEvent:
    """The event that a record carries; InvalidEventError where it carries none."""
    if "ce_id" not in headers:
        raise InvalidEventError("no CloudEvent: the header ce_id is missing")
    try:
        return from_binary_event(KafkaMessage(headers, record.key, record.value or b""))
    except (BaseCloudEventException, RecursionError, ValueError) as error:
        raise InvalidEventError(f"no CloudEvent: {error}") from error


def check(event: BaseCloudEvent, schema: Draft202012Validator) -> None:
    """InvalidEventError where `event` names another schema, or its data are not as that says."""
    named, published = event.get_dataschema(), schema.ID_OF(schema.schema)
    if named != published:
        raise InvalidEventError(f"dataschema is {named}, not {published}")
    wrong = best_match(schema.iter_errors(event.get_data()))
    if wrong is not None:
        raise InvalidEventError(f"{wrong.json_path}: {wrong.message}")


async def records_of(
    consumer: AIOKafkaConsumer, stopping: asyncio.Event
) -> AsyncIterator[ConsumerRecord]:
    """One record after another, until `stopping` is set."""
    while not stopping.is_set():
        taken = await consumer.getmany(timeout_ms=LOOK_MILLISECONDS, max_records=1)
        for records in taken.values():
            for record in records:
                yield record


def put(line: dict[str, Any]) -> None:
    """Print `line` as JSON in UTF-8, whatever the locale."""
    text = json.dumps(line, ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(text.encode(errors="backslashreplace"))
    sys.stdout.buffer.flush()


async def commit(consumer: AIOKafkaConsumer, record: ConsumerRecord) -> None:
    """Tell Kafka that `record` is done, so that the group does not get it again."""
    place = TopicPartition(record.topic, record.partition)
    try:
        await consumer.commit({place: record.offset + 1})
    except (CommitFailedError, IllegalStateError):
        log.warning("%s is another reader's by now, and comes again there", place)


async def read(bootstrap: str, topic: str, folder: Path, count: int | None) -> None:
    """Print the events on `topic`: `count` of them, or all that come until a signal to end."""
    reader = Reader(schemas_in(folder))
    stopping = asyncio.Event()
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=os.environ.get("GROUP", "example-python"),
        auto_offset_reset="earliest",
        enable_auto_commit=False,
    )
    printed = 0
    try:
        await consumer.start()
        for ending in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(ending, stopping.set)
        async for record in records_of(consumer, stopping):
            line = reader.line_of(record)
            if line is not None:
                put(line)
                printed += 1
            await commit(consumer, record)
            if printed == count:
                break
    finally:
        await consumer.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bootstrap", metavar="BOOTSTRAP", help="HOST:PORT of a broker")
    parser.add_argument("topic", metavar="TOPIC")
    parser.add_argument("folder", metavar="SCHEMA_FOLDER", type=Path)
    parser.add_argument("count", metavar="COUNT", type=int, nargs="?", help="end after so many")
    try:
        asyncio.run(read(**vars(parser.parse_args())))
    except (KafkaError, OSError, ValueError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
