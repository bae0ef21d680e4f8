"""`secretariat routine`: when a party works, and what it has announced of single days."""

import asyncio
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from services.program.asking import SECRETARY, ask, command, every, names_of_parties
from services.program.commands import recheck
from services.program.dates import day as day_written
from services.program.terminal import (
    DEFAULT_URL,
    AsJson,
    CommandError,
    FolderInstead,
    ForParty,
    Server,
    Url,
    narrow,
    out,
    print_json,
    whole,
)

if TYPE_CHECKING:
    from services.scheduling.rules.routine import Routine
    from services.working_time.days import Override

app = typer.Typer(
    no_args_is_help=True, help="See and set when a party works: office hours and days off."
)
Party = Annotated[str, typer.Argument(metavar="PARTY", help="Like kazakhstan.")]
On = Annotated[
    date,
    typer.Argument(metavar="DATE", parser=day_written, help="Of the party, like 2027-03-24."),
]
Off = Annotated[bool, typer.Option("--off", help="It is a day off.")]
Work = Annotated[bool, typer.Option("--work", help="It is worked, like one that makes up.")]
Computed = Annotated[
    bool,
    typer.Option(
        "--as-computed",
        help="It is what the holiday data have, for certain; so --off or --work is taken back.",
    ),
]
Reason = Annotated[
    str | None,
    typer.Option("--reason", help="What the day is, like 'Day of mourning'; --off needs one."),
]
Source = Annotated[str, typer.Option("--source", help="What says so, like 'Decree 112'.")]
Dated = Annotated[
    date | None,
    typer.Option(
        "--dated",
        parser=day_written,
        metavar="DATE",
        help="Of when --source is. Of what is announced of a day, the later dated holds.  "
        "[default: today, in its capital]",
    ),
]
Opens = Annotated[
    str | None, typer.Option("--opens", help="Like 09:00, in its zone.  [default: as it is]")
]
Closes = Annotated[str | None, typer.Option("--closes", help="Like 18:00.  [default: as it is]")]
Lunch = Annotated[
    str | None, typer.Option("--lunch", help="Like 13:00-14:00; or none.  [default: as it is]")
]
Weekend = Annotated[
    str | None,
    typer.Option("--weekend", help="Like saturday,sunday; or none.  [default: as it is]"),
]
SAID = {
    "party": "PARTY",
    "on": "DATE",
    "name": "--reason",
    "source": "--source",
    "dated": "--dated",
    "opens": "--opens",
    "closes": "--closes",
    "lunch": "--lunch",
    "weekend": "--weekend",
}
NONE = "none"
RULED = {"holiday": "off", "working": "worked", "certain": "as the holiday data have it"}


@app.command()
def show(
    party: Party, folder: FolderInstead = None, url: Url = None, as_json: AsJson = False
) -> None:
    """Show the hours that PARTY keeps, and what it has announced of days to come."""
    answer = asyncio.run(routine_of(party, folder, url))
    if as_json:
        print_json(answer)
    else:
        print_routine(read(answer))


