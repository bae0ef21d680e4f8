"""What lineage does when it hears an event: it keeps what the event leaves behind."""

from sqlalchemy import select
from sqlmodel import col

from events.agendas import AgendaCirculated, AgendaWithdrawn
from events.event import Event
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services.lineage.rules.traces import ON_ITS_AGENDA, TAKEN_OFF, Act, Link, Node, traces
from services.lineage.tables import ActRow, LinkRow, NodeRow

TRACED = [kind for kind in traces.registry if issubclass(kind, Event) and kind is not Event]

heard = Handlers()


@heard.on(*TRACED)
async def keep(work: Transaction, event: Event) -> None:
    for trace in traces(event):
        match trace:
            case Node():
                await work.session.merge(
                    NodeRow(
                        id=trace.id,
                        mechanism=event.mechanism,
                        kind=trace.kind,
                        title=trace.title,
                    )
                )
            case Link():
                await work.session.merge(
                    LinkRow(before=trace.before, after=trace.after, relation=trace.relation)
                )
            case Act():
                await enter(work, trace)


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
    for item in gone.all():
        await enter(work, Act(node=item, what=TAKEN_OFF))


async def enter(work: Transaction, act: Act) -> None:
    """Write the act into the node's history, unless that already ends with the same words."""
    last = await work.session.scalar(
        select(ActRow).where(col(ActRow.node) == act.node).order_by(col(ActRow.seq).desc()).limit(1)
    )
    if last is None or (last.what, last.note) != (act.what, act.note):
        work.session.add(
            ActRow(
                node=act.node,
                what=act.what,
                note=act.note,
                who=str(work.cause.actor),
                time=work.now,
            )
        )
        await work.session.flush()
