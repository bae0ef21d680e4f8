"""`secretariat recheck`: coming meetings that no longer stand on what their dates stood on."""

import asyncio
import os
from typing import Annotated

import typer

from services.program.asking import SECRETARY, ask, command, every
from services.program.terminal import (
    DEFAULT_URL,
    AsJson,
    CommandError,
    FolderInstead,
    Url,
    narrow,
    out,
    print_json,
    whole,
)

Meeting = Annotated[str | None, typer.Argument(metavar="[MEETING]", help="This one alone.")]
Settle = Annotated[
    str | None,
    typer.Option("--settle", metavar="REASON", help="Let MEETING stand as it is, and say why."),
]


def recheck(
    meeting: Meeting = None,
    settle: Settle = None,
    folder: FolderInstead = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """List what became otherwise since dates were fixed: days off, clocks; and what to do."""
    if settle is not None:
        let_stand(meeting, settle, url)
        return
    if meeting:
        items = [asyncio.run(ask(f"/rechecks/{meeting}", folder, url))]
    else:
        items = asyncio.run(every("/rechecks", folder, url))
    if as_json:
        print_json(items)
        return
    table = narrow(whole("meeting"), "what is otherwise", "what to do")
    for item in items:
        for finding in item["findings"]:
            table.add_row(item["id"], finding["found"], finding["action"])
    which = f"{meeting} stands as it was" if meeting else "All coming meetings stand as they were"
    out.print(table if table.row_count else f"{which} fixed.")


def let_stand(meeting: str | None, reason: str, url: str | None) -> None:
    if meeting is None:
        raise CommandError("say which meeting is to stand: secretariat recheck MEETING --settle …")
    server = url or os.environ.get("SECRETARIAT_URL") or DEFAULT_URL
    path = f"/rechecks/{meeting}/settlement"
    command(server, path, {"reason": reason}, actor=SECRETARY, options={"reason": "--settle"})
    out.print(f"{meeting} stands as it is.")
