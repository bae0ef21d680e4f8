"""What travels on Kafka, as AsyncAPI 3: topics, their messages, and the headers they all have."""

from typing import Any

from events.binary import CONTENT_TYPE, PREFIX
from events.catalogue import CATALOGUE
from events.envelope import Envelope
from events.event import TYPE_PREFIX, Event
from events.road.kafka.connection import PREFIX as TOPIC_PREFIX
from events.topics import DEAD, TOPICS, Topic

DESCRIPTION = """Every event of the meetings of a cooperation format, as CloudEvents 1.0 in binary
mode. The data are the value; every attribute is a header `ce_NAME` in UTF-8. What a version may
come to hold grows by optional fields only: be open to those that you do not know. An event may come
twice, and is the same if `ce_source` and `ce_id` are."""

IN_THE_VALUE = {"data", "datacontenttype"}


def asyncapi() -> dict[str, Any]:
    """The whole document. The schemas of the data are files of their own beside it."""
    return {
        "asyncapi": "3.1.0",
        "info": {
            "title": "Secretariat",
            "version": "1",
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "variables": {"bootstrap": {"description": "Address of the cluster"}},
            }
        },
        "channels": {topic.name: channel(topic) for topic in TOPICS},
        "operations": {operation_id(topic): operation(topic) for topic in TOPICS},
        "components": {
            "messages": {
                **{short(event): message(event) for event in CATALOGUE.values()},
                "dead": {
                    "title": "A record that is no event of ours",
                    "contentType": "application/octet-stream",
                    "headers": {"$ref": "#/components/schemas/dead-headers"},
                    "payload": {},
                },
            },
            "schemas": {"headers": headers(), "dead-headers": dead_headers()},
        },
    }


def short(event: type[Event]) -> str:
    return event.type.removeprefix(f"{TYPE_PREFIX}.")


def names_on(topic: Topic) -> list[str]:
    if topic is DEAD:
        return ["dead"]
    return [short(event) for event in CATALOGUE.values() if topic in event.topics]


def operation_id(topic: Topic) -> str:
    return f"send-{topic.name.replace('.', '-')}"


def channel(topic: Topic) -> dict[str, Any]:
    """A topic: its address, what is sent to it, and how it is kept."""
    return {
        "address": f"{TOPIC_PREFIX}.{topic.name}",
        "description": f"{topic.about}. Keyed by {topic.key}.",
        "servers": [{"$ref": "#/servers/kafka"}],
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names_on(topic)},
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "topicConfiguration": {
                    name: [value] if name == "cleanup.policy" else int(value)
                    for name, value in topic.settings.items()
                },
                "bindingVersion": "0.5.0",
            }
        },
    }


def operation(topic: Topic) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{pointer(topic.name)}"},
        "summary": topic.about,
    }


def pointer(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def message(event: type[Event]) -> dict[str, Any]:
    return {
        "name": event.type,
        "title": (event.__doc__ or event.type).strip().splitlines()[0],
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/headers"},
        "payload": {"$ref": f"./events/{short(event)}.json"},
        "bindings": {"kafka": {"key": {"type": "string"}, "bindingVersion": "0.5.0"}},
    }


def headers() -> dict[str, Any]:
    """The attributes of an envelope, as headers."""
    fields = {name: f for name, f in Envelope.model_fields.items() if name not in IN_THE_VALUE}
    return {
        "type": "object",
        "properties": {
            **{f"{PREFIX}{name}": {"type": "string"} for name in fields},
            CONTENT_TYPE: {"const": "application/json"},
        },
        "required": [
            *(
                f"{PREFIX}{name}"
                for name, f in fields.items()
                if f.is_required() or f.default is not None
            ),
            CONTENT_TYPE,
        ],
    }


def dead_headers() -> dict[str, Any]:
    said = {
        "dead_reason": "Why it could not be read",
        "dead_service": "Which service could not read it",
        "dead_origin": "Where it lay: topic/partition/offset",
    }
    return {
        "type": "object",
        "properties": {
            name: {"type": "string", "description": what} for name, what in said.items()
        },
        "required": list(said),
    }
