"""The topics of the road: what they should be, and what they are."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from events.road.interface import RoadUnreachableError
from events.road.kafka.connection import Kafka, starting
from events.topics import Topic, enough_in_sync

PATIENCE_SECONDS = 30
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Change:
    """One thing to change. `found` is none where there is no such topic or setting."""

    topic: str
    what: str
    found: str | None
    wanted: str


@asynccontextmanager
async def asking(kafka: Kafka) -> AsyncIterator[AIOKafkaAdminClient]:
    """A client for questions about topics; RoadUnreachableError when Kafka does not answer."""
    admin = AIOKafkaAdminClient(**kafka.client)
    try:
        with starting():
            await admin.start()
        yield admin
    except (KafkaError, OSError) as error:
        raise RoadUnreachableError(f"Kafka at {kafka.bootstrap}: {error}") from error
    finally:
        await admin.close()


async def plan(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> list[Change]:
    """What `apply` would change, in its order; nothing is ever taken away.

    A topic that stands keeps the replicas that it has, and what is asked of them fits their number.
    """
    standing = set(await admin.list_topics())
    changes = []
    for topic in topics:
        partitions: int | None = None
        settings: dict[str, str] = {}
        wanted = topic.settings
        if topic.name in standing:
            partitions, replicas, settings = await look(admin, topic)
            wanted = fitting(topic, replicas)
        if partitions is None or partitions < topic.partitions:
            found = None if partitions is None else str(partitions)
            changes.append(Change(topic.name, "partitions", found, str(topic.partitions)))
        changes += [
            Change(topic.name, name, settings.get(name), value)
            for name, value in wanted.items()
            if settings.get(name) != value
        ]
    return changes


def fitting(topic: Topic, replicas: int) -> Mapping[str, str]:
    """The settings of `topic` for as many replicas as it has."""
    enough = enough_in_sync(replicas)
    return {**topic.settings, **(enough if enough.keys() <= topic.settings.keys() else {})}


async def look(admin: AIOKafkaAdminClient, topic: Topic) -> tuple[int, int, dict[str, str]]:
    """The partitions and replicas of a topic, and the settings that are ours to choose."""
    (described,) = await admin.describe_topics([topic.name])
    (answer,) = await admin.describe_configs([resource(topic, dict.fromkeys(topic.settings))])
    partitions = described["partitions"]
    settings = {entry[0]: entry[1] for entry in answer.resources[0][4]}
    return len(partitions), min(len(each["replicas"]) for each in partitions), settings


async def apply(
    admin: AIOKafkaAdminClient, topics: Sequence[Topic], *, replicas: int
) -> list[Change]:
    """Make `topics` what they should be, and return when Kafka shows them so; what was changed.

    More partitions send mechanisms to others than before: stop every service, let them finish what
    is on the topic, and only then apply.
    """
    changes = await plan(admin, topics)
    for topic in topics:
        found = {change.what: change for change in changes if change.topic == topic.name}
        if "partitions" in found and found["partitions"].found is None:
            await create(admin, topic, replicas)
            continue
        if "partitions" in found:
            await admin.create_partitions({topic.name: NewPartitions(topic.partitions)})
        if found.keys() - {"partitions"}:
            _, standing, _ = await look(admin, topic)
            await admin.alter_configs([resource(topic, fitting(topic, standing))])
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await plan(admin, topics):  # noqa: ASYNC110 - Kafka tells nobody when it has done
            await asyncio.sleep(LOOK_SECONDS)
    return changes


async def create(admin: AIOKafkaAdminClient, topic: Topic, replicas: int) -> None:
    new = NewTopic(topic.name, topic.partitions, replicas, topic_configs=topic.settings)
    answer = await admin.create_topics([new])
    for name, code, message in answer.topic_errors:
        if code:
            raise RoadUnreachableError(
                f"Kafka refuses the topic {name}: {message} (--replicas says how many there are)"
            )


def resource(topic: Topic, settings: Mapping[str, str | None]) -> ConfigResource:
    return ConfigResource(ConfigResourceType.TOPIC, topic.name, configs=dict(settings))
