"""The chain of one node: what it came of, and what came of it.

Back are all its ancestors, forth all its descendants, each once, nearest first. Siblings are
neither: from a follow-up the way back leads to its decision, but not on to the decision's other
follow-ups.
"""

from datetime import datetime

from pydantic import BaseModel


class Line(BaseModel):
    """One line of a node's history: what happened, who did it, when (UTC)."""

    what: str
    who: str
    when: datetime
    note: str | None


class Step(BaseModel):
    """A node of a chain, `depth` links away from the one asked for.

    `link` reads the link by which it was reached as a sentence, from the earlier node to the later.
    """

    id: str
    kind: str
    title: str
    state: str
    who: str
    when: datetime
    depth: int
    link: str
    history: list[Line]


class Chain(BaseModel):
    """A node with its history, back to its origins and forth to its consequences."""

    id: str
    kind: str
    title: str
    state: str
    who: str
    when: datetime
    history: list[Line]
    back: list[Step]
    forth: list[Step]


def in_time(chain: Chain) -> tuple[list[Step], list[Step]]:
    """Back and forth as it happened; in one instant far origins and near consequences first."""
    back = sorted(chain.back, key=lambda step: (step.when, -step.depth, step.id))
    forth = sorted(chain.forth, key=lambda step: (step.when, step.depth, step.id))
    return back, forth
