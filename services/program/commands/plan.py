"""`secretariat plan`: plan a year of all bodies, look at it, take it, and plan it again."""

import asyncio
import math
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column, Table

from services.program.asking import SECRETARY, ask, command, download, every, listed_by
from services.program.terminal import (
    DEFAULT_URL,
    AsJson,
    CommandError,
    FolderInstead,
    Server,
    Url,
    narrow,
    out,
    print_json,
    whole,
)


def writable(file: Path | None) -> Path | None:
    """`file`, if it can be written; refused before anything is asked for where it can't."""
    if file is None:
        return None
    if file.is_dir():
        raise typer.BadParameter(f"{file} is a folder; name a file in it")
    if not file.absolute().parent.is_dir():
        raise typer.BadParameter(f"there is no folder {file.parent}; make it first")
    if not os.access(file if file.exists() else file.absolute().parent, os.W_OK):
        raise typer.BadParameter(f"{file} can't be written here; name another file")
    return file


def finite(value: float | None) -> float | None:
    """`value`, if it is a number that JSON has."""
    if value is not None and not math.isfinite(value):
        raise typer.BadParameter("write a number, like 30")
    return value


app = typer.Typer(no_args_is_help=True, help="Plan a year of all bodies.")
PlanId = Annotated[str, typer.Argument(metavar="PLAN", help="Like plan-2027-1.")]
Year = Annotated[int, typer.Argument(metavar="YEAR", help="Like 2027.")]
Parts = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[BODY|MEETING]…", help="Bodies whose dates are taken, or single meetings."
    ),
]
All = Annotated[bool, typer.Option("--all", help="Take the dates of all bodies that are left.")]
Again = Annotated[
    bool,
    typer.Option("--again", help="Although delegations have answered a poll about such a date."),
]
Seed = Annotated[int, typer.Option("--seed", help="Another seed, another plan that is as good.")]
Work = Annotated[
    float | None,
    typer.Option(
        "--work", callback=finite, help="How much to search; the same work gives the same plan."
    ),
]
Seconds = Annotated[
    float | None,
    typer.Option("--seconds", callback=finite, help="How long to search, instead of --work."),
]
Wanted = Annotated[
    Path | None,
    typer.Option(
        "--wanted",
        exists=True,
        dir_okay=False,
        help="YAML; `secretariat plan wishes` prints all it may hold.",
    ),
]
Keep = Annotated[
    list[str] | None,
    typer.Option("--keep", metavar="MEETING", help="A meeting that must stay; several times."),
]
Release = Annotated[
    list[str] | None,
    typer.Option(
        "--release", metavar="MEETING", help="A convoked Summit that may move; several times."
    ),
]
Svg = Annotated[
    Path | None,
    typer.Option("--svg", callback=writable, help="Write the year as a picture to FILE."),
]
Csv = Annotated[
    Path | None,
    typer.Option("--csv", callback=writable, help="Write the year as a table to FILE."),
]
OfYear = Annotated[int | None, typer.Option("--year", help="Of this year alone.")]
Why = Annotated[str, typer.Option("--reason", help="Why it is given up.")]
LOOK_SECONDS = 0.3
TOLD_SECONDS = 10.0
SAID = {
    "year": "YEAR",
    "pains": "--work, --seconds",
    "pains.seed": "--seed",
    "pains.work": "--work",
    "pains.seconds": "--seconds",
    "keep": "--keep",
    "release": "--release",
    "bodies": "BODY",
    "meetings": "MEETING",
    "ask_again": "--again",
    "reason": "--reason",
}


@app.command()
def make(
    year: Year,
    seed: Seed = 0,
    work: Work = None,
    seconds: Seconds = None,
    wanted: Wanted = None,
    svg: Svg = None,
    url: Server = DEFAULT_URL,
) -> None:
    """Propose dates for every body in YEAR. Ctrl-C ends the search with the best so far."""
    body = {"year": year, "pains": pains(seed, work, seconds), "wanted": read_wanted(wanted) or {}}
    await_plan(command(url, "/plans", body, actor=SECRETARY, options=SAID), url, svg)


