"""A decision handed to another mechanism, until that one has it on an adopted agenda."""

from collections.abc import Collection
from enum import StrEnum
from typing import Self

from events.agendas import AgendaAdopted, OriginKind
from events.decisions import DecisionAdopted
from events.event import Event
from events.followups import ReferralMade, ReferralTaken
from events.vocabulary import Actor, Identifier, Symbol
from services import rights
from services.followups.rules.followup import FINAL, FollowUp
from services.refusals import UnacceptableError, WrongStateError
from services.state import State

LONGEST_TITLE = 300


class Stage(StrEnum):
    """Where a referral stands."""

    MADE = "made"
    TAKEN = "taken"


class Referral(State):
    """From `mechanism` to the mechanism `to`."""

    decision: Symbol
    to: Identifier
    title: str
    stage: Stage = Stage.MADE
    meeting: Identifier | None = None

    @property
    def mentions(self) -> tuple[str, ...]:
        return (self.meeting,) if self.meeting else ()

    def without(self, hidden: Collection[str]) -> Self:
        """Without the meeting that took it, where that is one of `hidden`."""
        return self.model_copy(update={"meeting": None}) if self.meeting in hidden else self


def from_decision(event: DecisionAdopted) -> list[Event]:
    """The referral that a decision makes, if it makes one."""
    to = event.decision.refer_to
    if to is None:
        return []
    *_, year, _, number = event.symbol.split("/")
    title = f"{event.symbol}: {event.decision.text}".replace("\n", " ")
    return [
        ReferralMade(
            mechanism=event.mechanism,
            referral=f"{event.mechanism}-{year}-d{number}-to-{to}",
            decision=event.symbol,
            to=to,
            title=title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…",
            serves=event.decision.serves,
        )
    ]


def refer(follow_up: FollowUp, *, to: str, known: set[str], actor: Actor) -> list[Event]:
    """Hand the matter of a follow-up that is not closed to another mechanism."""
    rights.secretary(actor, "refer a matter")
    if to not in known:
        raise UnacceptableError(f"there is no mechanism called {to}")
    if to == follow_up.mechanism:
        raise UnacceptableError("a matter is referred to another mechanism, not to its own")
    if follow_up.stage in FINAL:
        raise WrongStateError(f"{follow_up.id} is {follow_up.stage}; there is nothing to refer")
    return [
        ReferralMade(
            mechanism=follow_up.mechanism,
            referral=f"{follow_up.id}-to-{to}",
            decision=follow_up.decision,
            to=to,
            title=follow_up.task,
            serves=follow_up.serves,
        )
    ]


def begin(event: ReferralMade) -> Referral:
    return Referral(
        id=event.referral,
        mechanism=event.mechanism,
        decision=event.decision,
        to=event.to,
        title=event.title,
    )


def taken_by(event: AgendaAdopted) -> list[tuple[str, str]]:
    """The referrals on an adopted agenda, each with its item."""
    return [
        (item.origin.id, item.item)
        for item in event.items
        if item.origin and item.origin.kind is OriginKind.REFERRAL
    ]


def take(referral: Referral, event: AgendaAdopted, item: str) -> list[Event]:
    """The other mechanism has it on its agenda."""
    return [
        ReferralTaken(
            mechanism=referral.mechanism,
            referral=referral.id,
            to=referral.to,
            meeting=event.meeting,
            item=item,
        )
    ]


def evolve(referral: Referral, event: Event) -> Referral:
    """The referral after `event`."""
    match event:
        case ReferralTaken():
            change = {"stage": Stage.TAKEN, "meeting": event.meeting}
        case _:
            raise TypeError(f"no referral changes by {event.type}")
    return referral.model_copy(update=change)
