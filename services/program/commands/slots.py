"""`secretariat slots`: when a meeting could be, and why then."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column, Table

from services.program.asking import ask
from services.program.dates import day
from services.program.moments import span_lines, to_the_minute
from services.program.terminal import (
    AsJson,
    CommandError,
    FolderInstead,
    Url,
    narrow,
    out,
    print_json,
    whole,
)

Meeting = Annotated[str, typer.Argument(metavar="MEETING", help="Like customs-heads-2027-1.")]
First = Annotated[
    date | None,
    typer.Option(
        "--first",
        parser=day,
        metavar="DATE",
        help="First date at the host's.  [default: after two weeks to answer, and notice]",
    ),
]
Last = Annotated[
    date | None,
    typer.Option(
        "--last", parser=day, metavar="DATE", help="Last date.  [default: six weeks after that]"
    ),
]
Minutes = Annotated[
    int | None,
    typer.Option(
        "--minutes",
        min=1,
        help="How long a session is.  [default: as in the meeting, else as in its body's last one]",
    ),
]
Days = Annotated[
    int | None,
    typer.Option("--days", min=1, help="On how many days in a row.  [default: as with --minutes]"),
]
Place = Annotated[
    str | None,
    typer.Option("--place", help="Where.  [default: where the meeting is, or the host's capital]"),
]
Online = Annotated[bool, typer.Option("--online", help="Nobody travels.")]
Gap = Annotated[
    int, typer.Option("--gap", help="Minutes between two meetings of a delegate in one city.")
]
Limit = Annotated[int, typer.Option("--limit", help="How many to show.")]
ShortNotice = Annotated[bool, typer.Option("--short-notice", help="The parties agreed to it.")]
Relax = Annotated[
    list[str] | None,
    typer.Option(
        "--relax",
        metavar="RULE",
        help="Let a rule be broken, at a price; several. `secretariat slots --rules` lists them.",
    ),
]
Prepares = Annotated[
    str | None,
    typer.Option(
        "--prepares",
        metavar="MEETING",
        help="It comes before this one. Ministers before the Summit are known to.",
    ),
]
PreparedBy = Annotated[
    str | None, typer.Option("--prepared-by", metavar="MEETING", help="It comes after this one.")
]
MinDays = Annotated[
    int | None, typer.Option("--min-days", help="At least so long before or after.  [default: 1]")
]
MaxDays = Annotated[int | None, typer.Option("--max-days", help="At most so long.  [default: 120]")]
READ: Mapping[str, Callable[[str], Any]] = {
    "closes": datetime.fromisoformat,
    "zone": str,
    "first": date.fromisoformat,
    "last": date.fromisoformat,
}
OPTIONS = {
    "first": "--first",
    "last": "--last",
    "minutes": "--minutes",
    "days": "--days",
    "place": "--place",
    "gap": "--gap",
    "limit": "--limit",
    "relax": "--relax",
    "prepares": "--prepares",
    "prepared_by": "--prepared-by",
    "min_days": "--min-days",
    "max_days": "--max-days",
}
SUGGESTED = OPTIONS | {"closes": "--closes", "zone": "--zone"}


def print_rules(wanted: bool) -> None:
    """List the rules of the finder, and end there."""
    if not wanted:
        return
    from services.scheduling.rules.slots.rule import DEFAULTS, Rule

    table = narrow(whole("rule"), whole("cost"), "of what")
    for rule in Rule:
        held = DEFAULTS[rule]
        table.add_row(rule, f"{held.cost}{' *' if held.hard else ''}", rule.meaning)
    out.print(table)
    out.print("* kept by all that is offered, unless --relax names the rule", style="dim")
    out.print("A minute outside a party's office hours costs 1.", style="dim")
    raise typer.Exit


Rules = Annotated[
    bool,
    typer.Option(
        "--rules", callback=print_rules, is_eager=True, help="List the rules, and end there."
    ),
]


def slots(
    meeting: Meeting,
    first: First = None,
    last: Last = None,
    minutes: Minutes = None,
    days: Days = None,
    place: Place = None,
    online: Online = False,
    gap: Gap = 0,
    limit: Limit = 5,
    short_notice: ShortNotice = False,
    relax: Relax = None,
    prepares: Prepares = None,
    prepared_by: PreparedBy = None,
    min_days: MinDays = None,
    max_days: MaxDays = None,
    _rules: Rules = False,
    folder: FolderInstead = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Rank the times at which MEETING could be, each with what it costs whom.

    Where there is none, say the fewest rules that would have to give way.
    """
    where = whereabouts(place, online, gap)
    order = order_of(prepares, prepared_by, min_days, max_days)
    between, suggested = with_suggestions(
        meeting, folder, url, {"first": first, "last": last}, short_notice=short_notice
    )
    first, last = between["first"], between["last"]
    wanted = search(first, last, minutes, days, limit, short_notice, relax) | where | order
    found = asyncio.run(ask(f"/meetings/{meeting}/slots", folder, url, options=OPTIONS, **wanted))
    if as_json:
        print_json(found)
        return
    out.print(suggested, style="dim", end="", soft_wrap=True)
    show(found)


