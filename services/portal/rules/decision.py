"""A decision as the pages show it. It never changes."""

from datetime import datetime
from typing import NoReturn

from events.decisions import DecisionAdopted
from events.mechanisms import DecisionMode
from events.vocabulary import Identifier
from services.state import State


class Decision(State):
    """An adopted decision (the id is its symbol), with the instant of its adoption in UTC."""

    text: str
    mode: DecisionMode
    meeting: Identifier | None
    adopted: datetime


def begin(event: DecisionAdopted, now: datetime) -> Decision:
    return Decision(
        id=event.symbol,
        mechanism=event.mechanism,
        text=event.decision.text,
        mode=event.mode,
        meeting=event.meeting,
        adopted=now,
    )


def evolve(decision: Decision, event: object) -> NoReturn:
    raise TypeError(f"{decision.id} does not change, not by {event}")
