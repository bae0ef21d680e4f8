"""Traces across the road: work on an event joins its trace, a deadline is linked to what set it."""

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import select

from events import tracing
from events.envelope import Cause, Envelope
from events.meetings import TurnDeclined
from events.road.database import Database
from events.road.tables import OutboxRow
from events.road.timers import Timers
from events.road.transaction import Transaction, transaction
from events.vocabulary import SYSTEM
from tests.events.listener import START, Listener, said, sealed

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
CALLER = f"00-{TRACE}-{SPAN}-01"


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> InMemorySpanExporter:
    provider, kept = TracerProvider(), InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    monkeypatch.setattr(tracing, "TRACER", provider.get_tracer("test"))
    return kept


async def answer(work: Transaction, event: TurnDeclined) -> None:
    work.publish(said(f"heard {event.reason}"))


async def fall_due(work: Transaction, subject: str) -> None:
    work.publish(said(subject))


async def published(database: Database) -> Envelope:
    async with database.read() as session:
        (row,) = await session.scalars(select(OutboxRow))
    return Envelope.model_validate_json(row.envelope)


def written(span: ReadableSpan) -> str:
    """The traceparent of what `span` leads to."""
    of = span.context
    return f"00-{of.trace_id:032x}-{of.span_id:016x}-{of.trace_flags:02x}"


async def test_what_a_service_says_of_an_event_is_in_the_trace_of_its_work_on_it(
    listener: Listener, recorded: InMemorySpanExporter
) -> None:
    listener.heard.on(TurnDeclined)(answer)
    await listener.receiver.deliver([sealed("a").model_copy(update={"traceparent": CALLER})])
    (span,) = recorded.get_finished_spans()
    assert span.parent is not None
    assert (f"{span.parent.trace_id:032x}", f"{span.parent.span_id:016x}") == (TRACE, SPAN)
    assert (await published(listener.database)).traceparent == written(span)


async def test_what_fails_is_seen_in_its_trace(
    listener: Listener, recorded: InMemorySpanExporter
) -> None:
    listener.broken.add("a")
    await listener.receiver.deliver([sealed("a").model_copy(update={"traceparent": CALLER})])
    for span in recorded.get_finished_spans():
        assert not span.status.is_ok
        assert "не принято" in str(span.events[0].attributes)


async def test_a_deadline_has_a_trace_of_its_own_with_a_link_to_what_set_it(
    database: Database, recorded: InMemorySpanExporter
) -> None:
    cause = Cause(id="command", actor=SYSTEM, time=START, traceparent=CALLER)
    async with transaction(database, cause) as work:
        work.set_deadline("due", "a", mechanism="m", due=START)
    await Timers(database, {"due": fall_due}).step(START)
    (span,) = recorded.get_finished_spans()
    assert span.parent is None
    assert [f"{link.context.trace_id:032x}" for link in span.links] == [TRACE]
    assert (await published(database)).traceparent == written(span)


@pytest.mark.parametrize("traceparent", [CALLER, None])
async def test_a_trace_travels_on_where_nobody_records_it(
    listener: Listener, traceparent: str | None
) -> None:
    listener.heard.on(TurnDeclined)(answer)
    await listener.receiver.deliver([sealed("a").model_copy(update={"traceparent": traceparent})])
    assert (await published(listener.database)).traceparent == traceparent


async def test_a_traceparent_that_is_none_is_left_behind(listener: Listener) -> None:
    listener.heard.on(TurnDeclined)(answer)
    await listener.receiver.deliver([sealed("a").model_copy(update={"traceparent": "00-1-2-03"})])
    assert (await published(listener.database)).traceparent is None
