"""`secretariat recheck`: meetings and polls that no longer stand on what their dates stood on."""

import asyncio
import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

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

Meeting = Annotated[
    str | None, typer.Argument(metavar="[MEETING]", help="This one alone, or this poll.")
]
Settle = Annotated[
    str | None,
    typer.Option("--settle", metavar="REASON", help="Let MEETING stand as it is, and say why."),
]
Recount = Annotated[
    str | None,
    typer.Option("--recount", metavar="REASON", help="Count the deadlines of MEETING again."),
]


WAITING = ("open", "ended")


def recheck(
    meeting: Meeting = None,
    settle: Settle = None,
    recount: Recount = None,
    folder: FolderInstead = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """List what became otherwise since dates were fixed or asked, and what to do."""
    if settle is not None or recount is not None:
        act(meeting, settle, recount, url)
        return
    if meeting:
        items = [asyncio.run(ask(f"/rechecks/{meeting}", folder, url))]
    else:
        items = asyncio.run(every("/rechecks", folder, url))
    if as_json:
        print_json(items)
        return
    table = empty_table()
    for item in items:
        for number, (found, action) in enumerate(lines_of(item)):
            table.add_row("" if number else item["id"], escape(found), escape(action))
    if table.row_count:
        out.print(table)
        for line in asked_already(items, folder, url):
            out.print(line, soft_wrap=True)
    else:
        out.print(
            f"Nothing has changed for {meeting or 'any coming meeting'} since its date was fixed."
        )
        for item in items:
            if item["settled"]:
                out.print(f"It was let stand: {escape(item['settled'])}")


def asked_already(
    items: list[dict[str, Any]], folder: Path | None, url: str | None
) -> Iterator[str]:
    """That delegations are asked for another date of a meeting of which something is found."""
    for item in items:
        if item["asks_for"] or not (item["findings"] or item["shifts"]):
            continue
        for poll in asyncio.run(every("/polls", folder, url, meeting=item["id"])):
            if poll["stage"] in WAITING:
                yield f"{item['id']}: {poll['id']} asks its delegations for another date already."


def empty_table() -> Table:
    return narrow(whole("meeting, poll"), "what is otherwise", "what to do")


def lines_of(item: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is otherwise and what to do; once where it is the same for several dates of a poll."""
    same: dict[tuple[str, str], list[str]] = {}
    for found in (*item["findings"], *item["shifts"]):
        slots = same.setdefault((found["found"], found["action"]), [])
        if slot := found.get("slot"):
            slots.append(f"{slot} ({date.fromisoformat(found['on']):%a %d %b})")
    for (found, action), slots in same.items():
        yield f"{', '.join(slots)}: {found}" if slots else found, action


def act(meeting: str | None, settle: str | None, recount: str | None, url: str | None) -> None:
    option, reason = ("settle", settle) if settle is not None else ("recount", recount)
    if meeting is None:
        raise CommandError(f"say which meeting: secretariat recheck MEETING --{option} REASON")
    server = url or os.environ.get("SECRETARIAT_URL") or DEFAULT_URL
    path = f"/rechecks/{meeting}/{'settlement' if option == 'settle' else 'recount'}"
    options = {"reason": f"--{option}"}
    known = asyncio.run(ask(f"/rechecks/{meeting}", None, server))
    said = command(
        server,
        path,
        {"reason": reason},
        actor=SECRETARY,
        seen=known["revision"],
        options=options,
    )
    done = "stands as it is" if option == "settle" else "has its deadlines counted again"
    out.print(f"{meeting} {done}.")
    if option == "settle":
        for found, _ in lines_of(known):
            out.print(f"  {escape(found)}", soft_wrap=True)
    for poll in said.get("polls", ()):
        out.print(
            f"{poll} still asks for another date of it; "
            f"secretariat poll withdraw {poll} --reason WHY ends that.",
            style="yellow",
            soft_wrap=True,
        )
