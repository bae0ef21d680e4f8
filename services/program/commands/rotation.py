"""`secretariat rotation`: whose turn it is to host, and how turns change."""

import asyncio
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column

from services.program.asking import SECRETARY, ask, command, every
from services.program.moments import wall
from services.program.terminal import (
    DEFAULT_URL,
    AsJson,
    FolderInstead,
    ForParty,
    Server,
    Url,
    narrow,
    out,
    print_json,
    whole,
)

app = typer.Typer(no_args_is_help=True, help="See and change whose turn it is to host.")
Mechanism = Annotated[str, typer.Argument(metavar="MECHANISM", help="Like customs-heads.")]
First = Annotated[str, typer.Argument(metavar="PARTY", help="Like china.")]
Second = Annotated[str, typer.Argument(metavar="OTHER", help="Like kazakhstan.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; shown beside the turn or the meeting.")]
OfMeeting = Annotated[
    str | None,
    typer.Option(
        "--meeting",
        help="One without a date that the party is to host, like customs-heads-2027-2; by default "
        "the turn that comes next, or else the meeting that its turn was given to.",
    ),
]
DespitePolls = Annotated[
    bool,
    typer.Option("--despite-polls", help="Although it ends a poll that delegations have answered."),
]
SAID = {
    "first": "PARTY",
    "second": "OTHER",
    "reason": "--reason",
    "meeting": "--meeting",
    "despite_polls": "--despite-polls",
}


@app.command()
def show(
    mechanism: Mechanism, folder: FolderInstead = None, url: Url = None, as_json: AsJson = False
) -> None:
    """Show who hosts next and why, who comes after, and who hosted last."""
    path = f"/mechanisms/{mechanism}/rotation"
    rotation = asyncio.run(ask(path, folder, url))
    if as_json:
        print_json(rotation)
        return
    following = asyncio.run(ask(f"{path}/next", folder, url))
    troika = asyncio.run(ask(f"{path}/troika", folder, url))
    table = narrow(Column("turn", justify="right"), whole("party"), "note")
    for turn, party in enumerate(rotation["queue"], start=1):
        table.add_row(str(turn), party, escape(rotation["notes"].get(party, "")))
    out.print(table)
    names = {party: escape(name) for party, name in rotation["names"].items()}
    host = following["host"]
    because = escape(following["because"])
    out.print(f"{names.get(host, host)} hosts next. {because[:1].upper()}{because[1:]}.")
    ahead = asyncio.run(coming(mechanism, folder, url))
    for meeting in ahead:
        out.print(
            f"{names.get(meeting['host'], meeting['host'])}: {meeting['id']}, {meeting['is']}"
        )
    if past := troika["past"]:
        out.print(f"{names.get(past, past)} hosted last.")


async def coming(mechanism: str, folder: Path | None, url: str | None) -> list[dict[str, str]]:
    """The meetings that have a host and are not closed, in time: who, which, how it stands."""
    found = [
        meeting
        for stage in ("planned", "scheduled", "open")
        for meeting in await every("/meetings", folder, url, mechanism=mechanism, stage=stage)
    ]
    return [
        {"host": meeting["turn"]["host"], "id": meeting["id"], "is": standing(meeting)}
        for meeting in sorted(found, key=in_time)
    ]


def in_time(meeting: dict[str, Any]) -> tuple[int, bool, str, int]:
    """By which meetings follow each other; in its year, what has no date yet comes last."""
    span = meeting["span"]
    starts: str = span["starts"]["at"] if span else ""
    return meeting["year"], not span, starts, meeting["ordinal"]


def standing(meeting: dict[str, Any]) -> str:
    """Like `planned`, or `scheduled for 12 Apr 2028`."""
    span = meeting.get("span")
    stage: str = meeting["stage"]
    return f"{stage} for {wall(span['starts']):%d %b %Y}" if span else stage


@app.command()
def decline(
    mechanism: Mechanism,
    reason: Reason,
    who: ForParty = SECRETARY,
    meeting: OfMeeting = None,
    despite_polls: DespitePolls = False,
    url: Server = DEFAULT_URL,
) -> None:
    """Pass the turn that comes next on to another party, or a meeting that has no date yet."""
    path = f"/mechanisms/{mechanism}/rotation/declines"
    body = {"reason": reason, "meeting": meeting, "despite_polls": despite_polls}
    said = command(url, path, body, actor=who, options=SAID)
    if handed := said["handed_over"]:
        host = said["hosts"][handed]
        gone = f"; {', '.join(said['withdrawn'])} is withdrawn" if said["withdrawn"] else ""
        out.print(f"{said['names'].get(host, host)} hosts {handed}{gone}.")
    out.print(f"{first_of(said)} hosts {mechanism} next.")


@app.command()
def take_back(
    mechanism: Mechanism,
    party: First,
    reason: Reason,
    who: ForParty = SECRETARY,
    url: Server = DEFAULT_URL,
) -> None:
    """Have PARTY take up again the turn that it declined, while no meeting is planned on it."""
    path = f"/mechanisms/{mechanism}/rotation/declines/{party}/withdrawal"
    said = command(url, path, {"reason": reason}, actor=who, options=SAID)
    out.print(f"{first_of(said)} hosts {mechanism} next.")


@app.command()
def swap(
    mechanism: Mechanism,
    first: First,
    second: Second,
    reason: Reason,
    url: Server = DEFAULT_URL,
) -> None:
    """Have PARTY and OTHER exchange their turns, as they agreed."""
    body = {"first": first, "second": second, "reason": reason}
    path = f"/mechanisms/{mechanism}/rotation/swaps"
    said = command(url, path, body, actor=SECRETARY, options=SAID)
    out.print(f"{first_of(said)} hosts {mechanism} next.")


def first_of(rotation: dict[str, Any]) -> str:
    """What the party is called whose turn comes next."""
    party: str = rotation["queue"][0]
    return escape(rotation["names"].get(party, party))
