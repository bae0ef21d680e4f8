"""An agreement and what has become of each of its obligations.

A *consider* is closed as adopted, declined or deferred and is never shown as a commitment; any
other obligation is closed as fulfilled. A decision that serves an obligation sets it in progress.
"""

from collections.abc import Collection
from typing import Self

from events.decisions import Conclusion, DecisionAdopted
from events.event import Event, Fact
from events.mechanisms import (
    AgreementRegistered,
    Modality,
    Obligation,
    ObligationAdvanced,
    ObligationState,
)
from events.vocabulary import Actor, Identifier, ObligationId, Symbol
from services import rights
from services.mechanisms.rules.registry import AgreementRow, Registry
from services.refusals import NotFoundError, UnacceptableError
from services.state import State

CLOSES_CONSIDERATION = (
    ObligationState.ADOPTED,
    ObligationState.DECLINED,
    ObligationState.DEFERRED,
)


class Standing(Fact):
    """Where one obligation stands, and by which decisions it came there."""

    id: ObligationId
    modality: Modality
    commitment: bool
    state: ObligationState = ObligationState.OPEN
    decisions: tuple[Symbol, ...] = ()
    reason: str | None = None


class Agreement(State):
    """An agreement (the id is A and its number) with its row of the registry.

    `bodies` are those of the bodies named in it that meet.
    """

    row: AgreementRow
    bodies: tuple[Identifier, ...]
    unassigned: bool
    standings: tuple[Standing, ...]

    @property
    def mentions(self) -> tuple[str, ...]:
        return tuple(decision for one in self.standings for decision in one.decisions)

    def without(self, hidden: Collection[str]) -> Self:
        standings = tuple(told(one, hidden) for one in self.standings)
        return self.model_copy(update={"standings": standings})


def told(standing: Standing, hidden: Collection[str]) -> Standing:
    """Without the decisions in `hidden`, and without a reason that names one."""
    named = standing.reason and any(decision in standing.reason for decision in hidden)
    return standing.model_copy(
        update={
            "decisions": tuple(one for one in standing.decisions if one not in hidden),
            "reason": None if named else standing.reason,
        }
    )


def register(registry: Registry, row: AgreementRow) -> Agreement:
    """The agreement of a registry row, under its best match, or under the top body."""
    meeting = [body.id for body in registry.bodies]
    bodies = tuple(link for link in row.links if link in meeting)
    fallback = registry.top.id if registry.top else meeting[0]
    return Agreement(
        id=f"A{row.number}",
        mechanism=bodies[0] if bodies else fallback,
        row=row,
        bodies=bodies,
        unassigned=row.unassigned,
        standings=tuple(
            Standing(
                id=obligation.id,
                modality=obligation.modality,
                commitment=obligation.modality is not Modality.CONSIDER,
            )
            for obligation in row.obligations
        ),
    )


def registered(agreement: Agreement) -> AgreementRegistered:
    row = agreement.row
    return AgreementRegistered(
        mechanism=agreement.mechanism,
        key=agreement.id,
        number=row.number,
        summary=row.summary,
        theme=row.theme,
        mechanisms=agreement.bodies,
        link_confidence=row.link_confidence,
        obligations=tuple(
            Obligation(
                id=obligation.id,
                modality=obligation.modality,
                action=obligation.action,
                due_year=obligation.due_year,
            )
            for obligation in row.obligations
        ),
    )


def agreement_of(obligation: str) -> str:
    """The agreement that an obligation belongs to: A16 for A16.1."""
    return obligation.partition(".")[0]


def touched(event: DecisionAdopted) -> set[str]:
    """The obligations that a decision serves or concludes."""
    return {*event.decision.serves, *(line.obligation for line in event.decision.concludes)}


def advance_by(agreement: Agreement, event: DecisionAdopted) -> list[Event]:
    """What a decision makes of the obligations that it serves or concludes.

    A conclusion that does not fit what is asked (a *consider* fulfilled, a delivery declined) only
    sets the obligation in progress, with a note: the decision stands, and a person has to look.
    """
    concluded = {line.obligation: line for line in event.decision.concludes}
    return [
        advance(agreement, standing, event, concluded.get(standing.id))
        for standing in agreement.standings
        if standing.id in touched(event)
    ]


def advance(
    agreement: Agreement, standing: Standing, event: DecisionAdopted, said: Conclusion | None
) -> Event:
    served = standing.state
    if served is ObligationState.OPEN:
        served = ObligationState.IN_PROGRESS
    unfit = said is not None and not fits(standing.modality, said.state)
    return ObligationAdvanced(
        mechanism=agreement.mechanism,
        obligation=standing.id,
        state=said.state if said and not unfit else served,
        decision=event.symbol,
        reason=f"{event.symbol} says {said.state}, which a {standing.modality} can't be"
        if said and unfit
        else None,
    )


def fits(modality: Modality, state: ObligationState) -> bool:
    """Whether an obligation of that modality may come to `state`."""
    if state in {ObligationState.OPEN, ObligationState.IN_PROGRESS}:
        return True
    return (state in CLOSES_CONSIDERATION) == (modality is Modality.CONSIDER)


def conclude(
    agreement: Agreement, obligation: str, *, state: ObligationState, reason: str, actor: Actor
) -> list[Event]:
    """The secretary's finding on where an obligation stands, with its reason."""
    rights.secretary(actor, "say where an obligation stands")
    standing = find(agreement, obligation)
    if not fits(standing.modality, state):
        allowed = [s for s in ObligationState if fits(standing.modality, s)]
        raise UnacceptableError(
            f"{obligation} asks to {standing.modality}; it can be: {', '.join(allowed)}"
        )
    return [
        ObligationAdvanced(
            mechanism=agreement.mechanism, obligation=obligation, state=state, reason=reason
        )
    ]


def find(agreement: Agreement, obligation: str) -> Standing:
    for standing in agreement.standings:
        if standing.id == obligation:
            return standing
    raise NotFoundError(f"agreement {agreement.row.number} has no obligation {obligation}")


def evolve(agreement: Agreement, event: Event) -> Agreement:
    """The agreement after `event`."""
    match event:
        case ObligationAdvanced():
            standings = tuple(
                advanced(standing, event) if standing.id == event.obligation else standing
                for standing in agreement.standings
            )
            return agreement.model_copy(update={"standings": standings})
        case _:
            raise TypeError(f"no agreement changes by {event.type}")


def advanced(standing: Standing, event: ObligationAdvanced) -> Standing:
    decisions = standing.decisions
    if event.decision is not None and event.decision not in decisions:
        decisions = (*decisions, event.decision)
    return standing.model_copy(
        update={
            "state": event.state,
            "decisions": decisions,
            "reason": event.reason or standing.reason,
        }
    )
