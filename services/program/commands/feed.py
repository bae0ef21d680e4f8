"""`secretariat feed`: follow a calendar feed by a secret address, change it, end it."""

import asyncio
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Column

from services.program.asking import SECRETARY, ask, command, every, listed_by, root_of
from services.program.moments import utc
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

app = typer.Typer(no_args_is_help=True, help="Follow a calendar feed by a secret address.")
Scope = Annotated[
    str,
    typer.Argument(
        metavar="SCOPE",
        help="all, delegate, or like mechanism:customs-heads, party:china, host:china; "
        "busy:china is when China is busy, and no more.",
    ),
]
Feed = Annotated[str, typer.Argument(metavar="FEED", help="Like feed-26fd529cc334.")]
Who = Annotated[
    str, typer.Option("--as", metavar="ACTOR", help="Who asks, like 'kazakhstan/coordinator'.")
]
Owner = Annotated[
    str | None,
    typer.Option(
        "--for", metavar="ACTOR", help="Whose it is, like 'kazakhstan/delegate A. Omarova'."
    ),
]
Meetings = Annotated[bool | None, typer.Option(help="Have meetings in it.")]
Deadlines = Annotated[bool | None, typer.Option(help="Have deadlines in it.")]
Cancelled = Annotated[bool | None, typer.Option(help="Have cancelled meetings in it.")]
Language = Annotated[
    str | None, typer.Option("--language", help="Of the words that are added, like kk.")
]
Alarm = Annotated[
    int | None,
    typer.Option(
        "--alarm",
        metavar="MINUTES",
        help="Notice so long before: 5, 15, 30, 60, 120, 1440 (a day), 2880, 10080 (a week); "
        "0 for none. Whole days: at 9 of the day before, or earlier.",
    ),
]
AllDay = Annotated[bool | None, typer.Option(help="Several days as whole days.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why.")]
KINDS = ("all", "delegate", "mechanism", "party", "host", "busy")
OWN = {"language": "--language", "alarm_minutes": "--alarm", "all_day": "--all-day"}
SAID = {
    **OWN,
    **{f"settings.{field}": option for field, option in OWN.items()},
    "scope": "SCOPE",
    "owner": "--for",
    "reason": "--reason",
}


@app.command()
def add(
    scope: Scope,
    who: Who = SECRETARY,
    owner: Owner = None,
    meetings: Meetings = None,
    deadlines: Deadlines = None,
    cancelled: Cancelled = None,
    language: Language = None,
    alarm: Alarm = None,
    all_day: AllDay = None,
    url: Server = DEFAULT_URL,
) -> None:
    """Follow the feed of SCOPE; its address is shown only now."""
    settings = wished(meetings, deadlines, cancelled, language, alarm, all_day)
    body = {"scope": scope_of(scope, url), "settings": settings, "owner": owner}
    show_address(command(url, "/subscriptions", body, actor=who, options=SAID), url)


def scope_of(words: str, url: str) -> dict[str, str | None]:
    """SCOPE as the API takes it; CommandError, with what was meant, where it is not one."""
    kind, _, key = words.partition(":")
    if kind not in KINDS:
        meant = [
            f"{kind}:{words}"
            for kind, path in (("party", "/parties"), ("mechanism", "/mechanisms?limit=200"))
            if words in ids(asyncio.run(ask(path, None, url)))
        ]
        hint = f"; did you mean {meant[0]}?" if meant else ""
        raise CommandError(
            f"{words} is no feed; say all, delegate, or like mechanism:customs-heads, "
            f"party:china, host:china, busy:china{hint}"
        )
    return {"kind": kind, "id": key or None}


def ids(listed: Any) -> set[str]:
    return {item["id"] for item in (listed["items"] if isinstance(listed, dict) else listed)}