@app.command()
def day(
    party: Party,
    on: On,
    source: Source,
    dated: Dated = None,
    off: Off = False,
    work: Work = False,
    computed: Computed = False,
    reason: Reason = None,
    who: ForParty = SECRETARY,
    url: Server = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Announce that DATE is a day off of PARTY, or is worked; or take that back.

    What becomes otherwise by it is listed, as `secretariat recheck` does.
    """
    ruling = ruling_of(off, work, computed, reason)
    said = {"on": f"{on}", "ruling": ruling, "name": reason}
    body = said | {"source": source, "dated": f"{dated}" if dated else None}
    asyncio.run(check_party(party, None, url))
    before = otherwise(url, who)
    path = f"/parties/{party}/routine/days"
    answer = command(url, path, body, actor=who, options=SAID)
    if as_json:
        print_json(answer)
        return
    routine = read(answer)
    held = routine.holding[on]
    out.print(f"{on} in {escape(routine.facts.name)}: {escape(line_of(held))}.")
    if dated and held.dated > dated:
        out.print(f"What is dated {held.dated} holds, not this: give a later --dated.")
    print_otherwise(before, otherwise(url, who))


@app.command()
def hours(
    party: Party,
    opens: Opens = None,
    closes: Closes = None,
    lunch: Lunch = None,
    weekend: Weekend = None,
    who: ForParty = SECRETARY,
    url: Server = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Set the office hours of PARTY; what is convened already does not move.

    What becomes otherwise by it is listed, as `secretariat recheck` does.
    """
    changes = said_of(opens, closes, lunch, weekend)
    if not changes:
        raise CommandError("say what changes: --opens, --closes, --lunch or --weekend")
    known = read(asyncio.run(routine_of(party, None, url)))
    kept = known.office.model_dump(mode="json", include={"opens", "closes", "lunch", "weekend"})
    before = otherwise(url, who)
    path = f"/parties/{party}/routine/hours"
    answer = command(
        url, path, kept | changes, actor=who, method="PUT", seen=known.revision, options=SAID
    )
    if as_json:
        print_json(answer)
        return
    print_routine(read(answer))
    print_otherwise(before, otherwise(url, who))


async def routine_of(party: str, folder: Path | None, url: str | None) -> Any:
    """The routine of `party`, as the API has it."""
    await check_party(party, folder, url)
    return await ask(f"/parties/{party}/routine", folder, url)


async def check_party(party: str, folder: Path | None, url: str | None) -> None:
    """CommandError, with those there are, where it is none."""
    names = await names_of_parties(folder, url)
    if party not in names:
        raise CommandError(f"PARTY: {party} is no party; there are {', '.join(sorted(names))}")


def read(answer: Any) -> "Routine":
    from services.scheduling.rules.routine import Routine

    return Routine.model_validate(answer)


def ruling_of(off: bool, work: bool, computed: bool, reason: str | None) -> str:
    """What DATE is, as the API has it; CommandError unless one thing is said of it."""
    said = {"holiday": off, "working": work, "certain": computed}
    found = [ruling for ruling, given in said.items() if given]
    if len(found) != 1:
        raise CommandError("say one of --off, --work, --as-computed")
    if off and not reason:
        raise CommandError("say what the day off is with --reason, like 'Day of mourning'")
    return found[0]


def said_of(
    opens: str | None, closes: str | None, lunch: str | None, weekend: str | None
) -> dict[str, Any]:
    """What changes of the hours, as the API has it: only what was said."""
    said: dict[str, Any] = {
        "opens": opens,
        "closes": closes,
        "lunch": lunch and lunch.split("-"),
        "weekend": weekend and weekend.split(","),
    }
    changes = {name: value for name, value in said.items() if value}
    return changes | {
        name: none
        for name, value, none in (("lunch", lunch, None), ("weekend", weekend, []))
        if value == NONE
    }


def line_of(held: "Override") -> str:
    """Like `off: Day of mourning (Decree 112, 2027-02-15)`."""
    name = f": {held.name}" if held.name else ""
    return f"{RULED[held.ruling]}{name} ({held.source}, {held.dated})"


def print_routine(routine: "Routine") -> None:
    from events.clock import SystemClock

    office = routine.office
    lunch = "{:%H:%M}–{:%H:%M}".format(*office.lunch) if office.lunch else NONE
    table = narrow(whole(escape(office.name)), "")
    table.add_row("office hours", f"{office.opens:%H:%M}–{office.closes:%H:%M} {office.zone}")
    table.add_row("lunch", lunch)
    table.add_row("weekend", ", ".join(office.weekend) or NONE)
    today = SystemClock().now().astimezone(ZoneInfo(office.zone)).date()
    for on, held in sorted(routine.holding.items()):
        if on >= today:
            table.add_row(f"{on:%a %d %b %Y}", escape(line_of(held)))
    out.print(table)


Otherwise = dict[str, list[tuple[str, str]]]


def otherwise(url: str, who: str) -> Otherwise:
    """What no longer stands on what it stood on, by meeting or poll: what is found, what to do."""
    items = asyncio.run(every("/rechecks", None, url, actor=who))
    return {item["id"]: list(recheck.lines_of(item)) for item in items}


def print_otherwise(before: Otherwise, after: Otherwise) -> None:
    """What an entry made otherwise, and what stands again by it."""
    table = recheck.empty_table()
    for key, lines in after.items():
        for found, action in lines if before.get(key) != lines else ():
            table.add_row(key, escape(found), escape(action))
    if table.row_count:
        out.print(table)
    for key in sorted(before.keys() - after.keys()):
        out.print(f"{key} stands again on what its date stood on.")
    if before == after:
        out.print("No coming meeting or open poll is otherwise by it.")
