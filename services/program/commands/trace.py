"""`secretariat trace`: where something came from and what became of it."""

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.markup import escape
from rich.tree import Tree

from services.lineage.rules.chain import Chain, Line, in_time
from services.program.app import create_app
from services.program.terminal import (
    DEFAULT_FOLDER,
    AsJson,
    CommandError,
    Folder,
    deployment,
    out,
    print_json,
)

Key = Annotated[str, typer.Argument(metavar="ID", help="Of a decision, follow-up, item, …")]
Url = Annotated[str | None, typer.Option("--url", help="Ask a running server instead.")]
Brief = Annotated[bool, typer.Option("--brief", help="Leave out who did what and when.")]


def trace(
    key: Key,
    folder: Folder = DEFAULT_FOLDER,
    url: Url = None,
    brief: Brief = False,
    as_json: AsJson = False,
) -> None:
    """Show the whole chain of ID, back to what caused it and forth to what came of it."""
    found = asyncio.run(ask(key, folder, url))
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        out.print(drawn(found, brief=brief))


async def ask(key: str, folder: Path, url: str | None) -> Chain:
    """What the API answers: of the server at `url`, or of the databases in `folder`."""
    transport: httpx.AsyncBaseTransport | None = None
    if url is None:
        program = deployment(folder, None, None)
        transport = httpx.ASGITransport(create_app(program.services, program.workers))
    async with httpx.AsyncClient(
        transport=transport, base_url=url or "http://secretariat"
    ) as client:
        answer = await client.get(f"/api/v1/lineage/{key}")
    if answer.is_error:
        raise CommandError(answer.json()["detail"])
    return Chain.model_validate(answer.json())


def drawn(chain: Chain, *, brief: bool) -> Tree:
    """The chain as a tree, in order of time: origins, the thing itself, what came of it."""
    tree = Tree(f"[bold]{chain.id}[/] {chain.kind}: {escape(chain.title)}")
    for heading, steps in zip(("it came of", "of it came"), in_time(chain), strict=True):
        if not steps:
            continue
        branch = tree.add(f"[cyan]{heading}[/]")
        for step in steps:
            leaf = branch.add(
                f"[bold]{step.id}[/] {step.kind}, [yellow]{step.state}[/]: {escape(step.title)}"
            )
            if not brief:
                leaf.add(f"[dim]{escape(step.link)}[/]")
                add_history(leaf, step.history)
    add_history(tree.add("[cyan]its history[/]"), chain.history)
    return tree


def add_history(branch: Tree, history: Iterable[Line]) -> None:
    for line in history:
        note = f" ({line.note})" if line.note else ""
        branch.add(
            f"{line.when:%Y-%m-%d %H:%M} UTC {escape(line.what + note)}, by {escape(line.who)}"
        )
