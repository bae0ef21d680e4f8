"""`secretariat poll`: ask the parties for a date, answer, see how it stands, choose."""

import asyncio
import re
from datetime import date, datetime
from typing import Annotated, Any

import typer
from rich.markup import escape

from services.program.asking import (
    SECRETARY,
    ask,
    command,
    every,
    listed_by,
    names_of_parties,
    root_of,
)
from services.program.commands.meeting import who_holds
from services.program.commands.slots import (
    OPTIONS,
    Days,
    Gap,
    Limit,
    MaxDays,
    Meeting,
    MinDays,
    Minutes,
    Online,
    Place,
    PreparedBy,
    Prepares,
    Relax,
    ShortNotice,
    length_of,
    order_of,
    search,
    whereabouts,
    with_suggestions,
)
from services.program.dates import day, wall_time
from services.program.moments import also_asked, missed, to_the_minute
from services.program.polls import (
    CLOSES,
    asked_instead,
    dates_asked,
    doubts,
    no_poll,
    notes_of,
    table_of,
)
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

app = typer.Typer(no_args_is_help=True, help="Ask the parties of a meeting for a date.")
Poll = Annotated[str, typer.Argument(metavar="POLL", help="Like customs-heads-2027-1.poll1.")]
First = Annotated[
    date | None,
    typer.Option(
        "--first",
        parser=day,
        metavar="DATE",
        help="Propose dates from this one on.  [default: after two weeks to answer, and notice]",
    ),
]
Last = Annotated[
    date | None,
    typer.Option(
        "--last", parser=day, metavar="DATE", help="Until this one.  [default: six weeks later]"
    ),
]
On = Annotated[
    list[datetime] | None,
    typer.Option(
        "--on",
        parser=wall_time,
        metavar="TIME",
        help="Ask this date, like 2027-09-14T09:30, instead; several times.",
    ),
]
Closes = Annotated[
    datetime | None,
    typer.Option(
        "--closes",
        parser=wall_time,
        metavar="TIME",
        help="Wall time, like 2027-02-01T18:00.  [default: in two weeks]",
    ),
]
Zone = Annotated[
    str | None,
    typer.Option(
        "--zone", help="Of --closes and --on, like Asia/Tashkent.  [default: that of the place]"
    ),
]
DespiteClashes = Annotated[
    bool,
    typer.Option(
        "--despite-clashes", help="Although somebody is elsewhere, or has or may have a day off."
    ),
]
Again = Annotated[
    bool,
    typer.Option("--again", help="Although the meeting has a date, or another poll is about it."),
]
DespiteAnswers = Annotated[
    bool,
    typer.Option(
        "--despite-answers",
        help="Although coordinators refused it, too few can come, or some may still answer.",
    ),
]
WhyMoved = Annotated[
    str | None, typer.Option("--reason", help="Why a meeting that has a date moves.")
]
WhyAgain = Annotated[
    str | None,
    typer.Option("--reason", help="Why another date is asked for than it has; all are told."),
]
SlotId = Annotated[str, typer.Argument(metavar="SLOT", help="Like s2.")]
ConvokedTo = Annotated[str, typer.Option("--place", help="Where the meeting is convoked to.")]
Party = Annotated[str | None, typer.Argument(metavar="[PARTY]", help="Like kazakhstan.")]
ForAll = Annotated[bool, typer.Option("--all", help="A page for each party of the poll.")]
Who = Annotated[
    str,
    typer.Option(
        "--as",
        metavar="ACTOR",
        help="Like 'kazakhstan/delegate A. Omarova'; what kazakhstan/coordinator says stands.",
    ),
]
Comment = Annotated[str | None, typer.Option("--comment", help="What the secretary should know.")]
Reason = Annotated[str, typer.Option("--reason", help="Why it is given up.")]
OfStage = Annotated[
    str | None, typer.Option("--stage", help="Only those that are open, ended, closed, withdrawn.")
]
OfMeeting = Annotated[str | None, typer.Option("--meeting", help="Only those about this meeting.")]
OfMechanism = Annotated[str | None, typer.Option("--mechanism", help="Only those of this body.")]
COUNTED = {"yes": "yes", "if_need_be": "if need be", "no": "no", "silent": "silent"}
SAID = {
    **{f"propose.{field}": option for field, option in OPTIONS.items()},
    "stage": "--stage",
    "slots": "--on",
    "slots.zone": "--zone",
    "answers": "--yes, --if-need-be or --no",
    "ask_again": "--again",
    "closes": "--closes",
    "closes.zone": "--zone",
    "short_notice": "--short-notice",
    "despite_clashes": "--despite-clashes",
    "despite_answers": "--despite-answers",
    "place": "--place",
    "gap": "--gap",
    "slot": "SLOT",
    "party": "PARTY",
    "comment": "--comment",
    "reason": "--reason",
}


