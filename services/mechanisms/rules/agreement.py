"""An agreement and what became of its obligations.

open ─► in progress ─► fulfilled                        establish, deliver, operate, develop, promote
                   └─► adopted | declined | deferred    consider

A `consider` commits to nothing but the consideration, so it is never fulfilled, and nothing else is
ever adopted, declined or deferred. Decisions move obligations; the secretary may find that one has
moved, but not against a decision. What was closed may be taken up again, and goes back to progress.
"""

from events.decisions import DecisionAdopted
from events.event import Event, Fact
from events.mechanisms import (
    AgreementRegistered,
    Modality,
    Obligation,
    ObligationAdvanced,
    ObligationState,
)
from events.vocabulary import Actor, Prose, Symbol
from services import rights
from services.mechanisms.registry.entries import AgreementEntry, ObligationEntry, Registry
from services.refusals import NotFoundError, UnacceptableError, WrongStateError
from services.state import State

CONSIDERED = (ObligationState.ADOPTED, ObligationState.DECLINED, ObligationState.DEFERRED)
UNDER_WAY = (ObligationState.OPEN, ObligationState.IN_PROGRESS)


class Step(Fact):
    """A move of an obligation: where to, by which decision, or why."""

    state: ObligationState
    decision: Symbol | None
    reason: Prose | None


class Standing(Fact):
    """An obligation as it stands, with every step on the way, oldest first."""

    entry: ObligationEntry
    state: ObligationState = ObligationState.OPEN
    steps: tuple[Step, ...] = ()

    @property
    def is_commitment(self) -> bool:
        return self.entry.modality is not Modality.CONSIDER


class Agreement(State):
    """One agreement; `entry` is its row in the registry. The id is like a16."""

    entry: AgreementEntry
    obligations: tuple[Standing, ...]

    @property
    def is_unassigned(self) -> bool:
        """Whether no body is named for it, so that nobody looks after it."""
        return not self.entry.bodies


def register(entry: AgreementEntry, registry: Registry) -> AgreementRegistered:
    """What is said of an agreement when it is first read from `registry`."""
    meeting = {body.id for body in registry.meeting}
    bodies = tuple(body for body in entry.bodies if body in meeting)
    return AgreementRegistered(
        mechanism=bodies[0] if bodies else registry.top.id,
        key=f"A{entry.number}",
        number=entry.number,
        summary=entry.summary,
        theme=entry.theme,
        mechanisms=bodies,
        link_confidence=entry.link_confidence,
        obligations=tuple(
            Obligation(id=o.id, modality=o.modality, action=o.action, due_year=o.due_year)
            for o in entry.obligations
        ),
    )


def begin(event: AgreementRegistered, entry: AgreementEntry) -> Agreement:
    """The agreement that a registration brings into being."""
    return Agreement(
        id=event.key.lower(),
        mechanism=event.mechanism,
        entry=entry,
        obligations=tuple(Standing(entry=obligation) for obligation in entry.obligations),
    )


def conclude(
    agreement: Agreement, obligation: str, *, state: ObligationState, reason: str, actor: Actor
) -> list[Event]:
    """The secretary finds that an obligation has come to `state`, and says why."""
    rights.secretary(actor, "conclude an obligation")
    standing = find(agreement, obligation)
    if not fits(standing, state):
        raise UnacceptableError(
            f"{obligation} asks to {standing.entry.modality} and can't be {state}; "
            f"it can be {listed(standing)}"
        )
    if standing.state is state:
        raise WrongStateError(f"{obligation} is {state} already; nothing is left to conclude")
    if standing.state not in UNDER_WAY and (decision := standing.steps[-1].decision):
        raise WrongStateError(
            f"{obligation} is {standing.state} by decision {decision}; only a decision changes that"
        )
    return [advanced(agreement, standing, state, reason=reason)]


def follow_decision(agreement: Agreement, event: DecisionAdopted) -> list[Event]:
    """What a decision makes of the obligations that it concludes or serves.

    A conclusion that does not fit what the obligation asks is not followed: the obligation counts
    as served, and the step says what was not followed and why. A decision that only serves an
    obligation leaves one that is closed as it is, and takes up one that was deferred.
    """
    wanted = {conclusion.obligation: conclusion.state for conclusion in event.decision.concludes}
    moves: list[Event] = []
    for standing in agreement.obligations:
        key = standing.entry.id
        if key in wanted and not fits(standing, wanted[key]):
            state = served(standing)
            reason = (
                f"The decision calls it {wanted[key]}; it asks to {standing.entry.modality} and can "
                f"only be {listed(standing)}."
            )
            moves.append(advanced(agreement, standing, state, decision=event.symbol, reason=reason))
        elif key in wanted and wanted[key] is not standing.state:
            moves.append(advanced(agreement, standing, wanted[key], decision=event.symbol))
        elif key in event.decision.serves and served(standing) is not standing.state:
            moves.append(advanced(agreement, standing, served(standing), decision=event.symbol))
    return moves


def evolve(agreement: Agreement, event: Event) -> Agreement:
    """The agreement after `event`."""
    if not isinstance(event, ObligationAdvanced):
        raise TypeError(f"no agreement changes by {event.type}")
    step = Step(state=event.state, decision=event.decision, reason=event.reason)
    return agreement.model_copy(
        update={
            "obligations": tuple(
                standing.model_copy(update={"state": step.state, "steps": (*standing.steps, step)})
                if standing.entry.id == event.obligation
                else standing
                for standing in agreement.obligations
            )
        }
    )


def find(agreement: Agreement, obligation: str) -> Standing:
    for standing in agreement.obligations:
        if standing.entry.id == obligation:
            return standing
    raise NotFoundError(
        f"there is no obligation {obligation}; agreement {agreement.entry.number} has "
        + ", ".join(standing.entry.id for standing in agreement.obligations)
    )


def fits(standing: Standing, state: ObligationState) -> bool:
    return state in endings(standing) or state is ObligationState.IN_PROGRESS


def endings(standing: Standing) -> tuple[ObligationState, ...]:
    return (ObligationState.FULFILLED,) if standing.is_commitment else CONSIDERED


def listed(standing: Standing) -> str:
    return ", ".join((ObligationState.IN_PROGRESS, *endings(standing)))


def served(standing: Standing) -> ObligationState:
    """Where a decision that serves the obligation and concludes nothing leaves it."""
    if standing.state in {*UNDER_WAY, ObligationState.DEFERRED}:
        return ObligationState.IN_PROGRESS
    return standing.state


def advanced(
    agreement: Agreement,
    standing: Standing,
    state: ObligationState,
    *,
    decision: str | None = None,
    reason: str | None = None,
) -> ObligationAdvanced:
    return ObligationAdvanced(
        mechanism=agreement.mechanism,
        obligation=standing.entry.id,
        state=state,
        decision=decision,
        reason=reason,
    )
