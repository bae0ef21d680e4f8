"""Questions and commands to the API: of a running server, or of the databases in a folder."""

from pathlib import Path
from typing import Any

import httpx

from services.program.app import create_app
from services.program.terminal import CommandError, deployment

SECRETARY = "secretary"


async def ask(path: str, folder: Path, url: str | None, **params: Any) -> Any:
    """What a GET of the secretary's answers: of the server at `url`, or else of the `folder`.

    CommandError with what the API says is wrong.
    """
    return (await get(path, folder, url, **params)).json()


async def download(path: str, folder: Path, url: str | None) -> bytes:
    """The same, where the answer is a file."""
    return (await get(path, folder, url)).content


async def get(path: str, folder: Path, url: str | None, **params: Any) -> httpx.Response:
    headers = {"actor": SECRETARY}
    transport: httpx.AsyncBaseTransport | None = None
    if url is None:
        program = deployment(folder, None, None)
        transport = httpx.ASGITransport(create_app(program.services, program.workers))
    base = url or "http://secretariat"
    async with httpx.AsyncClient(transport=transport, base_url=base) as client:
        return checked(await client.get(f"/api/v1{path}", params=params, headers=headers))


def command(url: str, path: str, body: Any, *, actor: str, method: str = "POST") -> Any:
    """What the server at `url` answers to a command of `actor`; CommandError where it refuses."""
    headers = {b"actor": actor.encode()}
    return checked(httpx.request(method, f"{url}/api/v1{path}", json=body, headers=headers)).json()


def checked(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        raise CommandError(answer.json()["detail"])
    return answer
