"""`secretariat poll`: open a poll, see how it stands, choose."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from services.program.asking import ask, command
from services.program.commands.slots import First, Last, Limit, Meeting, Minutes
from services.program.terminal import (
    DEFAULT_FOLDER,
    DEFAULT_URL,
    AsJson,
    Folder,
    Server,
    Url,
    out,
    print_json,
)

app = typer.Typer(no_args_is_help=True, help="Ask the parties of a meeting for a date.")
Poll = Annotated[str, typer.Argument(metavar="POLL", help="Like customs-heads-2027-1.poll1.")]
Closes = Annotated[
    datetime,
    typer.Option("--closes", formats=["%Y-%m-%dT%H:%M"], help="Wall time, like 2027-02-01T18:00."),
]
Zone = Annotated[str, typer.Option("--zone", help="Of that wall time, like Asia/Tashkent.")]
SlotId = Annotated[str, typer.Argument(metavar="SLOT", help="Like s2.")]
Place = Annotated[str, typer.Option("--place", help="Where the meeting is convoked to.")]
SECRETARY = "secretary"
SIGNS = {"yes": "[green]yes[/]", "if_need_be": "[yellow]if need be[/]", "no": "[red]no[/]"}


@app.command("open")
def open_poll(
    meeting: Meeting,
    first: First,
    last: Last,
    closes: Closes,
    zone: Zone,
    minutes: Minutes = 240,
    limit: Limit = 5,
    url: Server = DEFAULT_URL,
) -> None:
    """Ask the parties of MEETING for the best dates that the system finds."""
    dates = {"first": f"{first:%Y-%m-%d}", "last": f"{last:%Y-%m-%d}"}
    body = {
        "propose": {**dates, "minutes": minutes, "limit": limit},
        "closes": {"wall": f"{closes:%Y-%m-%dT%H:%M:%S}", "zone": zone},
    }
    opened = command(url, f"/meetings/{meeting}/polls", body, actor=SECRETARY)
    out.print(f"{opened['id']}: {url}/polls/{opened['id']}")


@app.command("show")
def show_poll(
    poll: Poll, folder: Folder = DEFAULT_FOLDER, url: Url = None, as_json: AsJson = False
) -> None:
    """Show how POLL stands, the best date first."""
    tally = asyncio.run(ask(f"/polls/{poll}/tally", folder, url))
    if as_json:
        print_json(tally)
        return
    out.print(table_of(tally))
    silent = ", ".join(tally["silent"]) or "nobody"
    out.print(f"The poll is {tally['stage']}; silent: {silent}.")


@app.command()
def close(poll: Poll, slot: SlotId, place: Place, url: Server = DEFAULT_URL) -> None:
    """Choose SLOT, and convoke the meeting for it."""
    body = {"slot": slot, "place": place}
    meeting = command(url, f"/polls/{poll}/closing", body, actor=SECRETARY)
    out.print(f"{meeting['id']} is {meeting['stage']}.")


def table_of(tally: dict[str, Any]) -> Table:
    parties = sorted(party for several in said_by(tally["slots"][0]).values() for party in several)
    table = Table("", "when", *parties)
    for slot in tally["slots"]:
        words = {party: word for word, several in said_by(slot).items() for party in several}
        starts = slot["span"]["starts"]
        table.add_row(
            slot["slot"],
            f"{starts['at']} {starts['zone']}",
            *(SIGNS.get(words[party], "–") for party in parties),
        )
    return table


def said_by(slot: dict[str, Any]) -> dict[str, list[str]]:
    return {word: slot[word] for word in (*SIGNS, "silent")}
