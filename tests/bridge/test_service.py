"""Webhooks and the stream, over real sockets and with the verifier of Standard Webhooks."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import uvicorn
from standardwebhooks import Webhook as Verifier
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from events.decisions import CorrigendumIssued, DecisionAdopted, DecisionText
from events.mechanisms import DecisionMode
from services.bridge import deliveries
from services.bridge.rules.webhook import PAUSES
from services.bridge.service import bridge
from services.program.app import create_app
from services.program.serve import Server, listening
from tests.conftest import Stage, Staging

PATIENCE = 20
TEXTS = ("Стороны расширяют зелёный коридор", "各方扩大绿色通道", "Тараптар дәлізді кеңейтеді")


def decision(number: int, mechanism: str = "customs-heads") -> DecisionAdopted:
    prefix = {"customs-heads": "CAC/CUSTOMS", "heads-of-state": "CAC/SUMMIT"}[mechanism]
    return DecisionAdopted(
        mechanism=mechanism,
        symbol=f"{prefix}/2027/DEC/{number}",
        decision=DecisionText(text=TEXTS[number % 3]),
        mode=DecisionMode.CONSENSUS,
    )


@dataclass
class Subscriber:
    """A server that keeps what is posted to it, and answers with the codes that it was given."""

    address: str
    codes: list[int] = field(default_factory=list)
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    asked: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def receive(self, request: Request) -> Response:
        body = await request.body()
        code = self.codes.pop(0) if self.codes else 204
        async with self.changed:
            self.asked += 1
            if code < 300:
                self.taken.append((dict(request.headers), body))
            self.changed.notify_all()
        return Response(status_code=code)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(condition)

    def symbols(self) -> list[str]:
        return [json.loads(body)["data"]["symbol"] for _, body in self.taken]


@asynccontextmanager
async def served(app: Any, place: socket.socket) -> AsyncIterator[str]:
    """The address of `app`, served on a real socket."""
    closing = app.state.closing if hasattr(app.state, "closing") else asyncio.Event()
    server = Server(uvicorn.Config(app, log_level="warning", lifespan="off"), closing)
    work = asyncio.create_task(server.serve(sockets=[place]))
    try:
        yield f"http://127.0.0.1:{place.getsockname()[1]}"
    finally:
        server.handle_exit(15, None)
        await work


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@pytest.fixture
async def stage(staged: Staging) -> Stage:
    stage: Stage = await staged(bridge)
    return stage


@pytest.fixture
async def subscriber(stack: AsyncExitStack) -> Subscriber:
    place = stack.enter_context(listening("127.0.0.1", 0))
    found = Subscriber(f"http://127.0.0.1:{place.getsockname()[1]}/decisions")
    app = Starlette(routes=[Route("/decisions", found.receive, methods=["POST"])])
    await stack.enter_async_context(served(app, place))
    return found


@pytest.fixture
async def posting(stage: Stage, stack: AsyncExitStack) -> AsyncIterator[None]:
    """Deliveries at work in the background."""
    database = stage.program.workers["bridge"].database
    work = asyncio.create_task(deliveries.deliver_for_ever(database, stage.clock))
    yield
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work


async def subscribed(stage: Stage, subscriber: Subscriber, **more: Any) -> tuple[str, str]:
    answer = await stage.post("/webhooks", {"address": subscriber.address, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["webhook"]["id"], answer.json()["secret"]


async def standing(stage: Stage) -> Any:
    answer = await stage.http.get("/api/v1/webhooks", headers={"actor": "secretary"})
    (found,) = answer.json()["items"]
    return found


@pytest.mark.usefixtures("posting")
async def test_decisions_are_posted_in_order_and_signed(
    stage: Stage, subscriber: Subscriber
) -> None:
    await stage.tell(decision(1))
    stage.clock.instant = datetime.now(UTC)
    _, secret = await subscribed(stage, subscriber)
    corrigendum = CorrigendumIssued(
        mechanism="customs-heads",
        symbol="CAC/CUSTOMS/2027/DEC/2/Corr.1",
        corrects="CAC/CUSTOMS/2027/DEC/2",
        text="вместо «коридор» читать «коридоры»",
        languages=("ru",),
    )
    await stage.tell(decision(2), corrigendum, decision(3))
    await subscriber.until(lambda: len(subscriber.taken) == 3)
    assert subscriber.symbols() == [decision(2).symbol, corrigendum.symbol, decision(3).symbol]
    said = {envelope.id: envelope for envelope in await stage.envelopes()}
    for headers, body in subscriber.taken:
        Verifier(secret).verify(body, headers)
        assert headers["content-type"] == "application/cloudevents+json"
        assert json.loads(body) == json.loads(said[headers["webhook-id"]].to_json())


@pytest.mark.usefixtures("posting")
async def test_a_subscriber_may_want_the_past_and_only_some_mechanisms(
    stage: Stage, subscriber: Subscriber
) -> None:
    await stage.tell(decision(1), decision(1, "heads-of-state"), decision(2))
    await subscribed(stage, subscriber, mechanisms=["customs-heads"], from_the_beginning=True)
    await stage.tell(decision(2, "heads-of-state"), decision(3))
    await subscriber.until(lambda: len(subscriber.taken) == 3)
    assert subscriber.symbols() == [decision(number).symbol for number in (1, 2, 3)]


@pytest.mark.usefixtures("posting")
async def test_what_was_not_taken_comes_again_before_what_came_after_it(
    stage: Stage, subscriber: Subscriber
) -> None:
    subscriber.codes = [500, 503]
    await subscribed(stage, subscriber)
    await stage.tell(decision(1), decision(2))
    await subscriber.until(lambda: subscriber.asked == 1)
    await noted(stage, lambda found: found["failures"] == 1)
    await move_on(stage, subscriber, 2)
    await noted(stage, lambda found: found["failures"] == 2)
    await move_on(stage, subscriber, 3)
    await subscriber.until(lambda: len(subscriber.taken) == 2)
    assert subscriber.symbols() == [decision(1).symbol, decision(2).symbol]
    await noted(stage, lambda found: found["failures"] == 0 and found["error"] is None)


async def noted(stage: Stage, condition: Callable[[Any], bool]) -> None:
    """Wait until what became of an attempt is kept."""
    await until_true(lambda: standing(stage), condition)


async def until_true(ask: Callable[[], Awaitable[Any]], condition: Callable[[Any], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition(await ask()):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def move_on(stage: Stage, subscriber: Subscriber, asked: int) -> None:
    """Let the pause pass, and wait for the next attempt."""
    await stage.clock.set(stage.clock.now() + PAUSES[-1])
    stage.program.workers["bridge"].database.stir()
    await subscriber.until(lambda: subscriber.asked >= asked)


@pytest.mark.usefixtures("posting")
async def test_who_fails_for_days_is_disabled_and_goes_on_where_it_stopped_when_enabled(
    stage: Stage, subscriber: Subscriber
) -> None:
    failures = len(PAUSES) + 1
    subscriber.codes = [500] * failures
    key, _ = await subscribed(stage, subscriber)
    await stage.tell(decision(1))
    for number in range(1, failures + 1):
        await subscriber.until(lambda n=number: subscriber.asked >= n)  # type: ignore[misc]
        await noted(stage, lambda found, n=number: found["failures"] == n)  # type: ignore[misc]
        if number < failures:
            await move_on(stage, subscriber, number + 1)
    assert (await standing(stage))["disabled"]
    await stage.tell(decision(2))
    answer = await stage.post(f"/webhooks/{key}/enabling")
    assert answer.json()["disabled"] is None
    await subscriber.until(lambda: len(subscriber.taken) == 2)
    assert subscriber.symbols() == [decision(1).symbol, decision(2).symbol]


async def test_only_the_secretary_has_to_do_with_webhooks(
    stage: Stage, subscriber: Subscriber
) -> None:
    key, _ = await subscribed(stage, subscriber)
    delegate = "kazakhstan/delegate"
    body = {"address": subscriber.address}
    assert (await stage.post("/webhooks", body, actor=delegate)).status_code == 403
    assert (
        await stage.http.get("/api/v1/webhooks", headers={"actor": delegate})
    ).status_code == 403
    assert (await stage.send("DELETE", f"/webhooks/{key}", None, delegate, {})).status_code == 403
    assert (
        await stage.send("DELETE", f"/webhooks/{key}", None, "secretary", {})
    ).status_code == 200
    assert (await stage.post(f"/webhooks/{key}/enabling")).status_code == 404
    refused = await stage.post("/webhooks", {"address": "http://ministry.example/"})
    assert refused.status_code == 422
    assert "https" in refused.json()["detail"]


@dataclass(frozen=True)
class Message:
    """A server-sent event."""

    id: str
    event: str
    data: Any


async def messages(answer: httpx.Response) -> AsyncIterator[Message]:
    """As the HTML standard has a client read them."""
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if not line and fields:
            yield Message(fields["id"], fields["event"], json.loads(fields["data"]))
            fields = {}
        elif line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value


async def test_the_stream_begins_at_the_beginning_and_goes_on_as_decisions_come(
    stage: Stage, stack: AsyncExitStack
) -> None:
    await stage.tell(decision(1), decision(2))
    place = stack.enter_context(listening("127.0.0.1", 0))
    app = create_app(stage.program.services, stage.program.workers)
    address = await stack.enter_async_context(served(app, place))
    client = await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=PATIENCE))
    async with client.stream("GET", "/api/v1/events/decisions") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        heard = messages(answer)
        first, second = await anext(heard), await anext(heard)
        await stage.tell(decision(3))
        third = await anext(heard)
    assert [m.data["data"]["symbol"] for m in (first, second, third)] == [
        decision(number).symbol for number in (1, 2, 3)
    ]
    assert third.event == third.data["type"] == DecisionAdopted.type
    assert third.id == third.data["id"]
    again = {"last-event-id": second.id}
    async with client.stream("GET", "/api/v1/events/decisions", headers=again) as answer:
        assert (await anext(messages(answer))) == third
    await stage.tell(decision(1, "heads-of-state"))
    wanted = {"mechanism": "heads-of-state"}
    async with client.stream("GET", "/api/v1/events/decisions", params=wanted) as answer:
        found = await anext(messages(answer))
        assert found.data["data"]["symbol"] == "CAC/SUMMIT/2027/DEC/1"


async def test_who_leaves_in_the_middle_of_the_stream_is_no_error(
    stage: Stage, stack: AsyncExitStack, caplog: pytest.LogCaptureFixture
) -> None:
    await stage.tell(*(decision(number) for number in range(1, 60)))
    place = stack.enter_context(listening("127.0.0.1", 0))
    app = create_app(stage.program.services, stage.program.workers)
    address = await stack.enter_async_context(served(app, place))
    client = await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=PATIENCE))
    for _ in range(5):
        async with client.stream("GET", "/api/v1/events/decisions") as answer:
            await anext(answer.aiter_bytes())
    async with client.stream("GET", "/api/v1/events/decisions") as answer:
        heard = messages(answer)
        numbers = [(await anext(heard)).data["subject"] for _ in range(59)]
    assert numbers == [decision(number).symbol for number in range(1, 60)]
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_the_same_subscription_sent_again_does_not_say_the_secret_again(
    stage: Stage, subscriber: Subscriber
) -> None:
    body = {"address": subscriber.address}
    first = await stage.post("/webhooks", body, idempotency_key="k")
    again = await stage.post("/webhooks", body, idempotency_key="k")
    assert again.json() == {**first.json(), "secret": None}
    assert (await standing(stage))["id"] == first.json()["webhook"]["id"]


async def test_a_mechanism_that_nobody_knows_is_refused_and_not_waited_for(stage: Stage) -> None:
    wanted = {"address": "https://ministry.example/d", "mechanisms": ["customs-heads", "nosuch"]}
    answers = [
        await stage.post("/webhooks", wanted),
        await stage.get("/events/decisions", mechanism=["customs-heads", "nosuch"]),
    ]
    for answer in answers:
        assert answer.status_code == 404
        assert "no mechanism called nosuch; GET /api/v1/mechanisms" in answer.json()["detail"]
    listed = await stage.http.get("/api/v1/webhooks", headers={"actor": "secretary"})
    assert listed.json()["items"] == []


async def test_a_last_event_that_was_never_told_is_refused_with_what_to_send(stage: Stage) -> None:
    await stage.tell(decision(1))
    again = {"last-event-id": "garbage"}
    answer = await stage.http.get("/api/v1/events/decisions", headers=again)
    assert answer.status_code == 422
    assert "no decision was told with the id garbage; send" in answer.json()["detail"]
