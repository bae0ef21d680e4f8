"""`secretariat trace`: where something came from and what became of it."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.tree import Tree

from services.program.asking import ask
from services.program.terminal import AsJson, FolderInstead, Url, out, print_json

if TYPE_CHECKING:
    from services.lineage.rules.chain import Chain, Line

Key = Annotated[str, typer.Argument(metavar="ID", help="Of a decision, follow-up, item, …")]
Brief = Annotated[bool, typer.Option("--brief", help="Leave out who did what and when.")]


def trace(
    key: Key,
    folder: FolderInstead = None,
    url: Url = None,
    brief: Brief = False,
    as_json: AsJson = False,
) -> None:
    """Show the whole chain of ID, back to what caused it and forth to what came of it."""
    found = asyncio.run(ask(f"/lineage/{key}", folder, url))
    if as_json:
        print_json(found)
        return

    from services.lineage.rules.chain import Chain

    out.print(drawn(Chain.model_validate(found), brief=brief))


def drawn(chain: "Chain", *, brief: bool) -> Tree:
    """The chain as a tree, in order of time: origins, the thing itself, what came of it."""
    from services.lineage.rules.chain import in_time

    tree = Tree(f"[bold]{chain.id}[/] {chain.kind}: {escape(chain.title)}")
    for heading, steps in zip(("it came of", "of it came"), in_time(chain), strict=True):
        if not steps:
            continue
        branch = tree.add(f"[cyan]{heading}[/]")
        for step in steps:
            state = step.state.replace("_", " ")
            leaf = branch.add(
                f"[bold]{step.id}[/] {step.kind}, [yellow]{state}[/]: {escape(step.title)}"
            )
            if not brief:
                leaf.add(f"[dim]{escape(step.link)}[/]")
                add_history(leaf, step.history)
    add_history(tree.add("[cyan]its history[/]"), chain.history)
    return tree


def add_history(branch: Tree, history: "Iterable[Line]") -> None:
    from services.http.words import acting, instant

    for line in history:
        note = f" ({line.note})" if line.note else ""
        what = line.what.replace("_", " ")
        branch.add(escape(f"{instant(line.when)}: {what}{note}, by {acting(line.who)}"))