def slots_option(name: str) -> Any:
    return typer.Option(name, metavar="SLOTS", help="These, like s1,s3.")


@app.command("open")
def open_poll(
    meeting: Meeting,
    closes: Closes = None,
    zone: Zone = None,
    first: First = None,
    last: Last = None,
    on: On = None,
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
    despite_clashes: DespiteClashes = False,
    again: Again = False,
    reason: WhyAgain = None,
    url: Server = DEFAULT_URL,
) -> None:
    """Ask the parties of MEETING which dates suit them: those of --on, or the best there are.

    These are looked for after the poll has closed. What is not said is taken as the page of the
    meeting has it, and told.
    """
    if on and (first or last):
        raise CommandError("give the dates to ask with --on, or a range with --first and --last")
    where = whereabouts(place, online, gap)
    order = order_of(prepares, prepared_by, min_days, max_days)
    if on and order:
        raise CommandError("--prepares and --prepared-by go with --first and --last, not with --on")
    between = {} if on else {"first": first, "last": last}
    found, suggested = with_suggestions(
        meeting,
        None,
        url,
        {"closes": closes, "zone": zone, **between},
        on=min(on).date() if on else None,
        short_notice=short_notice,
    )
    closes, zone, first = found["closes"], found["zone"], found.get("first")
    body: dict[str, Any] = {
        "closes": {"wall": f"{closes:%Y-%m-%dT%H:%M:%S}", "zone": zone},
        "despite_clashes": despite_clashes,
        "ask_again": again,
        "reason": reason,
    }
    if on:
        length = length_of(minutes, days)
        body["slots"] = [
            {"wall": f"{date:%Y-%m-%dT%H:%M:%S}", "zone": zone} | length for date in on
        ]
        body |= where
        if short_notice:
            body["short_notice"] = True
    else:
        wanted = search(found["first"], found["last"], minutes, days, limit, short_notice, relax)
        body["propose"] = wanted | where | order
    opened = command(url, f"/meetings/{meeting}/polls", body, actor=SECRETARY, options=SAID)
    out.print(suggested, style="dim", end="", soft_wrap=True)
    if first and first <= closes.date():
        out.print(f"Dates until {closes:%Y-%m-%d}, when it closes, are not asked.", style="dim")
    say_length(opened, "It would last")
    out.print(f"{opened['id']}: {root_of(url)}/polls/{opened['id']}", soft_wrap=True)
    out.print(f"It asks about these dates until {to_the_minute(opened['closes'])}:")
    out.print(dates_asked(opened))
    if len(opened["ranked"]) > 1:
        out.print(f"The best of them first: {', '.join(opened['ranked'])}.", style="dim")
    say_doubts(opened)


def say_doubts(found: dict[str, Any]) -> None:
    for line in doubts(found):
        out.print(escape(line), style="yellow", soft_wrap=True)


def say_length(answer: dict[str, Any], lasts: str) -> None:
    """That the meeting is longer or shorter than it was, if so."""
    if answer["length"]:
        out.print(f"{lasts} {answer['length']}.")


