"""`secretariat doctor`: whether anything is stuck, late or lost."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from services.program.terminal import (
    DEFAULT_FOLDER,
    AsJson,
    DatabaseUrl,
    Folder,
    KafkaAddress,
    deployment,
    narrow,
    out,
    print_json,
    whole,
)

if TYPE_CHECKING:
    from services.program.deployment import Deployment
    from services.program.doctor import Report

At = Annotated[
    datetime | None,
    typer.Option("--at", help="Judge deadlines as of this UTC time, not of now."),
]


def doctor(
    folder: Folder = DEFAULT_FOLDER,
    kafka: KafkaAddress = None,
    database: DatabaseUrl = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """Report on databases, relay lag, dead letters, late deadlines and orphan follow-ups.

    Exits with 1 when something needs a person.
    """
    from events.clock import SystemClock

    instant = at.replace(tzinfo=UTC) if at else SystemClock().now()
    report = asyncio.run(look(deployment(folder, kafka, database), instant))
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        show(report)
    if not report.healthy:
        raise typer.Exit(1)


async def look(found: "Deployment", at: datetime) -> "Report":
    from services.program.doctor import examine

    try:
        return await examine(found, at)
    finally:
        await found.close()


def of_mail(report: "Report") -> Iterator[str]:
    """What keeps mail from going out and from being read, where something does."""
    from services.quantities import counted

    for found in report.services.values():
        if found.mail is None:
            continue
        if found.mail.failed:
            failed = counted(found.mail.failed, "mail", "mails")
            yield f"✗ {failed} did not arrive; secretariat mail list says which and why."
        if found.mail.outgoing and found.mail.waiting:
            waiting = counted(found.mail.waiting, "mail waits", "mails wait")
            yield f"{waiting}; {found.mail.outgoing}."
        if found.mail.mailbox:
            yield f"Answers to invitations are not read; {found.mail.mailbox}."


def show(report: "Report") -> None:
    table = narrow(whole("service"), "database")
    table.title = f"As of {report.at:%Y-%m-%d %H:%M} UTC"
    for column in ("relay lag", "letters", "dead", "deadlines late", "failed"):
        table.add_column(column, justify="right")
    for name, found in report.services.items():
        table.add_row(
            name if found.healthy else f"✗ {name}",
            found.database,
            str(found.relay_lag),
            str(found.letters_retrying + found.letters_waiting),
            str(found.letters_dead),
            str(found.deadlines_late),
            str(found.deadlines_failed),
            style=None if found.healthy else "red",
        )
    out.print(table)
    of_mails = list(of_mail(report))
    for line in of_mails:
        out.print(line, soft_wrap=True)
    for follow_up in report.orphan_follow_ups:
        out.print(f"✗ {follow_up} belongs to a decision that nobody knows", style="red")
    for meeting, why in report.unshown_meetings.items():
        out.print(f"✗ {meeting} is in no feed: {why}", style="red", soft_wrap=True)
    if not report.orphan_follow_ups:
        out.print("No follow-up is an orphan.")
    if not report.healthy:
        out.print("Something needs a person; it is marked ✗.", style="red")
    elif of_mails:
        out.print("All else is well.", style="yellow")
    else:
        out.print("All is well.", style="green")