@app.command()
def replan(
    plan: PlanId,
    keep: Keep = None,
    release: Release = None,
    seed: Seed = 0,
    work: Work = None,
    seconds: Seconds = None,
    wanted: Wanted = None,
    svg: Svg = None,
    url: Server = DEFAULT_URL,
) -> None:
    """Plan PLAN's year again, as things are now, and move as few meetings as can be."""
    body = {
        "pains": pains(seed, work, seconds),
        "wanted": read_wanted(wanted),
        "keep": keep or [],
        "release": release or [],
    }
    await_plan(
        command(url, f"/plans/{plan}/replanning", body, actor=SECRETARY, options=SAID), url, svg
    )


@app.command("list")
def list_plans(
    year: OfYear = None, folder: FolderInstead = None, url: Url = None, as_json: AsJson = False
) -> None:
    """List the plans, what each costs, and what was accepted of it."""
    plans = [
        plan for plan in asyncio.run(every("/plans", folder, url)) if year in {None, plan["year"]}
    ]
    if as_json:
        print_json(plans)
        return
    if not plans:
        out.print("No plan was asked for yet; secretariat plan make YEAR asks for one.")
        return
    table = narrow(whole("plan"), "stage", "meetings", "cost", "accepted")
    for plan in plans:
        left_out = f", {len(plan['left_out'])} left out" if plan["left_out"] else ""
        held = f"{len(plan['meetings'])}{left_out}" if plan["meetings"] or left_out else ""
        cost = "" if plan["cost"] is None else str(plan["cost"])
        taken, left = parts_of(plan)
        accepted = ", ".join(taken) if left or not taken else "all of it"
        table.add_row(plan["id"], stands_at(plan), held, cost, accepted)
    out.print(table)


@app.command()
def wishes() -> None:
    """Print all that the file for --wanted may hold, as one that you can change."""
    text = files("services.planning").joinpath("wishes.yaml").read_text(encoding="utf-8")
    typer.echo(text, nl=False)


