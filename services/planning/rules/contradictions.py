"""Dates that stand and cannot both be kept."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from services.planning.rules.bonds import Bond, bonds
from services.planning.rules.brief import Brief, Firmness
from services.planning.rules.dates import slot_of, written
from services.refusals import UnacceptableError

MOST_NAMED = 3


def check(brief: Brief) -> None:
    """UnacceptableError where two fixed dates contradict; names both, and the rule."""
    if found := list(contradictions(brief)):
        raise UnacceptableError("\n".join(found))


def contradictions(brief: Brief) -> Iterator[str]:
    """Of each two, once, with all that forbids them both."""
    found: dict[frozenset[str], list[Bond]] = defaultdict(list)
    for bond in bonds(brief):
        one, other = bond.first, bond.second
        if one.firmness is other.firmness is Firmness.FIXED:
            assert one.on is not None
            assert other.on is not None
            if bond.broken(slot_of(one.on), slot_of(other.on)):
                found[frozenset((one.id, other.id))].append(bond)
    return (said(brief, several) for several in found.values())


def said(brief: Brief, several: Sequence[Bond]) -> str:
    (one, on), (other, then) = ((each, each.on) for each in (several[0].first, several[0].second))
    assert on is not None
    assert then is not None
    whys = [bond.why for bond in several]
    more = f"; and {len(whys) - MOST_NAMED} more" if len(whys) > MOST_NAMED else ""
    return (
        f"{brief.name(one)} is fixed on {written(on)} and {brief.name(other)} on {written(then)}, "
        f"but {'; '.join(whys[:MOST_NAMED])}{more}. Move one of them, or {several[0].remedy}"
    )
