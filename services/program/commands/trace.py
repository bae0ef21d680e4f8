"""`secretariat trace`: where something came from and what became of it."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.markup import escape
from rich.tree import Tree

from services.program.app import create_app
from services.program.terminal import (
    DEFAULT_FOLDER,
    AsJson,
    CommandError,
    Folder,
    out,
    print_json,
    reader,
)

Key = Annotated[str, typer.Argument(metavar="ID", help="Of a decision, follow-up, item, …")]
Url = Annotated[str | None, typer.Option("--url", help="Ask a running server instead.")]


def trace(
    key: Key, folder: Folder = DEFAULT_FOLDER, url: Url = None, as_json: AsJson = False
) -> None:
    """Show the whole chain of ID, back to what caused it and forth to what came of it."""
    found = asyncio.run(ask(key, folder, url))
    if as_json:
        print_json(found)
    else:
        out.print(drawn(found))


async def ask(key: str, folder: Path, url: str | None) -> Any:
    """What the API answers: of the server at `url`, or of the databases in `folder`."""
    transport: httpx.AsyncBaseTransport | None = None
    if url is None:
        program = reader(folder)
        transport = httpx.ASGITransport(create_app(program.services, program.workers))
    async with httpx.AsyncClient(
        transport=transport, base_url=url or "http://secretariat"
    ) as client:
        answer = await client.get(f"/api/v1/lineage/{key}")
    if answer.is_error:
        raise CommandError(answer.json()["detail"])
    return answer.json()


def drawn(found: Any) -> Tree:
    """The chain as a tree: origins first, then the thing itself, then what came of it."""
    tree = Tree(f"[bold]{found['id']}[/] {found['kind']}: {escape(found['title'])}")
    for heading, steps in (("it came of", reversed(found["back"])), ("of it came", found["forth"])):
        branch = tree.add(f"[cyan]{heading}[/]")
        for step in steps:
            leaf = branch.add(
                f"[bold]{step['id']}[/] {step['kind']}, [yellow]{step['state']}[/]: "
                f"{escape(step['title'])}"
            )
            leaf.add(f"[dim]{escape(step['link'])}[/]")
            add_history(leaf, step["history"])
    add_history(tree.add("[cyan]its history[/]"), found["history"])
    return tree


def add_history(branch: Tree, history: Any) -> None:
    for line in history:
        when = datetime.fromisoformat(line["when"])
        note = f" ({line['note']})" if line["note"] else ""
        branch.add(
            f"{when:%Y-%m-%d %H:%M} UTC {escape(line['what'] + note)}, by {escape(line['who'])}"
        )
