"""A request and every effect of it are one trace, told to a collector by real processes."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from events.road.kafka.connection import Kafka
from services.program.commands.migrate import migrate_all

SECRETARIAT = Path(sys.executable).parent / "secretariat"
PATIENCE = 60.0
CALLER = "00f067aa0ba902b7"
PLANNING, CONVOKING = "4bf92f3577b34da6a3ce929d0e0e4736", "5bf92f3577b34da6a3ce929d0e0e4736"
LISTENING = {"calendars", "portal"}


class Collector(ThreadingHTTPServer):
    """Takes traces as OTLP over HTTP, and keeps their spans with the name of who told them."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.spans: list[tuple[str, Span]] = []
        self.address = f"http://127.0.0.1:{self.server_address[1]}"

    def of(self, trace: str) -> list[tuple[str, Span]]:
        return [(who, span) for who, span in self.spans if span.trace_id.hex() == trace]

    def has(self, trace: str, enough: Callable[[list[str]], bool]) -> list[tuple[str, Span]]:
        """The spans of `trace`, once their names are `enough`."""
        deadline = time.monotonic() + PATIENCE
        while not enough([span.name for _, span in self.of(trace)]):
            assert time.monotonic() < deadline, [span.name for _, span in self.spans]
        return self.of(trace)


class Taking(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Collector)
        body = self.rfile.read(int(self.headers["content-length"]))
        for found in ExportTraceServiceRequest.FromString(body).resource_spans:
            said = {a.key: a.value.string_value for a in found.resource.attributes}
            spans = [(said["service.name"], s) for scope in found.scope_spans for s in scope.spans]
            self.server.spans.extend(spans)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def collector() -> Iterator[Collector]:
    with Collector() as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield server
        server.shutdown()
        serving.join()


@contextmanager
def serving(collector: Collector, *more: str, **settings: str) -> Iterator[str]:
    """The address of a process that serves until the test is over."""
    told = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.address, "OTEL_BSP_SCHEDULE_DELAY": "20"}
    process = subprocess.Popen(
        [SECRETARIAT, "serve", "--port", "0", *more],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "200", **told, **settings},
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().split()[-1] + "/api/v1"
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        process.stdout.close()


@pytest.fixture(params=["one process", "two processes"])
def served(
    request: pytest.FixtureRequest, collector: Collector, tmp_path: Path
) -> Iterator[tuple[str, set[str]]]:
    """Where commands go to, and under which names the services tell their traces."""
    with ExitStack() as stack:
        if request.param == "one process":
            address = stack.enter_context(serving(collector, "--folder", str(tmp_path)))
            yield address, {"secretariat"}
            return
        kafka: Kafka = request.getfixturevalue("kafka")
        database: str = request.getfixturevalue("own_database")
        asyncio.run(migrate_all(database))
        place = ("--kafka", kafka.bootstrap, "--database", database)

        def some(*names: str) -> str:
            only = [word for name in names for word in ("--only", name)]
            return stack.enter_context(serving(collector, *place, *only, KAFKA_PREFIX=kafka.prefix))

        some("portal")
        yield some("mechanisms", "scheduling", "calendars"), {"secretariat", "portal"}


def command(address: str, path: str, trace: str, body: object) -> str:
    """Give a command as part of `trace`; the id of what it is about."""
    deadline = time.monotonic() + PATIENCE
    headers = {"Actor": "secretary", "traceparent": f"00-{trace}-{CALLER}-01"}
    post = partial(httpx.post, address + path, json=body, headers=headers, timeout=PATIENCE)
    while (answer := post()).status_code == 404:
        assert time.monotonic() < deadline, answer.text
    assert answer.is_success, answer.text
    return str(answer.json()["id"])


def test_a_request_and_all_its_effects_are_one_trace(
    collector: Collector, served: tuple[str, set[str]]
) -> None:
    address, names = served
    meeting = command(address, "/meetings", PLANNING, {"mechanism": "customs-heads", "year": 2031})
    when = {"wall": "2031-09-16T09:30:00", "zone": "Asia/Almaty", "minutes": 240}
    command(
        address, f"/meetings/{meeting}/convocation", CONVOKING, {"when": when, "place": "Астана"}
    )
    found = collector.has(CONVOKING, told_by_all)
    assert {who for who, _ in found} == names
    (root,) = [span for _, span in found if span.parent_span_id.hex() == CALLER]
    assert root.name == "POST /api/v1/meetings/{meeting}/convocation"
    effects = [span for _, span in found if " hears " in span.name]
    assert {span.parent_span_id for span in effects} == {root.span_id}
    assert {said_of(span)["cloudevents.event_subject"] for span in effects} == {meeting}
    assert collector.of(PLANNING)


def told_by_all(names: list[str]) -> bool:
    """Whether the request is over, and everybody who listens has heard of it."""
    return {name.split()[0] for name in names} >= {"POST", *LISTENING}


def said_of(span: Span) -> dict[str, str]:
    return {each.key: each.value.string_value for each in span.attributes}
