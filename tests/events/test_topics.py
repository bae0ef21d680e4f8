"""Topics: planned before they are changed, and right afterwards."""

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from subprocess import run
from uuid import uuid4

import pytest

from events.road.interface import RoadUnreachableError
from events.road.kafka.connection import Kafka
from events.road.kafka.topics import Change, apply, asking, plan
from events.topics import Topic

SECRETARIAT = str(Path(sys.executable).with_name("secretariat"))


def topic_of(name: str, partitions: int, settings: Mapping[str, str]) -> Topic:
    return Topic(name, partitions, "mechanism", settings, "for a test")


async def test_a_write_outlives_the_loss_of_one_copy() -> None:
    kafka = Kafka("nowhere:9092", "ours")
    for replicas, enough in ((1, "1"), (2, "1"), (3, "2")):
        for topic in kafka.topics(replicas):
            assert topic.settings["min.insync.replicas"] == enough
            assert topic.name.startswith("ours.")


async def test_a_plan_says_what_is_missing_and_changes_nothing(bootstrap: str) -> None:
    topic = topic_of(f"t-{uuid4().hex}", 2, {"retention.ms": "-1"})
    wanted = [
        Change(topic.name, "partitions", None, "2"),
        Change(topic.name, "retention.ms", None, "-1"),
    ]
    async with asking(Kafka(bootstrap)) as admin:
        assert await plan(admin, [topic]) == wanted
        assert await plan(admin, [topic]) == wanted
        assert await apply(admin, [topic], replicas=1) == wanted
        assert await plan(admin, [topic]) == []
        assert await apply(admin, [topic], replicas=1) == []


async def test_a_topic_that_is_otherwise_is_brought_to_what_it_should_be(bootstrap: str) -> None:
    name = f"t-{uuid4().hex}"
    before = topic_of(name, 1, {"retention.ms": "5000", "cleanup.policy": "delete"})
    after = topic_of(name, 3, {"retention.ms": "-1", "cleanup.policy": "delete"})
    async with asking(Kafka(bootstrap)) as admin:
        await apply(admin, [before], replicas=1)
        assert await apply(admin, [after], replicas=1) == [
            Change(name, "partitions", "1", "3"),
            Change(name, "retention.ms", "5000", "-1"),
        ]
        assert await plan(admin, [after]) == []
        fewer = topic_of(name, 2, after.settings)
        assert await plan(admin, [fewer]) == [], "partitions are never taken away"


async def test_a_topic_of_one_copy_is_not_asked_for_more_of_them(bootstrap: str) -> None:
    kafka = Kafka(bootstrap, f"t-{uuid4().hex}")
    async with asking(kafka) as admin:
        await apply(admin, kafka.topics(1), replicas=1)
        assert await plan(admin, kafka.topics(3)) == []
        longer = [
            replace(topic, settings={**topic.settings, "retention.ms": "90000000"})
            for topic in kafka.topics(3)
        ]
        changed = await apply(admin, longer, replicas=3)
        assert {change.what for change in changed} == {"retention.ms"}
        assert await plan(admin, longer) == []


async def test_what_kafka_refuses_is_said(bootstrap: str) -> None:
    async with asking(Kafka(bootstrap)) as admin:
        with pytest.raises(RoadUnreachableError, match="refuses the topic a b"):
            await apply(admin, [topic_of("a b", 1, {})], replicas=1)


async def test_a_kafka_that_is_not_there_is_said() -> None:
    with pytest.raises(RoadUnreachableError, match=r"127\.0\.0\.1:1"):
        async with asking(Kafka("127.0.0.1:1")):
            pass


def test_the_command_shows_a_plan_and_then_applies_it(bootstrap: str) -> None:
    def said(*words: str) -> str:
        command = [SECRETARIAT, "topics", *words, "--kafka", bootstrap]
        return run(
            command, capture_output=True, text=True, check=True, timeout=60, env=environment
        ).stdout

    environment = {**os.environ, "KAFKA_PREFIX": f"t{uuid4().hex[:8]}"}
    assert "would be changed" in said("plan")
    assert "decisions.latest" in said("apply", "--replicas", "1")
    assert said("plan", "--replicas", "1").strip() == "Every topic is as it should be."
