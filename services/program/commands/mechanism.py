"""`secretariat mechanism`: the bodies that meet."""

import asyncio

import typer
from rich.markup import escape

from services.program.asking import every
from services.program.terminal import (
    AsJson,
    FolderInstead,
    Url,
    narrow,
    out,
    print_json,
    whole,
)

app = typer.Typer(no_args_is_help=True, help="See the bodies that meet.")


@app.callback()
def mechanism() -> None:
    """Keep `list` a command of its own, however many there are."""


@app.command("list")
def list_mechanisms(folder: FolderInstead = None, url: Url = None, as_json: AsJson = False) -> None:
    """List the bodies as commands name them, with the notice that each asks for."""
    bodies = asyncio.run(every("/mechanisms", folder, url))
    if as_json:
        print_json(bodies)
        return
    table = narrow(whole("mechanism"), "name", "notice", "parties")
    for body in bodies:
        name, notice = escape(body["row"]["short_name"]), f"{body['rules']['notice_days']} days"
        table.add_row(body["id"], name, notice, str(len(body["parties"])))
    out.print(table)
