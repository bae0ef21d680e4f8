"""`secretariat meeting`: plan, convoke, move, cancel, and see what is due."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column

from services.program.asking import (
    SECRETARY,
    ask,
    command,
    every,
    listed_by,
    names_of_parties,
    root_of,
)
from services.program.commands.slots import (
    Days,
    Meeting,
    Minutes,
    ShortNotice,
    length_of,
    with_suggestions,
)
from services.program.dates import wall_time
from services.program.due import table_of
from services.program.moments import also_asked, missed, span_lines, to_the_minute
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

app = typer.Typer(no_args_is_help=True, help="Plan, convoke, move and follow meetings.")
Mechanism = Annotated[str, typer.Argument(metavar="MECHANISM", help="Like customs-heads.")]
Year = Annotated[int, typer.Option("--year", help="The year that it is the meeting of.")]
Name = Annotated[str | None, typer.Option("--title", help="If not 'meeting 1 of 2028'.")]
Chair = Annotated[
    str | None, typer.Option("--chair", metavar="PARTY", help="Who presides, if not the host.")
]
CoHosts = Annotated[
    list[str] | None,
    typer.Option("--co-host", metavar="PARTY", help="Who holds it with the host; several."),
]
Restricted = Annotated[
    bool, typer.Option("--restricted", help="Only its parties are told more than when it is.")
]
Extraordinary = Annotated[
    bool, typer.Option("--extraordinary", help="Although it is one more than its rules ask for.")
]
OfYear = Annotated[int | None, typer.Option("--year", help="Only those of this year.")]
OfMechanism = Annotated[str | None, typer.Option("--mechanism", help="Only those of this body.")]
OfStage = Annotated[
    str | None,
    typer.Option("--stage", help="Only those planned, scheduled, open, closed, cancelled."),
]
Coming = Annotated[
    bool, typer.Option("--coming", help="Only those that are planned, scheduled or open.")
]
On = Annotated[
    datetime,
    typer.Option(
        "--on", parser=wall_time, metavar="TIME", help="It begins then, like 2028-05-16T09:30."
    ),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--zone", help="Of --on, like Asia/Tashkent.  [default: that of its place, or host]"
    ),
]
ToPlace = Annotated[str, typer.Option("--place", help="Where it is held.")]
OtherOn = Annotated[
    datetime | None,
    typer.Option(
        "--on",
        parser=wall_time,
        metavar="TIME",
        help="It begins then.  [default: as it is, where only the place changes]",
    ),
]
OtherZone = Annotated[
    str | None, typer.Option("--zone", help="Of --on.  [default: that of the date it has]")
]
OtherMinutes = Annotated[
    int | None,
    typer.Option("--minutes", min=1, help="From beginning to end.  [default: as long as before]"),
]
OtherPlace = Annotated[
    str | None, typer.Option("--place", help="Another place.  [default: where it is]")
]
WhyMoved = Annotated[str, typer.Option("--reason", help="Why; everybody invited is told.")]
WhyCancelled = Annotated[str, typer.Option("--reason", help="Why it is given up.")]
DespiteClashes = Annotated[
    bool,
    typer.Option(
        "--despite-clashes",
        help="Although somebody is elsewhere, has or may have a day off, or outside office hours.",
    ),
]
DespitePolls = Annotated[
    bool,
    typer.Option("--despite-polls", help="Although it ends a poll that delegations have answered."),
]
Sure = Annotated[
    bool, typer.Option("--sure", help="Although it is convoked, and nobody can take that back.")
]
Lift = Annotated[bool, typer.Option("--lift", help="Open it to all readers again.")]
DraftMinutes = Annotated[
    bool, typer.Option("--minutes", help="The draft minutes, not the provisional agenda.")
]
Kind = Annotated[
    str, typer.Argument(metavar="WHAT", help="As `meeting show` has it, like 'provisional agenda'.")
]
COMING = ("planned", "scheduled", "open")
SAID = {
    "mechanism": "MECHANISM",
    "kind": "WHAT",
    "year": "--year",
    "title": "--title",
    "chair": "--chair",
    "co_hosts": "--co-host",
    "stage": "--stage",
    "when": "--on",
    "when.zone": "--zone",
    "when.minutes": "--minutes",
    "place": "--place",
    "reason": "--reason",
    "short_notice": "--short-notice",
    "despite_clashes": "--despite-clashes",
    "despite_polls": "--despite-polls",
    "extraordinary": "--extraordinary",
}


@app.command("list")
def list_meetings(
    year: OfYear = None,
    mechanism: OfMechanism = None,
    stage: OfStage = None,
    coming: Coming = False,
    folder: FolderInstead = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """List meetings by date, those without one last."""
    wanted = {"year": year, "mechanism": mechanism, "stage": stage}
    params = {name: str(value) for name, value in wanted.items() if value}
    every_one = asyncio.run(every("/meetings", folder, url, options=SAID, **params))
    meetings = [one for one in every_one if not coming or one["stage"] in COMING]
    if as_json:
        print_json(meetings)
        return
    names = asyncio.run(names_of_parties(folder, url)) if meetings else {}
    table = narrow(Column("meeting", min_width=36), whole("date"), whole("stands"))
    for one in sorted(meetings, key=by_date):
        host = one["turn"]["host"]
        where = f"in {escape(names.get(host, host))}" + (
            f": {escape(one['place'])}" if one["place"] else ""
        )
        date = span_lines(one["span"]) if one["span"] else "no date yet"
        table.add_row(f"{one['id']}\n[dim]{where}[/]", date, one["stage"])
    none = "There is no such meeting; `secretariat meeting plan` intends one."
    out.print(table if meetings else none)


def by_date(meeting: dict[str, Any]) -> tuple[bool, str, str]:
    span = meeting["span"]
    return span is None, span["starts"]["at"] if span else "", meeting["id"]


@app.command()
@listed_by("meeting list")
def show(
    meeting: Meeting, folder: FolderInstead = None, url: Url = None, as_json: AsJson = False
) -> None:
    """Show when and where MEETING is, and how what is due because of its date stands."""
    found = asyncio.run(ask(f"/meetings/{meeting}", folder, url))
    due = asyncio.run(ask(f"/meetings/{meeting}/deadlines", folder, url))
    if as_json:
        print_json(found | {"deadlines": due})
        return
    restricted = ", restricted" if found["restricted"] else ""
    out.print(f"[bold]{escape(found['title'])}[/]: {found['stage']}{restricted}")
    if found["span"]:
        out.print(span_lines(found["span"]))
    place = escape(found["place"] or "no place yet")
    names = asyncio.run(names_of_parties(folder, url))
    out.print(f"{place}; {who_holds(found['turn'], names)}")
    if due:
        out.print(table_of(due))
        for reason in {one["reason"] for one in due if one["reason"]}:
            out.print(f"Counted again, because: {escape(reason)}")
        return
    out.print(
        "Nothing is due while it has no date; `secretariat poll open` asks for one, "
        "`secretariat meeting convoke` fixes it."
    )


def who_holds(turn: dict[str, Any], names: dict[str, str]) -> str:
    """Like `host and chair China: it is the turn of China; co-host Kazakhstan, as was said`."""
    said = {
        "chair": [turn["chair"]] if turn["chair"] != turn["host"] else [],
        "co-host" if len(turn["co_hosts"]) == 1 else "co-hosts": turn["co_hosts"],
    }
    named = [
        f"{role} {escape(', '.join(names.get(party, party) for party in parties))}"
        for role, parties in said.items()
        if parties
    ]
    both = "host" if said["chair"] else "host and chair"
    host = f"{both} {escape(names.get(turn['host'], turn['host']))}: {escape(turn['because'])}"
    return f"{host}; {' and '.join(named)}, as was said" if named else host


@app.command()
def plan(
    mechanism: Mechanism,
    year: Year,
    title: Name = None,
    chair: Chair = None,
    co_hosts: CoHosts = None,
    restricted: Restricted = False,
    extraordinary: Extraordinary = False,
    url: Server = DEFAULT_URL,
) -> None:
    """Intend a meeting of MECHANISM; it has a host, whose turn it is, and no date yet.

    `secretariat rotation` changes whose turn it is.
    """
    body = {
        "mechanism": mechanism,
        "year": year,
        "title": title,
        "chair": chair,
        "co_hosts": co_hosts or [],
        "restricted": restricted,
        "extraordinary": extraordinary,
    }
    made = command(url, "/meetings", body, actor=SECRETARY, options=SAID)
    names = asyncio.run(names_of_parties(None, url))
    out.print(f"{made['id']} is planned; {who_holds(made['turn'], names)}.", soft_wrap=True)


@app.command()
@listed_by("meeting list")
def convoke(
    meeting: Meeting,
    on: On,
    place: ToPlace,
    zone: Zone = None,
    minutes: Minutes = None,
    days: Days = None,
    short_notice: ShortNotice = False,
    despite_clashes: DespiteClashes = False,
    despite_polls: DespitePolls = False,
    url: Server = DEFAULT_URL,
) -> None:
    """Fix date and place of MEETING, and call the parties."""
    found, taken = with_suggestions(meeting, None, url, {"zone": zone})
    out.print(taken, style="dim", end="", soft_wrap=True)
    body = {
        "when": when(on, found["zone"]) | length_of(minutes, days),
        "place": place,
        "short_notice": short_notice,
        "despite_clashes": despite_clashes,
        "despite_polls": despite_polls,
    }
    fixed(url, meeting, "convocation", body)


@app.command()
@listed_by("meeting list")
def move(
    meeting: Meeting,
    reason: WhyMoved,
    on: OtherOn = None,
    zone: OtherZone = None,
    minutes: OtherMinutes = None,
    place: OtherPlace = None,
    short_notice: ShortNotice = False,
    despite_clashes: DespiteClashes = False,
    despite_polls: DespitePolls = False,
    url: Server = DEFAULT_URL,
) -> None:
    """Give MEETING another date, another place, or both."""
    if on is None and place is None:
        raise CommandError("give another date with --on, another place with --place, or both")
    if on is None and (zone or minutes):
        raise CommandError("--zone and --minutes go with --on; give the date with it")
    body: dict[str, Any] = {
        "reason": reason,
        "short_notice": short_notice,
        "despite_clashes": despite_clashes,
        "despite_polls": despite_polls,
    }
    if place is not None:
        body["place"] = place
    if on is not None:
        body["when"] = when(on, zone or zone_of(meeting, url)) | length_of(minutes, None)
    fixed(url, meeting, "move", body)


def zone_of(meeting: str, url: str) -> str:
    """That of the date which a meeting has; CommandError where it has none."""
    found = asyncio.run(ask(f"/meetings/{meeting}", None, url))
    if found["span"] is None:
        raise CommandError(f"{meeting} has no date yet; fix one with `secretariat meeting convoke`")
    return str(found["span"]["starts"]["zone"])


def when(on: datetime, zone: str) -> dict[str, Any]:
    return {"wall": f"{on:%Y-%m-%dT%H:%M:%S}", "zone": zone}


def fixed(url: str, meeting: str, deed: str, body: dict[str, Any]) -> None:
    """Give the meeting a date or a place, and say what it has now."""
    found = command(url, f"/meetings/{meeting}/{deed}", body, actor=SECRETARY, options=SAID)
    begins = to_the_minute(found["span"]["starts"])
    out.print(f"{meeting} is {found['stage']}: {begins}, {escape(found['place'])}.")
    for line in (*missed(found), *also_asked(found)):
        out.print(escape(line), style="yellow", soft_wrap=True)
    say_withdrawn(found)
    out.print(f"{root_of(url)}/meetings/{meeting}", style="dim", soft_wrap=True)


@app.command()
@listed_by("meeting list")
def cancel(
    meeting: Meeting, reason: WhyCancelled, sure: Sure = False, url: Server = DEFAULT_URL
) -> None:
    """Give MEETING up; what was to be talked about waits for the next one."""
    found = asyncio.run(ask(f"/meetings/{meeting}", None, url))
    if found["stage"] == "scheduled" and not sure:
        raise CommandError(
            f"{meeting} is convoked for {to_the_minute(found['span']['starts'])}: everybody "
            "invited is told that it is given up, and nobody can take that back; say --sure, or "
            "`secretariat meeting move` it"
        )
    body = {"reason": reason}
    found = command(url, f"/meetings/{meeting}/cancellation", body, actor=SECRETARY, options=SAID)
    out.print(f"{meeting} is {found['stage']}.")
    say_withdrawn(found)


def say_withdrawn(found: dict[str, Any]) -> None:
    """Which polls nobody need answer any more."""
    for poll in found["withdrawn"]:
        out.print(f"{poll} is withdrawn: it asks for a date no more.")


@app.command()
@listed_by("meeting list")
def restrict(meeting: Meeting, lift: Lift = False, url: Server = DEFAULT_URL) -> None:
    """Tell only the parties of MEETING more than when it is."""
    body = {"restricted": not lift}
    command(url, f"/meetings/{meeting}/restriction", body, actor=SECRETARY, options=SAID)
    out.print(f"{meeting} is {'open to all readers' if lift else 'restricted'}.")


@app.command()
@listed_by("meeting list")
def circulate(meeting: Meeting, minutes: DraftMinutes = False, url: Server = DEFAULT_URL) -> None:
    """Send out the provisional agenda of MEETING now, before it goes by itself."""
    kind = "minutes" if minutes else "agendas"
    command(url, f"/{kind}/{meeting}/circulation", {}, actor=SECRETARY, options=SAID)
    what = "draft minutes" if minutes else "provisional agenda"
    out.print(f"The {what} of {meeting} {'are' if minutes else 'is'} circulated.")


@app.command()
@listed_by("meeting list")
def met(meeting: Meeting, kind: Kind, url: Server = DEFAULT_URL) -> None:
    """Note that WHAT is due because of the date of MEETING is done."""
    address = kind.replace(" ", "_")
    command(url, f"/meetings/{meeting}/milestones/{address}", {}, actor=SECRETARY, options=SAID)
    out.print(f"{kind} of {meeting}: noted as done.")
