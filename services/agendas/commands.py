"""What people may ask of agendas."""

from collections.abc import Iterable

from pydantic import Field

from events.event import Event
from events.road.session import Session
from events.road.transaction import Transaction
from events.vocabulary import Actor, Identifier, ObligationId, Prose, Title
from services import directory, obligations, restrictions
from services.agendas.rules import agenda as rules
from services.agendas.rules import pool as pools
from services.agendas.rules.agenda import Agenda
from services.agendas.rules.pool import Next, Pool, Proposal
from services.agendas.tables import AGENDAS, POOLS, agendas_with, coming_agenda
from services.inputs import Input, Reason


class NewProposal(Input):
    """An item for the mechanism's next agenda."""

    title: Title = Field(examples=["Extending express corridors to all border crossings"])
    explanation: Prose | None = Field(default=None, examples=["Three crossings have none yet"])
    serves: tuple[ObligationId, ...] = Field(default=(), examples=[["A15.1"]])


class Adoption(Input):
    """Adopt the agenda, without some of its items if the meeting so wishes."""

    without: tuple[Identifier, ...] = Field(default=(), examples=[["customs-heads-2027-1.i4"]])
    reason: Prose = "left out when the agenda was adopted"


class Postponement(Input):
    """Leave an item to the next meeting."""

    item: Identifier = Field(examples=["customs-heads-2027-1.i4"])
    reason: Prose = Field(examples=["The experts need another month"])


class Order(Input):
    """The proposed and supplementary items by their ids, in the order wanted."""

    items: tuple[Identifier, ...] = Field(
        examples=[["customs-heads-2027-1.i5", "customs-heads-2027-1.i4"]]
    )


def next_of(agenda: Agenda | None) -> Next | None:
    if agenda is None:
        return None
    return Next(meeting=agenda.id, chair=agenda.chair, submissions_until=agenda.submissions_until)


async def propose(work: Transaction, mechanism: str, body: NewProposal) -> Proposal:
    known = await directory.find(work.session, mechanism)
    await obligations.check(work.session, body.serves)
    pool = await POOLS.get(work.session, mechanism)
    events = pools.propose(
        pool,
        title=body.title,
        explanation=body.explanation,
        serves=body.serves,
        parties=tuple(party.id for party in known.parties),
        coming=next_of(await coming_agenda(work.session, mechanism)),
        actor=work.cause.actor,
        now=work.now,
    )
    pool = await change_pool(work, pool, events)
    return pool.proposals[-1]


async def withdraw_proposal(work: Transaction, proposal: str) -> Pool:
    pool = await pool_of(work, proposal)
    events = pools.withdraw(pool, proposal, actor=work.cause.actor)
    return await change_pool(work, pool, events)


async def grant_leave(work: Transaction, proposal: str) -> Pool:
    pool = await pool_of(work, proposal)
    coming = next_of(await coming_agenda(work.session, pool.mechanism))
    events = pools.grant_leave(pool, proposal, coming=coming, actor=work.cause.actor)
    return await change_pool(work, pool, events)


async def refuse_leave(work: Transaction, proposal: str, body: Reason) -> Pool:
    pool = await pool_of(work, proposal)
    coming = next_of(await coming_agenda(work.session, pool.mechanism))
    events = pools.refuse_leave(
        pool, proposal, reason=body.reason, coming=coming, actor=work.cause.actor
    )
    return await change_pool(work, pool, events)


async def circulate(work: Transaction, meeting: str) -> Agenda:
    agenda = await AGENDAS.take(work, meeting)
    return await circulate_by(work, agenda, work.cause.actor)


async def circulate_by(work: Transaction, agenda: Agenda, actor: Actor) -> Agenda:
    pool = await POOLS.get(work.session, agenda.mechanism)
    events = rules.circulate(
        agenda, pool, await restricted_in(work.session, agenda, pool.mentions), actor=actor
    )
    work.clear_deadline("circulation", agenda.id)
    return await happen(work, agenda, events)


async def reorder(work: Transaction, meeting: str, body: Order) -> Agenda:
    agenda = await AGENDAS.take(work, meeting)
    events = rules.reorder(agenda, body.items, actor=work.cause.actor)
    return await happen(work, agenda, events) if events else agenda


async def adopt(work: Transaction, meeting: str, body: Adoption) -> Agenda:
    agenda = await AGENDAS.take(work, meeting)
    events = rules.adopt(agenda, without=body.without, reason=body.reason, actor=work.cause.actor)
    await keep_in_pool(work, agenda.mechanism, events)
    return await happen(work, agenda, events)


async def postpone(work: Transaction, meeting: str, body: Postponement) -> Agenda:
    agenda = await AGENDAS.take(work, meeting)
    events = rules.postpone(agenda, body.item, reason=body.reason, actor=work.cause.actor)
    await keep_in_pool(work, agenda.mechanism, events)
    return await happen(work, agenda, events)


async def pool_of(work: Transaction, proposal: str) -> Pool:
    """The pool in which `proposal` waits: its mechanism stands before the dot."""
    return await POOLS.get(work.session, proposal.rpartition(".p")[0])


async def change_pool(work: Transaction, pool: Pool, events: list[Event]) -> Pool:
    """Let `events` happen to `pool`, and revise the coming provisional agenda with it."""
    restrictions.tie(work, *events)
    pool = await POOLS.apply(work, pool, events)
    await revise_coming(work, pool)
    return pool


async def keep_in_pool(work: Transaction, mechanism: str, events: list[Event]) -> None:
    """Let the pool know of `events` that the agenda publishes."""
    pool = await POOLS.get(work.session, mechanism)
    for event in events:
        pool = pools.evolve(pool, event)
    await POOLS.save(work, pool)


async def revise_coming(work: Transaction, pool: Pool) -> None:
    coming = await coming_agenda(work.session, pool.mechanism)
    if coming is None:
        return
    restricted = await restricted_in(work.session, coming, pool.mentions)
    if events := rules.revise(coming, pool, restricted):
        await happen(work, coming, events)


async def restrict_hanging_on(work: Transaction, things: Iterable[str]) -> None:
    """Have every agenda with items that hang on `things` say which of them are restricted."""
    for agenda in await agendas_with(work.session, restrictions.hanging_on(things)):
        restricted = await restricted_in(work.session, agenda, agenda.origins)
        if events := rules.restrict(agenda, restricted):
            await happen(work, agenda, events)


async def restricted_in(session: Session, agenda: Agenda, matters: Iterable[str]) -> set[str]:
    """Which of `matters` go back to a restricted meeting; of one's own agenda that is no news."""
    hidden = await restrictions.hidden_from(session, None)
    found = await restrictions.hidden_among(session, hidden, (agenda.id, *matters))
    return set() if agenda.id in found else found


async def happen(work: Transaction, agenda: Agenda, events: list[Event]) -> Agenda:
    """Let `events` happen to `agenda`; what they put on it belongs to where it came from."""
    restrictions.tie(work, *events)
    return await AGENDAS.apply(work, agenda, events)
