"""Reading a chain: level by level along the links, so that a cycle or a hub can't run away."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from events.road.session import Session
from services.lineage.rules.chain import Chain, Line, Step
from services.lineage.tables import ActRow, LinkRow, NodeRow
from services.refusals import NotFoundError

DEEPEST = 60
MOST = 2000


async def chain_of(session: Session, key: str) -> Chain:
    """The chain of `key`; NotFoundError when nothing of that id has been heard of."""
    node = await session.get(NodeRow, key)
    if node is None:
        raise NotFoundError(
            f"nothing called {key} is known; ask for an agreement (A16), obligation (A16.1), "
            "meeting, proposal, agenda item, decision, silence procedure, follow-up, report, "
            "referral or corrigendum"
        )
    history = await histories(session, [key])
    return Chain(
        id=node.id,
        kind=node.kind,
        title=node.title,
        **standing(history[key]),
        history=history[key],
        back=await walk(session, key, forth=False),
        forth=await walk(session, key, forth=True),
    )


async def walk(session: Session, key: str, *, forth: bool) -> list[Step]:
    """All nodes that can be reached from `key` in one direction, nearest first."""
    near, far = (LinkRow.before, LinkRow.after) if forth else (LinkRow.after, LinkRow.before)
    found: dict[str, tuple[int, str]] = {}
    level = [key]
    for depth in range(1, DEEPEST + 1):
        links = await session.scalars(
            select(LinkRow).where(col(near).in_(level)).order_by(col(near), col(far))
        )
        reached: dict[str, str] = {}
        for link in links:
            other = link.after if forth else link.before
            if other != key and other not in found:
                reached.setdefault(other, f"{link.before} {link.relation} {link.after}")
        found |= {other: (depth, said) for other, said in reached.items()}
        level = list(reached)
        if not level or len(found) > MOST:
            break
    return await steps(session, found)


async def steps(session: Session, found: dict[str, tuple[int, str]]) -> list[Step]:
    nodes = await session.scalars(select(NodeRow).where(col(NodeRow.id).in_(list(found))))
    history = await histories(session, list(found))
    made = [
        Step(
            id=node.id,
            kind=node.kind,
            title=node.title,
            **standing(history[node.id]),
            depth=found[node.id][0],
            link=found[node.id][1],
            history=history[node.id],
        )
        for node in nodes
    ]
    return sorted(made, key=lambda step: (step.depth, step.when, step.id))


async def histories(session: Session, keys: list[str]) -> dict[str, list[Line]]:
    rows = await session.scalars(
        select(ActRow).where(col(ActRow.node).in_(keys)).order_by(col(ActRow.time), col(ActRow.seq))
    )
    found: dict[str, list[Line]] = {key: [] for key in keys}
    for row in rows:
        found[row.node].append(Line(what=row.what, who=row.who, when=row.time, note=row.note))
    return found


def standing(history: Sequence[Line]) -> dict[str, object]:
    """How a node stands by its last act, and who brought it into being, when."""
    return {"state": history[-1].what, "who": history[0].who, "when": history[0].when}
