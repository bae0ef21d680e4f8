"""Topics: planned before they are changed, and right afterwards."""

import sys
from pathlib import Path
from subprocess import run
from uuid import uuid4

import pytest

from events.road.interface import RoadUnreachableError
from events.road.kafka.topics import Change, Topic, apply, asking, plan, topics_of

SECRETARIAT = str(Path(sys.executable).with_name("secretariat"))


async def test_a_plan_says_what_is_missing_and_changes_nothing(kafka: str) -> None:
    topic = Topic(f"t-{uuid4().hex}", 2, {"retention.ms": "-1"})
    wanted = [
        Change(topic.name, "partitions", None, "2"),
        Change(topic.name, "retention.ms", None, "-1"),
    ]
    async with asking(kafka) as admin:
        assert await plan(admin, [topic]) == wanted
        assert await plan(admin, [topic]) == wanted
        assert await apply(admin, [topic], replicas=1) == wanted
        assert await plan(admin, [topic]) == []
        assert await apply(admin, [topic], replicas=1) == []


async def test_a_topic_that_is_otherwise_is_brought_to_what_it_should_be(kafka: str) -> None:
    name = f"t-{uuid4().hex}"
    before = Topic(name, 1, {"retention.ms": "5000", "cleanup.policy": "delete"})
    after = Topic(name, 3, {"retention.ms": "-1", "cleanup.policy": "delete"})
    async with asking(kafka) as admin:
        await apply(admin, [before], replicas=1)
        assert await apply(admin, [after], replicas=1) == [
            Change(name, "partitions", "1", "3"),
            Change(name, "retention.ms", "5000", "-1"),
        ]
        assert await plan(admin, [after]) == []
        fewer = Topic(name, 2, after.settings)
        assert await plan(admin, [fewer]) == [], "partitions are never taken away"


async def test_what_kafka_refuses_is_said(kafka: str) -> None:
    async with asking(kafka) as admin:
        with pytest.raises(RoadUnreachableError, match="refuses the topic a b"):
            await apply(admin, [Topic("a b", 1, {})], replicas=1)


async def test_a_kafka_that_is_not_there_is_said() -> None:
    with pytest.raises(RoadUnreachableError, match=r"127\.0\.0\.1:1"):
        async with asking("127.0.0.1:1"):
            pass


def test_the_command_shows_a_plan_and_then_applies_it(kafka: str) -> None:
    def said(*words: str) -> str:
        command = [SECRETARIAT, "topics", *words, "--kafka", kafka]
        return run(command, capture_output=True, text=True, check=True, timeout=60).stdout

    assert "would be changed" in said("plan")
    assert topics_of()[0].name in said("apply", "--replicas", "1")
    assert said("plan").strip() == "Every topic is as it should be."
