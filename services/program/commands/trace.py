"""`secretariat trace`: where something came from and what became of it."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.tree import Tree

from events.clock import SystemClock
from services.program.app import create_app
from services.program.embedded import Program
from services.program.services import SERVICES
from services.program.terminal import (
    DEFAULT_FOLDER,
    AsJson,
    CommandError,
    Folder,
    existing,
    out,
    print_json,
)

Id = Annotated[str, typer.Argument(help="Of a decision, follow-up, agenda item, agreement, …")]
Url = Annotated[str | None, typer.Option("--url", help="Ask a running server instead.")]


def trace(
    key: Id, folder: Folder = DEFAULT_FOLDER, url: Url = None, as_json: AsJson = False
) -> None:
    """Show the whole chain of KEY, back to what caused it and forth to what came of it."""
    found = asyncio.run(ask(key, existing(folder) if url is None else folder, url))
    if as_json:
        print_json(found)
    else:
        out.print(tree(found))


async def ask(key: str, folder: Path, url: str | None) -> Any:
    """What the API answers: of the server at `url`, or of the databases in `folder`, read only."""
    transport: httpx.AsyncBaseTransport | None = None
    if url is None:
        program = Program(folder, SERVICES, SystemClock())
        transport = httpx.ASGITransport(create_app(SERVICES, program.workers))
    async with httpx.AsyncClient(
        transport=transport, base_url=url or "http://secretariat"
    ) as client:
        answer = await client.get(f"/api/v1/lineage/{key}")
    if answer.is_error:
        raise CommandError(answer.json()["detail"])
    return answer.json()


def tree(found: Any) -> Tree: ...
