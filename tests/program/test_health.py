"""What a machine that watches the server is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from events.mechanisms import MechanismRegistered
from events.road.absence import DatabaseUnreachableError
from services.calendars.service import calendars
from services.scheduling.service import scheduling
from tests.conftest import CUSTOMS


async def figures(stage: Any) -> dict[tuple[str, str], float]:
    text = (await stage.http.get("/metrics")).text
    return {
        (sample.name, sample.labels["service"]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


async def test_a_server_that_is_well_says_so(staged: Any) -> None:
    stage = await staged(scheduling, calendars)
    assert (await stage.http.get("/livez")).json() == {"status": "ok"}
    ready = await stage.http.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["calendars"]["relay_lag"] == 0
    assert (await figures(stage))["secretariat_database_up", "calendars"] == 1


async def test_what_fails_and_what_waits_behind_it_is_counted(
    staged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = await staged(scheduling, calendars)

    async def refuse(_work: object, _event: object) -> None:
        raise RuntimeError("сломано")

    monkeypatch.setitem(scheduling.heard.by_type, MechanismRegistered.type, [refuse])
    await stage.tell(CUSTOMS.model_copy(update={"short_name": "海关"}))
    await stage.tell(CUSTOMS)
    found = await figures(stage)
    assert found["secretariat_letters_retrying", "scheduling"] == 1
    assert found["secretariat_letters_waiting", "scheduling"] == 1
    assert found["secretariat_letters_retrying", "calendars"] == 0


async def test_what_is_committed_and_not_yet_sent_is_the_relays_lag(staged: Any) -> None:
    stage = await staged(scheduling)
    await stage.http.post(
        "/api/v1/meetings",
        json={"mechanism": "customs-heads", "year": 2027},
        headers={"Actor": "secretary"},
    )
    ready = (await stage.http.get("/readyz")).json()["scheduling"]
    assert ready["relay_lag"] == 1
    assert ready["lagging_since"] == "2027-01-04T06:00:00Z"
    await stage.program.settle()
    assert (await figures(stage))["secretariat_relay_lag", "scheduling"] == 0


async def test_a_service_whose_database_is_silent_is_not_ready(
    staged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = await staged(scheduling)

    @asynccontextmanager
    async def silent() -> AsyncIterator[None]:
        await asyncio.Event().wait()
        yield

    monkeypatch.setattr("services.program.doctor.PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(stage.program.workers["scheduling"].database, "read", silent)
    ready = await stage.http.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["scheduling"]["database"] == "unreachable: no answer for 0.01 s"


async def test_a_service_whose_database_is_gone_is_not_ready(
    staged: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = await staged(scheduling, calendars)

    def gone() -> None:
        raise DatabaseUnreachableError("disk")

    monkeypatch.setattr(stage.program.workers["calendars"].database, "read", gone)
    ready = await stage.http.get("/readyz")
    assert ready.status_code == 503
    assert ready.json()["calendars"]["database"] == "unreachable: disk"
    assert ready.json()["scheduling"]["database"] == "ok"
    assert (await figures(stage))["secretariat_database_up", "calendars"] == 0


async def test_how_often_feeds_are_read_is_counted(staged: Any) -> None:
    stage = await staged(calendars)
    whole, unchanged = (
        ("secretariat_feed_reads_total", "calendars", answer) for answer in ("whole", "unchanged")
    )

    async def counted() -> dict[tuple[str, ...], float]:
        text = (await stage.http.get("/metrics")).text
        return {
            (sample.name, sample.labels["service"], sample.labels["answer"]): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.labels.get("feed") == "all"
        }

    before = await counted()
    first = await stage.http.get("/calendars/all.ics")
    await stage.http.get("/calendars/all.ics", headers={"if-none-match": first.headers["etag"]})
    after = await counted()
    for key in (whole, unchanged):
        assert after[key] == before.get(key, 0) + 1
