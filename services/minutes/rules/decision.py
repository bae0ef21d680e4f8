"""A decision: what its text may hold, and what is kept of it once it is adopted."""

from datetime import date, datetime

from events.decisions import CorrigendumIssued, DecisionAdopted, DecisionText, Position
from events.event import Event
from events.mechanisms import DecisionMode, ObligationState
from events.vocabulary import Identifier, Symbol
from services.minutes.rules.register import place_of
from services.refusals import UnacceptableError
from services.state import State


class Decision(State):
    """An adopted decision. Nothing changes but the list of its corrigenda."""

    symbol: Symbol
    year: int
    adopted_at: datetime
    decision: DecisionText
    mode: DecisionMode
    positions: tuple[Position, ...] = ()
    meeting: Identifier | None = None
    item: Identifier | None = None
    silence: Identifier | None = None
    corrigenda: tuple[Symbol, ...] = ()


def begin(event: DecisionAdopted, at: datetime) -> Decision:
    """What is kept of a decision adopted at `at`. Its id is like customs-heads-2027-d3."""
    year, number = place_of(event.symbol)
    return Decision(
        id=f"{event.mechanism}-{year}-d{number}",
        mechanism=event.mechanism,
        symbol=event.symbol,
        year=year,
        adopted_at=at,
        decision=event.decision,
        mode=event.mode,
        positions=event.positions,
        meeting=event.meeting,
        item=event.item,
        silence=event.silence,
    )


def evolve(decision: Decision, event: Event) -> Decision:
    """The decision after `event`."""
    if not isinstance(event, CorrigendumIssued):
        raise TypeError(f"no decision changes by {event.type}")
    return decision.model_copy(update={"corrigenda": (*decision.corrigenda, event.symbol)})


def check(
    decision: DecisionText, *, mechanism: str, parties: tuple[str, ...], earliest: date
) -> None:
    """Refuse with UnacceptableError what a decision of `mechanism` cannot hold.

    `earliest` is the day on which the decision is taken; no task is due before it.
    """
    for assignment in decision.assignments:
        if assignment.party not in parties:
            raise UnacceptableError(
                f"{assignment.party} is no party of {mechanism}; these are: {', '.join(parties)}"
            )
        if assignment.due is not None and assignment.due < earliest:
            raise UnacceptableError(
                f"{assignment.party}'s task would be due on {assignment.due}, before the decision "
                f"is taken on {earliest}; give a later date, or none"
            )
    if decision.refer_to == mechanism:
        raise UnacceptableError(
            f"{mechanism} can't refer a decision to itself; name another mechanism"
        )
    check_conclusions(decision)


def check_conclusions(decision: DecisionText) -> None:
    concluded = [conclusion.obligation for conclusion in decision.concludes]
    if len(set(concluded)) < len(concluded):
        raise UnacceptableError("an obligation is concluded twice; keep one conclusion each")
    for conclusion in decision.concludes:
        if conclusion.obligation not in decision.serves:
            raise UnacceptableError(
                f"the decision concludes {conclusion.obligation} without serving it; "
                "name it under `serves` too"
            )
        if conclusion.state is ObligationState.OPEN:
            raise UnacceptableError(
                f"{conclusion.obligation} can't be concluded as open; leave the conclusion out"
            )
