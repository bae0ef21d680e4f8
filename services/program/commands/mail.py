"""`secretariat mail`: what was mailed to whom, what became of it, and who gets it how."""

import asyncio
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column, Table

from services.program.asking import SECRETARY, ask, command, every, listed_by
from services.program.moments import to_the_minute, utc
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

app = typer.Typer(no_args_is_help=True, help="See to the invitations that go out by mail.")
COLOURS = {
    "sent": "green",
    "failed": "red",
    "bounced": "red",
    "superseded": "dim",
    "expired": "dim",
}
INVITE = "`secretariat mail invite MECHANISM PARTY/HANDLE --name NAME --address ADDRESS`"
SAID = {"accepted": "green", "tentative": "yellow", "declined": "red"}

Key = Annotated[str, typer.Argument(metavar="MAIL", help="Its id, as `mail list` has it.")]
OfStage = Annotated[
    str | None, typer.Option("--stage", help="Only those that stand so, like failed.")
]
OfMeeting = Annotated[str | None, typer.Option("--meeting", help="Only those about this meeting.")]
Mechanism = Annotated[str, typer.Argument(metavar="MECHANISM", help="Like customs-heads.")]
Recipient = Annotated[
    str | None,
    typer.Argument(metavar="PARTY/HANDLE", help="Whose to change, like kazakhstan/coordinator."),
]
Invited = Annotated[
    str, typer.Argument(metavar="PARTY/HANDLE", help="Like kazakhstan/coordinator.")
]
Language = Annotated[str | None, typer.Option("--language", help="Like ru, kk or tg.")]
Zone = Annotated[str | None, typer.Option("--zone", help="Of the clock for the next three.")]
HowOften = Annotated[
    str | None, typer.Option("--digest", help="immediate, or daily for all of a day in one.")
]
At = Annotated[str | None, typer.Option("--digest-at", help="When on a day, like 08:00.")]
Quiet = Annotated[
    str | None, typer.Option("--quiet", help="When no mail goes out, like 21:00-07:30; or none.")
]
SAID_WITH = {
    "name": "--name",
    "address": "--address",
    "stage": "--stage",
    "meeting": "--meeting",
    "language": "--language",
    "zone": "--zone",
    "digest": "--digest",
    "digest_at": "--digest-at",
    "quiet": "--quiet",
}


