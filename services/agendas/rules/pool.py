"""What waits for a mechanism's next agenda: proposals of parties, and what the system brings back.

A carried entry stays as long as its matter is open: a follow-up until it is accepted, everything
else (a referral, an escalation, an announcement, a postponed item) until an agenda with it is
adopted.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Self

from events.agendas import (
    AgendaAdopted,
    ItemPostponed,
    ItemProposed,
    LeaveGranted,
    LeaveRefused,
    Origin,
    OriginKind,
    ProposalWithdrawn,
)
from events.event import Event, Fact
from events.vocabulary import Actor, Identifier, ObligationId
from services import rights
from services.refusals import NotAllowedError, NotFoundError, WrongStateError
from services.state import State


class Proposal(Fact):
    """An item that a party wants on the next agenda. `leave` is none until the chair has spoken."""

    id: Identifier
    party: Identifier
    title: str
    explanation: str | None = None
    serves: tuple[ObligationId, ...] = ()
    supplementary: bool = False
    leave: bool | None = None

    @property
    def admitted(self) -> bool:
        return self.leave is True or not self.supplementary


class Carried(Fact):
    """A matter that comes back, and where it came from."""

    origin: Origin
    title: str
    serves: tuple[ObligationId, ...] = ()


class Pool(State):
    """All that waits in one mechanism (the id is the mechanism's)."""

    proposals: tuple[Proposal, ...] = ()
    carried: tuple[Carried, ...] = ()
    proposed: int = 0

    @property
    def mentions(self) -> tuple[str, ...]:
        return (*(one.id for one in self.proposals), *(one.origin.id for one in self.carried))

    def without(self, hidden: Collection[str]) -> Self:
        return self.model_copy(
            update={
                "proposals": tuple(one for one in self.proposals if one.id not in hidden),
                "carried": tuple(one for one in self.carried if one.origin.id not in hidden),
            }
        )


class Next(Fact):
    """The meeting that the pool is for, as far as proposals depend on it."""

    meeting: Identifier
    chair: Identifier
    submissions_until: datetime


def propose(
    pool: Pool,
    *,
    title: str,
    explanation: str | None,
    serves: tuple[str, ...],
    parties: tuple[str, ...],
    coming: Next | None,
    actor: Actor,
    now: datetime,
) -> list[Event]:
    """A party's proposal: ordinary before the submission deadline, supplementary from it on."""
    party = rights.party(actor, parties, "propose an item")
    return [
        ItemProposed(
            mechanism=pool.mechanism,
            proposal=f"{pool.mechanism}.p{pool.proposed + 1}",
            meeting=coming.meeting if coming else None,
            party=party,
            title=title,
            explanation=explanation,
            serves=serves,
            supplementary=coming is not None and now >= coming.submissions_until,
        )
    ]


def withdraw(pool: Pool, proposal: str, *, actor: Actor) -> list[Event]:
    """The party takes back what it proposed, as long as no adopted agenda holds it."""
    standing = find(pool, proposal)
    if actor.party != standing.party:
        raise NotAllowedError(f"only {standing.party}, which proposed it, may withdraw it")
    return [ProposalWithdrawn(mechanism=pool.mechanism, proposal=proposal, party=standing.party)]


def grant_leave(pool: Pool, proposal: str, *, coming: Next | None, actor: Actor) -> list[Event]:
    """The chair lets a supplementary item onto the agenda of the coming meeting."""
    meeting = pending(pool, proposal, coming, actor)
    return [LeaveGranted(mechanism=pool.mechanism, proposal=proposal, meeting=meeting)]


def refuse_leave(
    pool: Pool, proposal: str, *, reason: str, coming: Next | None, actor: Actor
) -> list[Event]:
    """The chair keeps a supplementary item for the meeting after the coming one."""
    meeting = pending(pool, proposal, coming, actor)
    return [
        LeaveRefused(mechanism=pool.mechanism, proposal=proposal, meeting=meeting, reason=reason)
    ]


def pending(pool: Pool, proposal: str, coming: Next | None, actor: Actor) -> str:
    """The meeting for which the chair decides on a supplementary `proposal`."""
    standing = find(pool, proposal)
    if coming is None or not standing.supplementary:
        raise WrongStateError(f"{proposal} came in time and needs no leave")
    rights.chair(actor, coming.chair, "decide on a supplementary item")
    if standing.leave is not None:
        said = "granted" if standing.leave else "refused"
        raise WrongStateError(f"leave for {proposal} was {said} already")
    return coming.meeting


def find(pool: Pool, proposal: str) -> Proposal:
    for standing in pool.proposals:
        if standing.id == proposal:
            return standing
    raise NotFoundError(f"no proposal {proposal} waits; it may stand on an adopted agenda")


def evolve(pool: Pool, event: Event) -> Pool:
    """The pool after an event of this service."""
    match event:
        case ItemProposed():
            return pool.model_copy(
                update={
                    "proposed": pool.proposed + 1,
                    "proposals": (*pool.proposals, proposal_of(event)),
                }
            )
        case ProposalWithdrawn():
            return without(pool, Origin(kind=OriginKind.PROPOSAL, id=event.proposal))
        case LeaveGranted() | LeaveRefused():
            leave = isinstance(event, LeaveGranted)
            return pool.model_copy(
                update={
                    "proposals": tuple(
                        p.model_copy(update={"leave": leave}) if p.id == event.proposal else p
                        for p in pool.proposals
                    )
                }
            )
        case AgendaAdopted():
            return taken_up(pool, event)
        case ItemPostponed():
            return postponed(pool, event)
        case _:
            raise TypeError(f"no pool changes by {event.type}")


def proposal_of(event: ItemProposed) -> Proposal:
    return Proposal(
        id=event.proposal,
        party=event.party,
        title=event.title,
        explanation=event.explanation,
        serves=event.serves,
        supplementary=event.supplementary,
    )


def postponed(pool: Pool, event: ItemPostponed) -> Pool:
    """The item waits for the next meeting, in place of what it came from.

    An open follow-up waits there already, as itself.
    """
    if event.origin and event.origin.kind is OriginKind.FOLLOW_UP:
        return pool
    origin = Origin(kind=OriginKind.POSTPONED, id=event.item, note=f"postponed at {event.meeting}")
    matter = Carried(origin=origin, title=event.title, serves=event.serves)
    return carry(without(pool, event.origin), matter)


def without(pool: Pool, origin: Origin | None) -> Pool:
    """The pool without the proposal or the matter that `origin` names."""
    if origin is None:
        return pool
    if origin.kind is OriginKind.PROPOSAL:
        kept = tuple(proposal for proposal in pool.proposals if proposal.id != origin.id)
        return pool.model_copy(update={"proposals": kept})
    return settle(pool, origin.kind, origin.id)


def taken_up(pool: Pool, event: AgendaAdopted) -> Pool:
    """What the adopted agenda holds leaves the pool, but for follow-ups; the rest is in time."""
    held = {(item.origin.kind, item.origin.id) for item in event.items if item.origin}
    return pool.model_copy(
        update={
            "proposals": tuple(
                p.model_copy(update={"supplementary": False, "leave": None})
                for p in pool.proposals
                if (OriginKind.PROPOSAL, p.id) not in held
            ),
            "carried": tuple(
                c
                for c in pool.carried
                if c.origin.kind is OriginKind.FOLLOW_UP or (c.origin.kind, c.origin.id) not in held
            ),
        }
    )


def carry(pool: Pool, matter: Carried) -> Pool:
    """The pool with `matter`, in place of what stood there of the same origin."""
    same = [same_origin(standing, matter.origin) for standing in pool.carried]
    if any(same):
        carried = tuple(
            matter if known else standing
            for known, standing in zip(same, pool.carried, strict=True)
        )
    else:
        carried = (*pool.carried, matter)
    return pool.model_copy(update={"carried": carried})


def note(pool: Pool, kind: OriginKind, key: str, text: str) -> Pool:
    """The pool with another note at the matter of that origin, if it is there."""
    carried = tuple(
        standing.model_copy(update={"origin": Origin(kind=kind, id=key, note=text)})
        if (standing.origin.kind, standing.origin.id) == (kind, key)
        else standing
        for standing in pool.carried
    )
    return pool.model_copy(update={"carried": carried})


def settle(pool: Pool, kind: OriginKind, key: str) -> Pool:
    """The pool without the matter of that origin."""
    origin = Origin(kind=kind, id=key)
    kept = tuple(standing for standing in pool.carried if not same_origin(standing, origin))
    return pool.model_copy(update={"carried": kept})


def same_origin(standing: Carried, origin: Origin) -> bool:
    return (standing.origin.kind, standing.origin.id) == (origin.kind, origin.id)
