"""All that can be read of the services, whoever reads it: every GET route with everything it names.

Routes come from the description of the API and from the services' pages, so a new one is walked by
itself; with an unknown name in its path it fails until somebody says what that stands for.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from services.program.services import SERVICES

NAME = re.compile(r"\{(\w+)(?::\w+)?\}")
STREAMS = "text/event-stream"


@dataclass(frozen=True)
class Way:
    """A GET route: its path with names in it, and what it may be asked besides."""

    path: str
    queries: tuple[str, ...] = ()
    streams: bool = False


def ways(app: FastAPI) -> list[Way]:
    described = [
        Way(
            path,
            queries=tuple(one["name"] for one in said if one["in"] == "query"),
            streams=STREAMS in operations["get"]["responses"]["200"].get("content", {}),
        )
        for path, operations in app.openapi()["paths"].items()
        if "get" in operations
        for said in [operations["get"].get("parameters", [])]
    ]
    drawn = [
        Way(route.path)
        for service in SERVICES
        for route in iter_route_contexts(service.pages.routes)
        if route.path and "GET" in (route.methods or ())
    ]
    return [*described, *drawn]


@dataclass(frozen=True)
class Found:
    """What one address answered, and the way to it."""

    way: Way
    address: str
    status: int
    text: str


class Walker:
    """Walks over all routes of `app` as `actor`; `named` is what each name in a path may be."""

    def __init__(
        self, app: FastAPI, named: Mapping[str, Sequence[str]], actor: str | None, **asked: str
    ) -> None:
        self.app = app
        self.named = named
        self.headers = {b"actor": actor.encode()} if actor else {}
        self.asked = asked

    async def walk(self) -> AsyncIterator[Found]:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as http:
            for way in ways(self.app):
                for address in self.addresses(way):
                    if way.streams:
                        yield Found(way, address, 200, await self.streamed(address))
                    else:
                        async for found in self.read(http, way, address):
                            yield found

    def addresses(self, way: Way) -> list[str]:
        """The way with every value that its names may have."""
        names = NAME.findall(way.path)
        asked = {name: value for name, value in self.asked.items() if name in way.queries}
        found = []
        for values in product(*(self.named[name] for name in names)):
            known = dict(zip(names, values, strict=True))
            path = NAME.sub(lambda name, known=known: quote(known[name[1]]), way.path)  # type: ignore[misc]
            found.append(f"{path}?{urlencode(asked)}" if asked else path)
        return found

    async def read(self, http: httpx.AsyncClient, way: Way, address: str) -> AsyncIterator[Found]:
        """What is there, and in a list also page by page, one thing a page."""
        answer = await http.get(address, headers=self.headers)
        assert answer.status_code < 500, (address, answer.text)
        yield told(way, address, answer)
        if "after" not in way.queries or not answer.is_success:
            return
        whole = answer.json()["items"]
        some: list[Any] = []
        after: dict[str, str] = {}
        while True:
            page = await http.get(address, headers=self.headers, params={"limit": 1, **after})
            yield told(way, address, page)
            some += page.json()["items"]
            if (following := page.json()["next"]) is None:
                break
            after = {"after": following}
        assert some == whole, f"{address} is otherwise page by page"

    async def streamed(self, address: str) -> str:
        """What a stream says before it has nothing more to say."""
        said: list[bytes] = []
        path, _, query = address.partition("?")
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "headers": list(self.headers.items()),
            "app": self.app,
        }
        left = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await left.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            body = message.get("body", b"")
            said.append(body)
            if body.startswith(b":"):
                self.app.state.closing.set()

        await self.app(scope, receive, send)
        self.app.state.closing.clear()
        return b"".join(said).decode()


def told(way: Way, address: str, answer: httpx.Response) -> Found:
    """The answer with its headers, as a reader could see any of them."""
    return Found(way, address, answer.status_code, f"{answer.headers}\n{answer.text}")