@app.command("list")
def list_mail(
    stage: OfStage = None,
    meeting: OfMeeting = None,
    folder: FolderInstead = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """List mails, the newest first, and what became of each."""
    wanted = {"stage": stage, "meeting": meeting}
    params = {name: value for name, value in wanted.items() if value is not None}
    found = asyncio.run(every("/mail", folder, url, options=SAID_WITH, **params))
    mails = sorted(found, key=lambda mail: (mail["queued"], mail["id"]), reverse=True)
    if as_json:
        print_json(mails)
        return
    if not mails:
        fitting = "that fits" if params else f"yet: {INVITE} says whom to write to"
        out.print(f"There is no mail {fitting}.")
        return
    table = narrow(whole("mail"), Column("to, about", overflow="fold"), "when, why")
    for mail in mails:
        colour = COLOURS.get(mail["stage"], "yellow")
        when = utc(mail["sent"] or mail["due"])
        tried = f", attempt {mail['attempts']}" if mail["attempts"] > 1 else ""
        table.add_row(
            f"{mail['id']}\n[{colour}]{mail['stage']}[/]",
            f"{escape(mail['name'])}, {mail['party']}\n"
            f"{mail['meeting']}\n[dim]{mail['kind']}, revision {mail['sequence']}[/]",
            f"{when}{tried}\n{escape(mail['error'] or '')}",
        )
    out.print(table)
    out.print(
        f"{'1 mail' if len(mails) == 1 else f'{len(mails)} mails'}; times are UTC.", style="dim"
    )


@app.command()
@listed_by("mail list")
def show(key: Key, folder: FolderInstead = None, url: Url = None, as_json: AsJson = False) -> None:
    """Show one mail: to whom, about what, how often it was tried, and why it stands as it does."""
    mail = asyncio.run(ask(f"/mail/{key}", folder, url))
    if as_json:
        print_json(mail)
        return
    table = Table.grid(padding=(0, 2))
    for label, value in facts(mail):
        table.add_row(f"[dim]{label}[/]", escape(value))
    out.print(table)


def facts(mail: dict[str, Any]) -> list[tuple[str, str]]:
    found = [
        ("mail", mail["id"]),
        ("to", f"{mail['name']} <{mail['address']}>, {mail['party']}"),
        ("what", f"{mail['kind']}, in {mail['language']}"),
        ("about", f"{mail['title']} ({mail['meeting']}, revision {mail['sequence']})"),
        ("on", to_the_minute(mail["starts"])),
        ("in the digest", mail["digest"]),
        ("stands", f"{mail['stage']} after {mail['attempts']} attempts"),
        ("queued", mail["queued"]),
        ("sent" if mail["sent"] else "due", mail["sent"] or mail["due"]),
        ("error", mail["error"]),
    ]
    return [(label, value) for label, value in found if value]


@app.command()
@listed_by("mail list")
def retry(key: Key, url: Server = DEFAULT_URL) -> None:
    """Send MAIL again, which failed or came back."""
    mail = command(url, f"/mail/{key}/retry", None, actor=SECRETARY)
    out.print(f"{mail['id']} to {mail['name']} is {mail['stage']}.")


@app.command()
def answers(
    meeting: Annotated[str, typer.Argument(metavar="MEETING", help="Like customs-heads-2027-1.")],
    folder: FolderInstead = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Show what those who were invited to MEETING have said, and to which revision."""
    said = asyncio.run(ask(f"/meetings/{meeting}/replies", folder, url))
    if as_json:
        print_json(said)
        return
    if not said["attendees"]:
        out.print(f"Nobody is invited to {meeting} by mail; {INVITE} names somebody.")
        return
    table = narrow("party", "who", "says", "to revision", "comment")
    for attendee in said["attendees"]:
        counting = [answer for answer in attendee["answers"] if answer["confirmed"]]
        last = counting[-1] if counting else {}
        colour = SAID.get(attendee["participation"], "dim") if attendee["current"] else "dim"
        table.add_row(
            attendee["party"],
            escape(attendee["name"]),
            f"[{colour}]{attendee['participation'] or silence(attendee)}[/]",
            str(last.get("sequence", "")),
            escape("\n".join([*remarks_in(last), *map(in_doubt, doubts_in(attendee))])),
        )
    out.print(table)
    out.print(f"The invitation is at revision {said['sequence']}.", style="dim")


def silence(attendee: dict[str, Any]) -> str:
    """What stands for an answer where there is none: nobody can answer what did not come."""
    if attendee["told"]:
        return "–"
    return "not sent yet" if attendee["stage"] in {"queued", "sending"} else "not reached"


def remarks_in(answer: dict[str, Any]) -> list[str]:
    """Who answered in place of the one invited, if somebody did, and what they wrote to it."""
    delegate, comment = answer.get("delegate"), (answer.get("comment") or "").strip()
    return [*([f"from {delegate}"] if delegate else []), *([comment] if comment else [])]


def doubts_in(attendee: dict[str, Any]) -> list[dict[str, Any]]:
    return [answer for answer in attendee["answers"] if not answer["confirmed"]]


def in_doubt(answer: dict[str, Any]) -> str:
    """An answer that anybody may have sent, and what lets it count."""
    return f"unconfirmed {answer['participation']} ({answer['id']}) from {answer['sender']}"


@app.command()
def confirm(
    meeting: Annotated[str, typer.Argument(metavar="MEETING", help="Like customs-heads-2027-1.")],
    answer: Annotated[str, typer.Argument(metavar="ANSWER", help="As `mail answers` has it.")],
    url: Server = DEFAULT_URL,
) -> None:
    """Let an answer count that came from another address than the one invited."""
    said = command(url, f"/meetings/{meeting}/replies/{answer}/confirm", None, actor=SECRETARY)
    out.print(f"{said['recipient']} has {said['participation']}.")


@app.command()
def aside(folder: FolderInstead = None, url: Url = None, as_json: AsJson = False) -> None:
    """Show the last mails from the mailbox that changed nothing, and why."""
    found = asyncio.run(ask("/mailbox/aside", folder, url))["items"]
    if as_json:
        print_json(found)
        return
    if not found:
        out.print("No mail was put aside.")
        return
    table = narrow(
        whole("came"), Column("from, subject", overflow="fold"), "why it changed nothing"
    )
    for mail in found:
        shown = escape(f"{mail['sender']}\n{mail['subject']}")
        table.add_row(utc(mail["at"]), shown, escape(mail["reason"]))
    out.print(table)


@app.command()
def invite(
    mechanism: Mechanism,
    recipient: Invited,
    name: Annotated[str, typer.Option("--name", help="Of the person, like 'A. Omarova'.")],
    address: Annotated[str, typer.Option("--address", help="Like a.omarova@mfa.example.")],
    language: Language = None,
    url: Server = DEFAULT_URL,
) -> None:
    """Invite somebody by mail to the meetings of MECHANISM to come, or give them another address.

    Who has the handle coordinator is invited until another coordinator is named.
    """
    path = f"/mechanisms/{mechanism}/recipients"
    known = named(asyncio.run(ask(path, None, url))["items"], recipient)
    said = {"name": name, "address": address} | ({"language": language} if language else {})
    made = kept(url, f"{path}/{recipient}", ways_of(known) | said)
    out.print(f"{made['name']} is invited to the meetings of {mechanism} to come.")
    out.print(table_of([made]))


@app.command()
def remove(mechanism: Mechanism, recipient: Invited, url: Server = DEFAULT_URL) -> None:
    """Invite somebody no more; who has invitations to meetings to come is told so."""
    path = f"/mechanisms/{mechanism}/recipients"
    known = named(asyncio.run(ask(path, None, url))["items"], recipient)
    if known is None:
        raise unknown(mechanism, recipient)
    command(url, f"{path}/{recipient}", None, actor=SECRETARY, method="DELETE")
    out.print(f"{known['name']} is not invited to {mechanism} any more.")


@app.command()
def settings(
    mechanism: Mechanism,
    recipient: Recipient = None,
    language: Language = None,
    zone: Zone = None,
    digest: HowOften = None,
    digest_at: At = None,
    quiet: Quiet = None,
    url: Server = DEFAULT_URL,
) -> None:
    """Show who gets the mails of MECHANISM and how; or change that for one of them."""
    path = f"/mechanisms/{mechanism}/recipients"
    found = asyncio.run(ask(path, None, url))["items"]
    if recipient is not None:
        known = named(found, recipient)
        if known is None:
            raise unknown(mechanism, recipient)
        wanted = {
            "language": language,
            "zone": zone,
            "digest": digest,
            "digest_at": digest_at,
            "quiet": quiet,
        }
        changes = {name: value for name, value in wanted.items() if value is not None}
        found = [kept(url, f"{path}/{recipient}", ways_of(known) | ways_in(changes))]
    if not found:
        out.print(f"Nobody is invited to {mechanism} by mail; {INVITE} names somebody.")
        return
    out.print(table_of(found))


def named(recipients: list[Any], words: str) -> dict[str, Any] | None:
    """The one of PARTY/HANDLE; CommandError where `words` are not that."""
    party, _, handle = words.partition("/")
    if not party or not handle or "/" in handle:
        raise CommandError(f"{words} is not PARTY/HANDLE; write it like kazakhstan/coordinator")
    mine = (r for r in recipients if (r["party"], r["handle"]) == (party, handle))
    return next(mine, None)


def unknown(mechanism: str, recipient: str) -> CommandError:
    return CommandError(
        f"{mechanism} invites nobody called {recipient}; "
        f"`secretariat mail settings {mechanism}` shows whom it invites, and `mail invite` adds one"
    )


def ways_of(known: dict[str, Any] | None) -> dict[str, Any]:
    """All that a recipient has, as it is put again."""
    names = ("name", "address", "language", "zone", "digest", "digest_at", "quiet")
    return {name: known[name] for name in names} if known else {}


def ways_in(changes: dict[str, Any]) -> dict[str, Any]:
    """What was said, with quiet hours as the API has them."""
    if "quiet" not in changes:
        return changes
    begins, _, ends = changes["quiet"].partition("-")
    return changes | {"quiet": None if begins == "none" else {"begins": begins, "ends": ends}}


def kept(url: str, path: str, body: dict[str, Any]) -> Any:
    """The recipient at `path`, once the server has taken `body`."""
    return command(url, path, body, actor=SECRETARY, method="PUT", options=SAID_WITH)


def table_of(recipients: list[Any]) -> Table:
    table = narrow(Column("who", overflow="fold"), "language", "when")
    for known in recipients:
        daily = f"daily at {known['digest_at'][:5]} {known['zone']}"
        when = [daily if known["digest"] == "daily" else "at once"]
        if quiet := known["quiet"]:
            when.append(f"not {quiet['begins'][:5]}–{quiet['ends'][:5]} {known['zone']}")
        table.add_row(
            f"{known['party']}/{known['handle']}\n{escape(known['name'])}\n{known['address']}",
            known["language"],
            "\n".join(when),
        )
    return table
