"""What lineage does when it hears an event: it keeps what the event leaves behind."""

from collections.abc import Sequence

from sqlalchemy import func, insert, select
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
    left = traces(event)
    if nodes := [trace for trace in left if isinstance(trace, Node)]:
        await keep_nodes(work, event.mechanism, nodes)
    if links := [trace for trace in left if isinstance(trace, Link)]:
        await keep_links(work, links)
    if acts := [trace for trace in left if isinstance(trace, Act)]:
        await enter(work, acts)


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


async def keep_nodes(work: Transaction, mechanism: str, nodes: Sequence[Node]) -> None:
    """Each node as it was last called."""
    keys = [node.id for node in nodes]
    rows = await work.session.scalars(select(NodeRow).where(col(NodeRow.id).in_(keys)))
    standing = {row.id: row for row in rows}
    for node in nodes:
        row = standing.get(node.id)
        if row is None:
            row = standing[node.id] = NodeRow(id=node.id, mechanism=mechanism, kind="", title="")
            work.session.add(row)
        row.mechanism, row.kind, row.title = mechanism, node.kind, node.title


async def keep_links(work: Transaction, links: Sequence[Link]) -> None:
    """Each link as it was last read."""
    ends = [link.after for link in links]
    rows = await work.session.scalars(select(LinkRow).where(col(LinkRow.after).in_(ends)))
    standing = {(row.before, row.after): row for row in rows}
    for link in links:
        row = standing.get((link.before, link.after))
        if row is None:
            row = standing[link.before, link.after] = LinkRow(**link.model_dump())
            work.session.add(row)
        row.relation = link.relation


async def enter(work: Transaction, acts: Sequence[Act]) -> None:
    """Write acts into the history of their nodes, but for those that it ends with already."""
    keys = {act.node for act in acts}
    newest = select(func.max(ActRow.seq)).where(col(ActRow.node).in_(keys)).group_by(ActRow.node)
    rows = await work.session.scalars(select(ActRow).where(col(ActRow.seq).in_(newest)))
    last = {row.node: (row.what, row.note) for row in rows}
    lines = []
    for act in acts:
        if last.get(act.node) != (act.what, act.note):
            last[act.node] = (act.what, act.note)
            lines.append({**act.model_dump(), "who": str(work.cause.actor), "time": work.now})
    if lines:
        await work.session.execute(insert(ActRow), lines)
