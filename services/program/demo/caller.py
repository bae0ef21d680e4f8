"""Commands and questions to the HTTP API, as any client would send them.

Each command has a key that follows from its script and its place in it. A demo that was killed and
is started again on the same folder therefore sends the same commands, and those that were accepted
are answered as they were.
"""

from collections.abc import AsyncIterator
from typing import Any

import httpx


class UnexpectedAnswerError(Exception):
    """The API refused a command that the script counts on."""


class Caller:
    """One script's line to the API."""

    def __init__(self, http: httpx.AsyncClient, script: str) -> None:
        self.http = http
        self.script = script
        self.sent = 0

    async def send(
        self, method: str, path: str, body: Any, actor: str, if_match: str | None
    ) -> httpx.Response:
        self.sent += 1
        key = f"{self.script}/{self.sent}"
        headers = [(b"actor", actor.encode()), (b"idempotency-key", key.encode())]
        if if_match:
            headers.append((b"if-match", if_match.encode()))
        return await self.http.request(method, f"/api/v1{path}", json=body, headers=headers)

    async def post(
        self,
        path: str,
        body: Any = None,
        *,
        by: str = "secretary",
        method: str = "POST",
        if_match: str | None = None,
    ) -> Any:
        """What the accepted command answers; UnexpectedAnswerError when it is refused."""
        answer = await self.send(method, path, body, by, if_match)
        if answer.is_error:
            raise UnexpectedAnswerError(
                f"{self.script}: {method} {path} by {by} was answered {answer.status_code}: "
                f"{answer.text}"
            )
        return answer.json()

    async def refused(self, path: str, body: Any = None, *, by: str = "secretary") -> None:
        """Send a command that the rules must refuse; UnexpectedAnswerError when they do not."""
        answer = await self.send("POST", path, body, by, None)
        if not answer.is_client_error:
            raise UnexpectedAnswerError(
                f"{self.script}: POST {path} by {by} should have been refused and was answered "
                f"{answer.status_code}: {answer.text}"
            )

    async def get(self, path: str, **params: Any) -> Any:
        """What the secretary reads there, of restricted meetings too."""
        reader = {"actor": "secretary"}
        answer = await self.http.get(f"/api/v1{path}", params=params, headers=reader)
        if answer.is_error:
            raise UnexpectedAnswerError(f"GET {path} was answered {answer.status_code}")
        return answer.json()

    async def every(self, path: str, **params: Any) -> AsyncIterator[Any]:
        """Each item of a list, over all its pages."""
        after: dict[str, str] = {}
        while True:
            page = await self.get(path, limit=200, **params, **after)
            for item in page["items"]:
                yield item
            if page["next"] is None:
                return
            after = {"after": page["next"]}