@app.command("list")
def list_polls(
    stage: OfStage = None,
    meeting: OfMeeting = None,
    mechanism: OfMechanism = None,
    folder: FolderInstead = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """List polls, and how many parties have answered each."""
    wanted = {"stage": stage, "meeting": meeting, "mechanism": mechanism}
    params = {name: value for name, value in wanted.items() if value}
    polls = asyncio.run(every("/polls", folder, url, options=SAID, **params))
    if as_json:
        print_json(polls)
        return
    table = narrow(whole("poll"), "stands", "closes", "answered")
    for poll in polls:
        table.add_row(
            poll["id"],
            poll["stage"],
            to_the_minute(poll["closes"]),
            f"{len(poll['replies'])} of {len(poll['parties'])}",
        )
    out.print(table if polls else no_poll(wanted), soft_wrap=not polls)


@app.command("show")
@listed_by("poll list")
def show_poll(
    poll: Poll, folder: FolderInstead = None, url: Url = None, as_json: AsJson = False
) -> None:
    """Show how POLL stands, the best date first."""
    tally = asyncio.run(ask(f"/polls/{poll}/tally", folder, url))
    if as_json:
        print_json(tally)
        return
    found = asyncio.run(ask(f"/polls/{poll}", folder, url))
    meeting = asyncio.run(ask(f"/meetings/{found['meeting']}", folder, url))
    names = asyncio.run(names_of_parties(folder, url))
    out.print(f"{meeting['id']}: {who_holds(meeting['turn'], names)}", soft_wrap=True)
    if found["because"]:
        out.print(f"Another date is asked for: {escape(found['because'])}", soft_wrap=True)
    if of_plan := found["of_plan"]:
        of = f"{of_plan['plan']}, {of_plan['on']}"
        out.print(f"It asks about the date of {of}, and about others around it.", soft_wrap=True)
    out.print(table_of(tally))
    say_doubts(tally)
    for party, reply in found["replies"].items():
        for line in notes_of(party, reply):
            out.print(escape(line), soft_wrap=True)
    if tally["binding"]:
        out.print("* what the party's national coordinator said: it binds.", style="dim")
    if found["reason"]:
        out.print(f"The poll is withdrawn: {escape(found['reason'])}", soft_wrap=True)
        for line in asked_instead(
            asyncio.run(every("/polls", folder, url, meeting=found["meeting"]))
        ):
            out.print(line, soft_wrap=True)
        return
    silent = ", ".join(tally["silent"]) or "nobody"
    chosen = f"; {found['chosen']} was chosen" if found["chosen"] else ""
    out.print(f"The poll is {tally['stage']}{chosen}; silent: {silent}.")
    if closes := CLOSES.get(tally["stage"]):
        out.print(f"{closes} {to_the_minute(found['closes'])}.", style="dim")


@app.command()
@listed_by("poll list")
def answer(
    poll: Poll,
    who: Who,
    yes: Annotated[str, slots_option("--yes")] = "",
    if_need_be: Annotated[str, slots_option("--if-need-be")] = "",
    no: Annotated[str, slots_option("--no")] = "",
    comment: Comment = None,
    url: Server = DEFAULT_URL,
) -> None:
    """Answer every slot of POLL for a party; what it said before no longer counts."""
    body = {"answers": answers_in(yes=yes, if_need_be=if_need_be, no=no), "comment": comment}
    said = command(url, f"/polls/{poll}/answers", body, actor=who, options=SAID)
    silent = sorted(set(said["parties"]) - set(said["replies"]))
    out.print(f"{poll} is answered; silent: {', '.join(silent) or 'nobody'}.")


def answers_in(**words: str) -> dict[str, str]:
    """What is said of each slot; CommandError where one is said to be two things."""
    answers: dict[str, str] = {}
    for word, several in words.items():
        for slot in filter(None, re.split(r"[,\s]+", several)):
            if slot in answers:
                raise CommandError(f"{slot} is answered twice; say it of one option alone")
            answers[slot] = word
    return answers


@app.command()
@listed_by("poll list")
def link(
    poll: Poll, party: Party = None, for_all: ForAll = False, url: Server = DEFAULT_URL
) -> None:
    """Make a secret page on which PARTY answers without an account; it is shown only now."""
    if party and not for_all:
        out.print(link_for(poll, party, url), soft_wrap=True)
    elif for_all and not party:
        parties = asyncio.run(ask(f"/polls/{poll}", None, url))["parties"]
        longest = max(map(len, parties))
        for one in parties:
            out.print(f"{one:{longest}}  {link_for(poll, one, url)}", soft_wrap=True)
    else:
        raise CommandError("name the PARTY that the link is for, or say --all")


def link_for(poll: str, party: str, url: str) -> str:
    made = command(url, f"/polls/{poll}/links", {"party": party}, actor=SECRETARY, options=SAID)
    return f"{root_of(url)}{made['address']}"


@app.command()
@listed_by("poll list")
def close(
    poll: Poll,
    slot: SlotId,
    place: ConvokedTo,
    reason: WhyMoved = None,
    short_notice: ShortNotice = False,
    despite_clashes: DespiteClashes = False,
    despite_answers: DespiteAnswers = False,
    url: Server = DEFAULT_URL,
) -> None:
    """Choose SLOT, and convoke the meeting for it, or move it there; other polls end with it."""
    body = {
        "slot": slot,
        "place": place,
        "reason": reason,
        "short_notice": short_notice,
        "despite_clashes": despite_clashes,
        "despite_answers": despite_answers,
    }
    meeting = command(url, f"/polls/{poll}/closing", body, actor=SECRETARY, options=SAID)
    starts = to_the_minute(meeting["span"]["starts"])
    out.print(f"{meeting['id']} is {meeting['stage']} for {starts}.", soft_wrap=True)
    for line in (*missed(meeting), *also_asked(meeting)):
        out.print(escape(line), style="yellow", soft_wrap=True)
    say_length(meeting, "It lasts")
    said = (f"{meeting['answered'][kind]} {word}" for kind, word in COUNTED.items())
    out.print(f"The delegations had said of it: {', '.join(said)}.")
    for other in meeting["withdrawn"]:
        out.print(f"{other} is withdrawn, since the date was chosen.")


@app.command()
@listed_by("poll list")
def withdraw(poll: Poll, reason: Reason, url: Server = DEFAULT_URL) -> None:
    """Give POLL up; the meeting stays planned."""
    body = {"reason": reason}
    said = command(url, f"/polls/{poll}/withdrawal", body, actor=SECRETARY, options=SAID)
    out.print(f"{said['id']} is {said['stage']}.")
