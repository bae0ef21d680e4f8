"""What lineage does when it hears an event: it keeps what the event leaves behind."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlmodel import col

from events.agendas import AgendaCirculated, AgendaWithdrawn
from events.event import Event
from events.polls import PollWithdrawn
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services import coordinators, directory, restrictions
from services.deeds import by_the_way
from services.lineage.rules.traces import ON_ITS_AGENDA, TAKEN_OFF, Act, Link, Node, acts_on, traces
from services.lineage.tables import ActRow, LinkRow, NodeRow

TRACED = [kind for kind in traces.registry if issubclass(kind, Event) and kind is not Event]

heard = Handlers(directory.heard, coordinators.heard, restrictions.heard)


@heard.on(*TRACED)
async def keep(work: Transaction, event: Event) -> None:
    left = traces(event)
    for trace in left:
        if isinstance(trace, Node):
            work.session.put(NodeRow(**trace.model_dump(), mechanism=event.mechanism))
        elif isinstance(trace, Link):
            work.session.put(LinkRow(**trace.model_dump()))
    if acts := [trace for trace in left if isinstance(trace, Act)]:
        await enter(work, [await with_name(work, act, event.mechanism) for act in acts])


async def with_name(work: Transaction, act: Act, mechanism: str) -> Act:
    """The act with the name in its note."""
    if act.named is None:
        return act
    name = await directory.name_of(work.session, act.named, mechanism)
    note = ": ".join(filter(None, [f"{act.lead}{name}", act.note]))
    return act.model_copy(update={"note": note, "named": None})


@heard.on(PollWithdrawn)
async def withdraw_poll(work: Transaction, event: PollWithdrawn) -> None:
    meeting = await restrictions.owner_of(work.session, event.poll)
    if meeting is not None:  # the poll was opened since this copy began
        await enter(work, acts_on(meeting, event))


@heard.on(AgendaCirculated, AgendaWithdrawn)
async def take_off(work: Transaction, event: AgendaCirculated | AgendaWithdrawn) -> None:
    """Items that an earlier revision had, and that this agenda no longer has, say so."""
    items = event.items if isinstance(event, AgendaCirculated) else ()
    gone = await work.session.scalars(
        select(col(LinkRow.after)).where(
            col(LinkRow.before) == event.meeting,
            col(LinkRow.relation) == ON_ITS_AGENDA,
            col(LinkRow.after).not_in([item.item for item in items]),
        )
    )
    await enter(work, [Act(node=item, what=TAKEN_OFF) for item in gone])


async def enter(work: Transaction, acts: Sequence[Act]) -> None:
    """Write acts into the history of their nodes, but for those that it ends with already."""
    keys = {act.node for act in acts}
    newest = select(func.max(ActRow.seq)).where(col(ActRow.node).in_(keys)).group_by(ActRow.node)
    rows = await work.session.scalars(select(ActRow).where(col(ActRow.seq).in_(newest)))
    last = {row.node: row for row in rows}
    for act in acts:
        actor = str(work.cause.actor)
        row = ActRow(node=act.node, what=act.what, note=act.note, who=actor, time=work.now)
        if act.node not in last or not goes_without_saying(row, last[act.node]):
            work.session.add(row)
            last[act.node] = row


def goes_without_saying(act: ActRow, before: ActRow) -> bool:
    if (act.what, act.note) == (before.what, before.note):
        return True
    return by_the_way(act.what, act.note, before.what, before.note, act.time - before.time)