def with_suggestions(
    meeting: str, folder: Path | None, url: str | None, said: Mapping[str, Any], **beside: Any
) -> tuple[dict[str, Any], str]:
    """The options that were said, and what the server suggests for those that are None; in words.

    It suggests what goes with those that were said, and with what is known `beside`. The words are
    a line that tells what was taken, or nothing.
    """
    given = {name: value for name, value in said.items() if value is not None}
    missing = [name for name in said if name not in given]
    if not missing:
        return given, ""
    asked = {name: str(value) for name, value in (given | beside).items() if value is not None}
    offered = asyncio.run(
        ask(f"/meetings/{meeting}/suggestion", folder, url, options=SUGGESTED, **asked)
    )
    none = " and ".join(f"--{name}" for name in missing if offered[name] is None)
    if none:
        raise CommandError(f"no day of its year leaves time to answer, and then notice; say {none}")
    taken = " ".join(f"--{name} {offered[name].removesuffix(':00')}" for name in missing)
    found = {name: READ[name](offered[name]) for name in missing}
    return given | found, f"Not said, and taken: {taken}\n"


def whereabouts(place: str | None, online: bool, gap: int) -> dict[str, Any]:
    """Where a meeting would be, as the API asks for it: only what was said."""
    if place and online:
        raise CommandError("give --place or --online, not both")
    said = {"place": place, "online": online, "gap": gap}
    return {name: value for name, value in said.items() if value}


def order_of(
    prepares: str | None, prepared_by: str | None, min_days: int | None, max_days: int | None
) -> dict[str, Any]:
    """What comes before what, as the API asks for it: only what was said."""
    said = {
        "prepares": prepares,
        "prepared_by": prepared_by,
        "min_days": min_days,
        "max_days": max_days,
    }
    found = {name: value for name, value in said.items() if value is not None}
    if found and not (prepares or prepared_by):
        raise CommandError("--min-days and --max-days go with --prepares or --prepared-by")
    return found


def search(
    first: date,
    last: date,
    minutes: int | None,
    days: int | None,
    limit: int,
    short_notice: bool,
    relax: list[str] | None,
) -> dict[str, Any]:
    """What the API asks of a search for a time."""
    how_long = {"minutes": minutes, "days": days}
    return {
        "first": f"{first:%Y-%m-%d}",
        "last": f"{last:%Y-%m-%d}",
        "limit": limit,
        "short_notice": short_notice,
        "relax": relax or [],
        **{name: value for name, value in how_long.items() if value is not None},
    }


def length_of(minutes: int | None, days: int | None) -> dict[str, int]:
    """How long a date of the API is from beginning to end, where it is said."""
    if minutes is None and days is not None:
        raise CommandError("--days goes with --minutes; say how long a session is")
    return {} if minutes is None else {"minutes": ((days or 1) - 1) * 24 * 60 + minutes}


def show(answer: dict[str, Any]) -> None:
    if answer["since"]:
        since = to_the_minute(answer["since"])
        out.print(f"Searched from now on, {since}: dates before have passed.", style="dim")
    if answer["unnamed"]:
        parties = ", ".join(answer["unnamed"])
        out.print(
            f"Nobody is named as coordinator of {parties} in this body, so other meetings of "
            "theirs do not count.",
            style="dim",
        )
    relaxation = answer["relaxation"]
    if relaxation is not None:
        out.print("[yellow]No time fits.[/] The fewest rules that would have to give way:")
        for text in relaxation["in_short"]:
            out.print(f"  {escape(text)}")
        out.print("The best time then:")
        out.print(table_of([relaxation["slot"]]))
        rules = dict.fromkeys(reason["rule"] for reason in relaxation["gives_way"])
        options = " ".join(f"--relax {rule}" for rule in rules)
        out.print(f"With {options} it lists more of them.", style="dim")
        return
    out.print(table_of(answer["slots"]))
    out.print(f"Holidays as {answer['holiday_data']} has them.", style="dim")


def table_of(found: list[Any]) -> Table:
    table = Table(
        Column("when", no_wrap=True), Column("cost", no_wrap=True), "why", show_lines=True
    )
    for slot in found:
        lines = [f"{line['cost']:>4}  {escape(line['text'])}" for line in slot["in_short"]]
        table.add_row(span_lines(slot["span"]), str(slot["cost"]), "\n".join(lines) or "nothing")
    return table
