"""Reading a chain: level by level along the links, so that a cycle or a hub can't run away."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from services.deeds import BESIDE
from services.lineage.rules.chain import Chain, Line, Step
from services.lineage.tables import ActRow, LinkRow, NodeRow
from services.naming import meetings_in, names_one
from services.reading import Reader
from services.refusals import NotFoundError

DEEPEST = 60
MOST = 2000


async def chain_of(reader: Reader, key: str) -> Chain:
    """The chain of `key`; NotFoundError when the reader may read nothing of that id.

    It ends where what follows is not for the reader.
    """
    node = await reader.session.get(NodeRow, key)
    if node is None or await reader.hidden_among([key]):
        raise NotFoundError(
            f"nothing called {key} is known; ask for an agreement (A16), obligation (A16.1), "
            "meeting, proposal, agenda item, decision, silence procedure, follow-up, report, "
            "referral or corrigendum"
        )
    history = await histories(reader, [key])
    return Chain(
        id=node.id,
        kind=node.kind,
        title=node.title,
        **standing(history[key]),
        history=history[key],
        back=await walk(reader, key, forth=False),
        forth=await walk(reader, key, forth=True),
    )


async def walk(reader: Reader, key: str, *, forth: bool) -> list[Step]:
    """All nodes that can be reached from `key` in one direction, nearest first."""
    near, far = (LinkRow.before, LinkRow.after) if forth else (LinkRow.after, LinkRow.before)
    found: dict[str, tuple[int, str]] = {}
    level = [key]
    for depth in range(1, DEEPEST + 1):
        links = await reader.session.scalars(
            select(LinkRow)
            .where(col(near).in_(level), reader.may_see(far))
            .order_by(col(near), col(far))
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
    return await steps(reader, found)


async def steps(reader: Reader, found: dict[str, tuple[int, str]]) -> list[Step]:
    nodes = await reader.session.scalars(select(NodeRow).where(col(NodeRow.id).in_(list(found))))
    history = await histories(reader, list(found))
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


async def histories(reader: Reader, keys: list[str]) -> dict[str, list[Line]]:
    """What happened to each of `keys`.

    A note that is the name of something hidden, or names a hidden meeting, is left out.
    """
    rows = await reader.session.scalars(
        select(ActRow).where(col(ActRow.node).in_(keys)).order_by(col(ActRow.time), col(ActRow.seq))
    )
    notes = [row.note for row in rows if row.note]
    hidden = await reader.hidden_among([*notes, *meetings_in(notes)])
    found: dict[str, list[Line]] = {key: [] for key in keys}
    for row in rows:
        told = row.note not in hidden and not names_one(row.note, hidden)
        note = row.note if told else None
        found[row.node].append(Line(what=row.what, who=row.who, when=row.time, note=note))
    return found


def standing(history: Sequence[Line]) -> dict[str, object]:
    """How a node stands by its last act, and who brought it into being, when.

    What leaves a meeting where it stood is none such, unless nothing else is known of it.
    """
    stages = [line.what for line in history if line.what not in BESIDE]
    return {
        "state": stages[-1] if stages else history[-1].what,
        "who": history[0].who,
        "when": history[0].when,
    }
