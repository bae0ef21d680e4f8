"""`secretariat feed`: follow a calendar feed by a secret address, change it, end it."""

from typing import Annotated, Any

import typer
from rich.table import Table

from services.program.asking import command
from services.program.terminal import DEFAULT_URL, AsJson, CommandError, Server, out, print_json

app = typer.Typer(no_args_is_help=True, help="Follow a calendar feed by a secret address.")
Scope = Annotated[
    str,
    typer.Argument(
        metavar="SCOPE",
        help="all, delegate, or like mechanism:customs-heads, party:china, host:china.",
    ),
]
Feed = Annotated[str, typer.Argument(metavar="FEED", help="Like feed-26fd529cc334.")]
Who = Annotated[
    str, typer.Option("--as", metavar="ACTOR", help="Like 'kazakhstan/delegate A. Omarova'.")
]
Owner = Annotated[
    str | None, typer.Option("--for", metavar="ACTOR", help="Whom the secretary subscribes.")
]
Meetings = Annotated[bool | None, typer.Option(help="Have meetings in it.")]
Deadlines = Annotated[bool | None, typer.Option(help="Have deadlines in it.")]
Cancelled = Annotated[bool | None, typer.Option(help="Have cancelled meetings in it.")]
Language = Annotated[
    str | None, typer.Option("--language", help="Of the words that are added, like kk.")
]
Alarm = Annotated[
    int | None,
    typer.Option("--alarm", metavar="MINUTES", help="Notice so long before; 0 for none."),
]
AllDay = Annotated[bool | None, typer.Option(help="Several days as whole days.")]
Reason = Annotated[str | None, typer.Option("--reason", help="Why.")]


@app.command()
def add(
    scope: Scope,
    who: Who = "secretary",
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
    kind, _, key = scope.partition(":")
    settings = wished(meetings, deadlines, cancelled, language, alarm, all_day)
    body = {"scope": {"kind": kind, "id": key or None}, "settings": settings, "owner": owner}
    show_address(command(url, "/subscriptions", body, actor=who), url)


@app.command("list")
def list_feeds(who: Who = "secretary", as_json: AsJson = False, url: Server = DEFAULT_URL) -> None:
    """Show the feeds that ACTOR may see: its own, its delegation's, or all."""
    items: list[Any] = []
    after = None
    while True:
        page = command(url, page_after(after), None, actor=who, method="GET")
        items += page["items"]
        after = page["next"]
        if after is None:
            break
    if as_json:
        print_json(items)
        return
    table = Table("feed", "of", "for", "wishes")
    for item in items:
        scope = ":".join(filter(None, (item["scope"]["kind"], item["scope"]["id"])))
        table.add_row(item["id"], scope, item["owner"], wishes(item))
    out.print(table)


@app.command("set")
def change(
    feed: Feed,
    who: Who = "secretary",
    meetings: Meetings = None,
    deadlines: Deadlines = None,
    cancelled: Cancelled = None,
    language: Language = None,
    alarm: Alarm = None,
    all_day: AllDay = None,
    url: Server = DEFAULT_URL,
) -> None:
    """Have FEED look otherwise in what is said here, at the same address."""
    known = command(url, f"/subscriptions/{feed}", None, actor=who, method="GET")["settings"]
    body = known | wished(meetings, deadlines, cancelled, language, alarm, all_day)
    said = command(url, f"/subscriptions/{feed}/settings", body, actor=who, method="PUT")
    out.print(f"{said['id']}: {wishes(said)}")


@app.command()
def rotate(feed: Feed, who: Who = "secretary", url: Server = DEFAULT_URL) -> None:
    """Give FEED another address; the one before leads nowhere from now on."""
    show_address(command(url, f"/subscriptions/{feed}/rotation", None, actor=who), url)


@app.command()
def revoke(
    feed: Feed, who: Who = "secretary", reason: Reason = None, url: Server = DEFAULT_URL
) -> None:
    """End FEED for good."""
    said = command(url, f"/subscriptions/{feed}/revocation", {"reason": reason}, actor=who)
    out.print(f"{said['id']} is revoked.")


def page_after(key: str | None) -> str:
    return f"/subscriptions?limit=200&after={key}" if key else "/subscriptions?limit=200"


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
    """The settings of a subscription in words, or that it is revoked."""
    if item["revoked"]:
        return "revoked"
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
    page = said["address"].removesuffix(".ics")
    out.print(f"{said['id']}: {url}{said['address']}", soft_wrap=True)
    out.print(f"How to subscribe: {url}{page}", soft_wrap=True)
