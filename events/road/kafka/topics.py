"""The topics of the road: what they should be, and what they are."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from events.catalogue import LOOP
from events.road.interface import RoadUnreachableError

FOREVER = "-1"
YEAR = str(366 * 24 * 60 * 60 * 1000)


@dataclass(frozen=True)
class Topic:
    """A topic with its partitions, and those of its settings that are ours to choose."""

    name: str
    partitions: int
    settings: Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """One thing to change. `found` is none where there is no such topic or setting."""

    topic: str
    what: str
    found: str | None
    wanted: str


def topics_of(loop: str = LOOP) -> tuple[Topic, ...]:
    """All topics. The loop is kept for ever: a new service hears it from its beginning."""
    return (
        Topic(loop, 12, {"retention.ms": FOREVER, "cleanup.policy": "delete"}),
        Topic(f"{loop}.dead", 1, {"retention.ms": YEAR, "cleanup.policy": "delete"}),
    )


@asynccontextmanager
async def asking(bootstrap: str) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client for questions about topics; RoadUnreachableError when Kafka does not answer."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    try:
        await admin.start()
        yield admin
    except (KafkaError, OSError) as error:
        raise RoadUnreachableError(f"Kafka at {bootstrap}: {error}") from error
    finally:
        await admin.close()


async def plan(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> list[Change]:
    """What `apply` would change, in its order; nothing is ever taken away."""
    standing = set(await admin.list_topics())
    changes = []
    for topic in topics:
        if topic.name in standing:
            changes += await compare(admin, topic)
        else:
            changes.append(Change(topic.name, "partitions", None, str(topic.partitions)))
            changes += [Change(topic.name, *item) for item in settings_of(topic)]
    return changes


def settings_of(topic: Topic) -> list[tuple[str, None, str]]:
    return [(name, None, wanted) for name, wanted in topic.settings.items()]


async def compare(admin: AIOKafkaAdminClient, topic: Topic) -> list[Change]:
    (described,) = await admin.describe_topics([topic.name])
    partitions = len(described["partitions"])
    changes = []
    if partitions < topic.partitions:
        changes.append(Change(topic.name, "partitions", str(partitions), str(topic.partitions)))
    (answer,) = await admin.describe_configs([resource(topic, dict.fromkeys(topic.settings))])
    found = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    return changes + [
        Change(topic.name, name, found.get(name), wanted)
        for name, wanted in topic.settings.items()
        if found.get(name) != wanted
    ]


async def apply(
    admin: AIOKafkaAdminClient, topics: Sequence[Topic], *, replicas: int
) -> list[Change]:
    """Make `topics` what they should be; what was changed.

    More partitions send mechanisms to others than before: stop every service, let them finish what
    is on the topic, and only then apply.
    """
    changes = await plan(admin, topics)
    for topic in topics:
        own = [change for change in changes if change.topic == topic.name]
        what = {change.what for change in own}
        if any(change.found is None and change.what == "partitions" for change in own):
            new = NewTopic(topic.name, topic.partitions, replicas, topic_configs=topic.settings)
            answer = await admin.create_topics([new])
            for name, code, message in answer.topic_errors:
                if code:
                    raise RoadUnreachableError(f"Kafka refuses the topic {name}: {message}")
            continue
        if "partitions" in what:
            await admin.create_partitions({topic.name: NewPartitions(topic.partitions)})
        if what - {"partitions"}:
            await admin.alter_configs([resource(topic, topic.settings)])
    return changes


def resource(topic: Topic, settings: Mapping[str, str | None]) -> ConfigResource:
    return ConfigResource(ConfigResourceType.TOPIC, topic.name, configs=dict(settings))