@app.command("list")
def list_feeds(
    who: Who = SECRETARY,
    folder: FolderInstead = None,
    url: Url = None,
    as_json: AsJson = False,
) -> None:
    """Show the feeds that ACTOR may see: its own, its delegation's, or all."""
    items = asyncio.run(every("/subscriptions", folder, url, actor=who))
    if as_json:
        print_json(items)
        return
    if not items:
        out.print("There is no feed yet; `secretariat feed add SCOPE` makes one.")
        return
    table = narrow(whole("feed"), Column("of, for", overflow="fold"), "wishes")
    for item in items:
        scope = ":".join(filter(None, (item["scope"]["kind"], item["scope"]["id"])))
        made = f"\n[dim]made {utc(item['made'])} UTC[/]" if item["made"] else ""
        table.add_row(item["id"], f"{scope}\n{escape(item['owner'])}", wishes(item) + made)
    out.print(table)


@app.command("set")
@listed_by("feed list")
def change(
    feed: Feed,
    who: Who = SECRETARY,
    meetings: Meetings = None,
    deadlines: Deadlines = None,
    cancelled: Cancelled = None,
    language: Language = None,
    alarm: Alarm = None,
    all_day: AllDay = None,
    url: Server = DEFAULT_URL,
) -> None:
    """Have FEED look otherwise in what is said here, at the same address."""
    known = asyncio.run(ask(f"/subscriptions/{feed}", None, url, actor=who))["settings"]
    body = known | wished(meetings, deadlines, cancelled, language, alarm, all_day)
    path = f"/subscriptions/{feed}/settings"
    said = command(url, path, body, actor=who, method="PUT", options=SAID)
    out.print(f"{said['id']}: {wishes(said)}")


@app.command()
@listed_by("feed list")
def rotate(feed: Feed, who: Who = SECRETARY, url: Server = DEFAULT_URL) -> None:
    """Give FEED another address; the one before leads nowhere from now on."""
    show_address(command(url, f"/subscriptions/{feed}/rotation", None, actor=who), url)


@app.command()
@listed_by("feed list")
def revoke(
    feed: Feed, who: Who = SECRETARY, reason: Reason = None, url: Server = DEFAULT_URL
) -> None:
    """End FEED for good."""
    said = command(url, f"/subscriptions/{feed}/revocation", {"reason": reason}, actor=who)
    out.print(f"{said['id']} is revoked.")


def wished(
    meetings: bool | None,
    deadlines: bool | None,
    cancelled: bool | None,
    language: str | None,
    alarm: int | None,
    all_day: bool | None,
) -> dict[str, Any]:
    """The settings that were said."""
    said = {
        "meetings": meetings,
        "deadlines": deadlines,
        "hide_cancelled": None if cancelled is None else not cancelled,
        "language": language,
        "all_day": all_day,
    }
    settings = {name: value for name, value in said.items() if value is not None}
    return settings if alarm is None else {**settings, "alarm_minutes": alarm or None}


def wishes(item: dict[str, Any]) -> str:
    """The settings of a subscription in words, or that it is revoked and why."""
    if item["revoked"]:
        return f"revoked: {item['reason']}" if item["reason"] else "revoked"
    if item["scope"]["kind"] == "busy":
        return "when it is busy"
    said = item["settings"]
    named = {
        "meetings": said["meetings"],
        "deadlines": said["deadlines"],
        "no cancelled ones": said["hide_cancelled"],
        f"in {said['language']}": True,
        f"{said['alarm_minutes']} min notice": said["alarm_minutes"],
        "whole days": said["all_day"],
    }
    return ", ".join(words for words, wanted in named.items() if wanted)


def show_address(said: dict[str, Any], url: str) -> None:
    if said["address"] is None:
        raise CommandError("the address was shown before; rotate the feed to get another")
    page = said["address"].rpartition(".")[0]
    root = root_of(url)
    out.print(f"{said['id']}: {root}{said['address']}", soft_wrap=True)
    out.print(f"How to subscribe: {root}{page}", soft_wrap=True)
    for other in said["like"]:
        out.print(
            f"{other} leads the same person to the same calendar; "
            f"`secretariat feed revoke {other}` ends it.",
            soft_wrap=True,
        )
