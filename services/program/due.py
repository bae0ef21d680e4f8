"""How the terminal writes what is due because of a meeting's date."""

from typing import Any

from rich.table import Table

from services.program.moments import wall
from services.program.terminal import narrow, whole

MOST_NOTABLE = {"overdue": "red", "due": "yellow", "met": "green"}


def table_of(deadlines: list[dict[str, Any]]) -> Table:
    (zone,) = {one["due"]["zone"] for one in deadlines}
    table = narrow(whole("what"), whole(f"due, {zone}"), "stands", "by rule")
    for one in deadlines:
        colour = MOST_NOTABLE.get(one["standing"], "dim")
        stands = f"[{colour}]{one['said']}[/]{met_on(one)}"
        kind = one["kind"].replace("_", " ")
        due = f"{wall(one['due']):%a %d %b %Y, %H:%M}"
        table.add_row(kind, f"[dim]was {due}[/]" if one["kept"] else due, stands, one["rule"])
    return table


def met_on(deadline: dict[str, Any]) -> str:
    """On which date it was met, where it is due."""
    if deadline["met"] is None:
        return ""
    return f", {wall(deadline['due'] | {'at': deadline['met']}):%d %b %Y}"
