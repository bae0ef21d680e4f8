"""Traces (OpenTelemetry): what joins a request to every effect it has, in whichever service.

An event carries the W3C `traceparent` of the work that said it, and the work on it goes on from
there. Nothing is recorded unless the program says where to; a `traceparent` travels all the same.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanKind, get_current_span, get_tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

NAME = "traceparent"
TRACER = get_tracer("secretariat")
W3C = TraceContextTextMapPropagator()


def here() -> str | None:
    """The traceparent of the work under way; none where no trace leads to it."""
    carrier: dict[str, str] = {}
    W3C.inject(carrier)
    return carrier.get(NAME)


@contextmanager
def following(traceparent: str | None, name: str, kind: SpanKind, **said: str) -> Iterator[None]:
    """Work that goes on with the trace of `traceparent`; `said` are its attributes."""
    with TRACER.start_as_current_span(name, led_to_by(traceparent), kind, said):
        yield


@contextmanager
def because_of(traceparent: str | None, name: str, **said: str) -> Iterator[None]:
    """Work of a trace of its own, long after the one that it is linked to."""
    with TRACER.start_as_current_span(name, Context(), attributes=said, links=links(traceparent)):
        yield


def links(traceparent: str | None) -> Sequence[Link]:
    earlier = get_current_span(led_to_by(traceparent)).get_span_context()
    return [Link(earlier)] if earlier.is_valid else []


def led_to_by(traceparent: str | None) -> Context:
    """What `traceparent` says; an empty context where it says nothing that can be read."""
    return W3C.extract({NAME: traceparent} if traceparent else {}, Context())
