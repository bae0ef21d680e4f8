"""`secretariat slots`: when a meeting could be, and why then."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from services.program.asking import ask
from services.program.terminal import DEFAULT_FOLDER, AsJson, Folder, Url, out, print_json
from services.scheduling.rules.slots.answer import Answer, Slot

Meeting = Annotated[str, typer.Argument(metavar="MEETING", help="Like customs-heads-2027-1.")]
First = Annotated[
    datetime, typer.Option("--first", formats=["%Y-%m-%d"], help="First date at the host's.")
]
Last = Annotated[datetime, typer.Option("--last", formats=["%Y-%m-%d"], help="Last date.")]
Minutes = Annotated[int, typer.Option("--minutes", help="How long a session is.")]
Days = Annotated[int, typer.Option("--days", help="On how many days in a row.")]
Place = Annotated[str | None, typer.Option("--place", help="Where; online without one.")]
Limit = Annotated[int, typer.Option("--limit", help="How many to show.")]
ShortNotice = Annotated[bool, typer.Option("--short-notice", help="The parties agreed to it.")]


def slots(
    meeting: Meeting,
    first: First,
    last: Last,
    minutes: Minutes = 240,
    days: Days = 1,
    place: Place = None,
    limit: Limit = 5,
    short_notice: ShortNotice = False,
    folder: Folder = DEFAULT_FOLDER,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Rank the times at which MEETING could be, each with what it costs whom.

    Where there is none, say the fewest rules that would have to give way.
    """
    wanted: dict[str, Any] = {
        "first": f"{first:%Y-%m-%d}",
        "last": f"{last:%Y-%m-%d}",
        "minutes": minutes,
        "days": days,
        "limit": limit,
        "short_notice": short_notice,
        **({"place": place} if place else {}),
    }
    found = asyncio.run(ask(f"/meetings/{meeting}/slots", folder, url, **wanted))
    if as_json:
        print_json(found)
    else:
        show(Answer.model_validate(found))


def show(answer: Answer) -> None:
    if answer.relaxation is not None:
        out.print("[yellow]No time fits.[/] The fewest rules that would have to give way:")
        for reason in answer.relaxation.gives_way:
            out.print(f"  {reason.rule}, {reason.party or 'the meeting'}: {reason.text}")
        out.print("The best time then:")
        out.print(table_of([answer.relaxation.slot]))
        return
    out.print(table_of(answer.slots))
    out.print(f"Holidays as {answer.holiday_data} has them.", style="dim")


def table_of(found: list[Slot] | tuple[Slot, ...]) -> Table:
    table = Table("when", "cost", "why", show_lines=True)
    for slot in found:
        starts, ends = slot.span.starts, slot.span.ends
        table.add_row(
            f"[bold]{starts.wall:%a %d %b %Y}[/]\n"
            f"{starts.wall:%H:%M}–{ends.wall:%H:%M} {starts.zone}",
            str(slot.cost),
            "\n".join(f"{reason.cost:>4}  {reason.text}" for reason in slot.reasons) or "nothing",
        )
    return table