@app.command()
def show(
    plan: PlanId,
    svg: Svg = None,
    csv: Csv = None,
    folder: FolderInstead = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Show PLAN: every date with what it costs, what was left out, and what moves."""
    with listed_by("plan list"):
        found = asyncio.run(ask(f"/plans/{plan}", folder, url))
    for file, name in ((svg, "picture.svg"), (csv, "table.csv")):
        if file is not None:
            file.write_bytes(asyncio.run(download(f"/plans/{plan}/{name}", folder, url)))
    if as_json:
        print_json(found)
    elif svg is None and csv is None:
        print_plan(found)
        print_accepted(found)


@app.command()
def accept(
    plan: PlanId,
    parts: Parts = None,
    everything: All = False,
    again: Again = False,
    url: Server = DEFAULT_URL,
) -> None:
    """Take PLAN's dates of each BODY or MEETING: delegations are asked about them in polls."""
    if everything == bool(parts):
        raise CommandError("name each BODY or MEETING whose dates you take, or say --all")
    with listed_by("plan list"):
        held = asyncio.run(ask(f"/plans/{plan}", None, url))["meetings"]
    meetings = [one["meeting"] for one in held if one["meeting"] in (parts or [])]
    body = {
        "bodies": [part for part in parts or [] if part not in meetings],
        "meetings": meetings,
        "all": everything,
        "ask_again": again,
    }
    found = command(url, f"/plans/{plan}/acceptance", body, actor=SECRETARY, options=SAID)
    out.print(f"{plan} is {found['stage']}. Delegations are asked about")
    for one in found["about"]:
        before = f", instead of {one['instead_of']}" if one["instead_of"] else ""
        gone = f"; {', '.join(one['withdrawn'])} is withdrawn" if one["withdrawn"] else ""
        out.print(f"  {one['meeting']} around {one['first']}{before}{gone}")
        for text in one["near"]:
            out.print(f"    {escape(text)}")


@app.command()
def dismiss(plan: PlanId, reason: Why, url: Server = DEFAULT_URL) -> None:
    """Give up what was not accepted of PLAN."""
    found = command(
        url, f"/plans/{plan}/dismissal", {"reason": reason}, actor=SECRETARY, options=SAID
    )
    out.print(f"{plan} is {found['stage']}.")


def pains(seed: int, work: float | None, seconds: float | None) -> dict[str, Any]:
    return {"seed": seed, "work": work, "seconds": seconds}


def read_wanted(file: Path | None) -> Any:
    """What is wanted beyond the rules of procedure; CommandError where the file is no YAML."""
    if file is None:
        return None

    import yaml

    from services.program.named_once import NamedOnce

    try:
        return yaml.load(file.read_text(encoding="utf-8"), NamedOnce)  # noqa: S506
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise CommandError(f"{file} can't be read as YAML: {error}") from None


def await_plan(asked: dict[str, Any], url: str, svg: Path | None) -> None:
    """Show how the search goes until it ends; the first Ctrl-C ends it, a second gives up."""
    key = asked["id"]
    with headway() as tell:
        tell(f"{key}: searching")
        try:
            watch(tell, key, url)
        except KeyboardInterrupt:
            command(url, f"/plans/{key}/interruption", None, actor=SECRETARY)
            watch(tell, key, url)
    plan = asyncio.run(ask(f"/plans/{key}", None, url))
    if plan["stage"] == "failed":
        raise CommandError(plan["reason"])
    if svg is not None:
        svg.write_bytes(asyncio.run(download(f"/plans/{key}/picture.svg", None, url)))
    print_plan(plan)


@contextmanager
def headway() -> Iterator[Callable[[str], None]]:
    """Tells on stderr how a search goes: in place on a terminal, else in a line now and then."""
    errors = Console(stderr=True, soft_wrap=True)
    if errors.is_terminal:
        columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        with Progress(*columns, console=errors, transient=True) as shown:
            task = shown.add_task("")
            yield lambda text: shown.update(task, description=text)
        return
    said, at = "", -TOLD_SECONDS

    def tell(text: str) -> None:
        nonlocal said, at
        if text != said and time.monotonic() - at >= TOLD_SECONDS:
            said, at = text, time.monotonic()
            errors.print(text, markup=False, highlight=False)

    yield tell


def watch(tell: Callable[[str], None], key: str, url: str) -> None:
    while True:
        found = asyncio.run(ask(f"/plans/{key}/progress", None, url))
        if found["stage"] != "making":
            return
        tell(f"{key}: {so_far(found['now'])}")
        time.sleep(LOOK_SECONDS)


def so_far(now: dict[str, Any] | None) -> str:
    """What the best plan so far leaves out, moves and breaks, and what none can do better than."""
    if now is None or now["best"] is None:
        return "no plan yet"
    best, least = now["best"], now["least"]
    return (
        f"{best['left_out']} left out, {best['moved']} moved, broken wishes cost {best['wishes']}; "
        f"no plan has less than {least['left_out']}, {least['moved']}, {least['wishes']}"
    )


def print_plan(plan: dict[str, Any]) -> None:
    if plan["stage"] in {"making", "failed"}:
        out.print(f"{plan['id']} is {plan['stage']}. {plan['reason'] or ''}")
        return
    out.print(table_of(plan))
    for one in plan["moved"]:
        known = "asked about" if one["asked"] else "convoked"
        kind = known if one["confirmed"] else "proposed"
        to = one["first"] or "no date"
        out.print(f"[bold]{one['meeting']}[/] ({kind}) moves from {one['previous']} to {to}:")
        out.print(f"  {one['because']}")
    for because, meetings in left_out_alike(plan).items():
        have = "has" if len(meetings) == 1 else "have"
        out.print(f"[yellow]{', '.join(meetings)} {have} no date:[/] {escape(because)}")
    print_asked(plan)
    for meeting, because in plan["dropped"].items():
        out.print(f"[yellow]{meeting} is not asked about now:[/] {escape(because)}")
        if plan["stage"] == "proposed" and not plan["replaced_by"]:
            out.print(f"  secretariat plan accept {plan['id']} {meeting} asks about it again.")
    best = "; it is proven that no plan is better" if plan["proven"] else ""
    cut = " The search was interrupted." if plan["interrupted"] else ""
    out.print(
        f"{plan['id']} is {stands_at(plan)}; its broken wishes cost {plan['cost']}{best}.{cut}"
    )
    out.print(f"Holidays as {plan['holiday_data']} has them.", style="dim")


def print_asked(plan: dict[str, Any]) -> None:
    """What the plan does not know of, and the polls about its meetings."""
    if since := plan["planned_since"]:
        out.print(f"[yellow]Planned since, and not in it: {', '.join(since)}.[/]")
        out.print(f"  secretariat plan replan {plan['id']} takes in what is planned now.")
    if plan["otherwise_now"]:
        out.print(f"  secretariat plan replan {plan['id']} takes in what is otherwise by now.")
    for one in plan["polls"]:
        again = " (--again)" if one["answered"] else ""
        out.print(f"{one['text']}. To accept that date withdraws it{again}.")
    told = {one["poll"] for one in plan["polls"]}
    for one in plan["asked_now"]:
        if one["poll"] not in told:
            out.print(f"{one['text']}.")
            if one["stands"]:
                out.print(f"  secretariat poll withdraw {one['poll']} --reason WHY lets it stand.")


def left_out_alike(plan: dict[str, Any]) -> dict[str, list[str]]:
    """By the reason, the meetings that have no date."""
    found: dict[str, list[str]] = {}
    for one in plan["left_out"]:
        found.setdefault(one["because"], []).append(one["meeting"])
    return found


def stands_at(plan: dict[str, Any]) -> str:
    """The stage of a plan, or which has its place."""
    return f"replaced by {plan['replaced_by']}" if plan["replaced_by"] else plan["stage"]


def print_accepted(plan: dict[str, Any]) -> None:
    """Whose delegations are asked about the dates, and whose are not."""
    taken, left = parts_of(plan)
    if taken:
        out.print(f"Accepted: {', '.join(taken)}.")
    if left and not plan["replaced_by"]:
        out.print(f"Not accepted: {', '.join(left)}.")


def parts_of(plan: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The bodies and single meetings that are accepted, and the bodies with others that are not."""
    bodies = dict.fromkeys(one["mechanism"] for one in plan["meetings"] if not one["firm"])
    left = [body for body in bodies if body not in plan["accepted"]]
    return [*plan["accepted"], *plan["taken"]], left


def table_of(plan: dict[str, Any]) -> Table:
    """A line a meeting; of those that stand, only the rules that they break."""
    asked = {one["meeting"] for one in plan["asked_now"] if one["kept"]}
    table = narrow(whole("when, host"), Column("meeting, what it costs", overflow="fold"))
    for one in plan["meetings"]:
        until = "" if one["last"] == one["first"] else f"\n– {one['last'][5:]}"
        shown = [each for each in one["broken"] if not one["firm"] or each["wish"] == "rule"]
        lines = [broken(each, convoked=one["firm"]) for each in shown]
        stands = "delegations are asked about it" if one["meeting"] in asked else "it stands"
        if now := plan["otherwise_now"].get(one["meeting"]):
            told = [f"[yellow]by now {now}[/]", *lines]
        else:
            told = [stands, *lines] if one["firm"] else lines or ["nothing"]
        table.add_row(
            f"{one['first']}{until}\n[dim]{one['host']}[/]",
            "\n".join([f"[bold]{one['meeting']}[/]", *told]),
        )
    return table


def broken(wish: dict[str, Any], *, convoked: bool) -> str:
    """What is broken, and its price; a rule that somebody has set aside costs nothing."""
    if wish.get("let_stand"):
        return f"stands as decided: {wish['text']}; “{wish['let_stand']}”"
    if wish["wish"] == "rule":
        return f"breaks a rule, as {'convoked' if convoked else 'fixed'}: {wish['text']}"
    return f"{wish['cost']:>2}  {wish['text']}"
