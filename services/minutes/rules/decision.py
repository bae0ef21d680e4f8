"""What is kept of adopted decisions and of corrigenda. Their ids are their symbols."""

from datetime import datetime

from events.decisions import (
    CorrigendumIssued,
    DecisionAdopted,
    DecisionStands,
    DecisionText,
    Position,
)
from events.event import Event
from events.mechanisms import DecisionMode
from events.vocabulary import Identifier, Language, Symbol
from services.state import State


class Decision(State):
    """An adopted decision. Nothing about it changes but the list of its corrigenda."""

    decision: DecisionText
    mode: DecisionMode
    adopted: datetime
    positions: tuple[Position, ...] = ()
    meeting: Identifier | None = None
    item: Identifier | None = None
    silence: Identifier | None = None
    corrigenda: tuple[Symbol, ...] = ()


class Corrigendum(State):
    """One correction of an adopted document. It never changes."""

    corrects: Symbol
    text: str
    languages: tuple[Language, ...]
    title: str | None = None
    issued: datetime


def kept(event: DecisionAdopted, at: datetime) -> Decision:
    """The decision adopted at `at`."""
    return Decision(
        id=event.symbol,
        mechanism=event.mechanism,
        decision=event.decision,
        mode=event.mode,
        adopted=at,
        positions=event.positions,
        meeting=event.meeting,
        item=event.item,
        silence=event.silence,
    )


def kept_corrigendum(event: CorrigendumIssued, at: datetime) -> Corrigendum:
    """The corrigendum issued at `at`."""
    return Corrigendum(
        id=event.symbol,
        mechanism=event.mechanism,
        corrects=event.corrects,
        text=event.text,
        languages=event.languages,
        title=event.title,
        issued=at,
    )


def evolve(decision: Decision, event: Event) -> Decision:
    """The decision after `event`."""
    if not isinstance(event, CorrigendumIssued):
        raise TypeError(f"no decision changes by {event.type}")
    return decision.model_copy(update={"corrigenda": (*decision.corrigenda, event.symbol)})


def standing(decision: Decision) -> DecisionStands:
    """What others are told of a decision that is new or has changed."""
    return DecisionStands(
        mechanism=decision.mechanism,
        symbol=decision.id,
        revision=decision.revision,
        adopted=decision.adopted,
        decision=decision.decision,
        mode=decision.mode,
        positions=decision.positions,
        meeting=decision.meeting,
        item=decision.item,
        silence=decision.silence,
        corrigenda=decision.corrigenda,
    )
