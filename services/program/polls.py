"""How the terminal shows polls."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table

from services.program.moments import span_lines
from services.program.terminal import narrow, whole

WORDS = {"yes": "[green]yes[/]", "if_need_be": "[yellow]if need be[/]", "no": "[red]no[/]"}
CLOSES = {"open": "It closes at", "ended": "It closed at"}


def dates_asked(poll: dict[str, Any]) -> Table:
    """A line for each date that a poll asks about."""
    table = Table.grid(padding=(0, 2))
    for slot in poll["slots"]:
        table.add_row(slot["slot"], *span_lines(slot["span"]).split("\n"))
    return table


def table_of(tally: dict[str, Any]) -> Table:
    """A line a slot, and in it who says what; one that everybody refused is blocked.

    Whose answer binds has a star.
    """
    table = narrow(whole(""), whole("when"), "who says what")
    for slot in tally["slots"]:
        said = [
            f"{shown}: {', '.join(starred(party, tally) for party in slot[word])}"
            for word, shown in WORDS.items()
            if slot[word]
        ]
        table.add_row(
            f"[red]{slot['slot']} blocked[/]" if slot["blocked"] else slot["slot"],
            span_lines(slot["span"]),
            "\n".join(said) or "–",
        )
    return table


def doubts(found: dict[str, Any]) -> Iterator[str]:
    """What dates are too near to, and which may be a day off, a line each date."""
    for slot, texts in (*found["near"].items(), *found["unsure"].items()):
        yield f"{slot}: {'; '.join(texts)}"


def starred(party: str, tally: dict[str, Any]) -> str:
    return f"{party}*" if party in tally["binding"] else party


def notes_of(party: str, reply: Mapping[str, Any]) -> Iterator[str]:
    """What a party wrote to the secretary, each with who did."""
    if reply["delegates_comment"]:
        yield f"{party}: {reply['delegates_comment']}"
    if reply["comment"]:
        who = f"{party}'s coordinator" if reply["binding"] else party
        yield f"{who}: {reply['comment']}"


def asked_instead(polls: list[dict[str, Any]]) -> Iterator[str]:
    """Which of the polls about a meeting ask for its date, or gave it."""
    for poll in polls:
        if poll["stage"] in CLOSES:
            yield f"{poll['id']} asks for the date of {poll['meeting']} now."
        elif poll["chosen"]:
            yield f"{poll['chosen']} of {poll['id']} was chosen for {poll['meeting']}."


def no_poll(wanted: Mapping[str, str | None]) -> str:
    """What to do where there is no poll of those `wanted`."""
    asked = " ".join(f"--{name} {value}" for name, value in wanted.items() if value)
    if asked:
        return f"No poll is one of {asked}; `secretariat poll list` lists all."
    return (
        "No delegation was asked for a date yet: `secretariat poll open MEETING` asks about one "
        "meeting, `secretariat plan accept` about the dates of a plan."
    )
