"""Dates that stand and cannot both be kept."""

from collections.abc import Iterator

from services.planning.rules.bonds import Bond, bonds
from services.planning.rules.brief import Brief, Firmness
from services.planning.rules.dates import slot_of, written
from services.refusals import UnacceptableError


def check(brief: Brief) -> None:
    """UnacceptableError where two fixed dates contradict; names both, and the rule."""
    if found := list(contradictions(brief)):
        raise UnacceptableError("\n".join(found))


def contradictions(brief: Brief) -> Iterator[str]:
    for bond in bonds(brief):
        one, other = bond.first, bond.second
        if one.firmness is other.firmness is Firmness.FIXED:
            assert one.on is not None
            assert other.on is not None
            if bond.broken(slot_of(one.on), slot_of(other.on)):
                yield said(brief, bond)


def said(brief: Brief, bond: Bond) -> str:
    (one, on), (other, then) = ((each, each.on) for each in (bond.first, bond.second))
    assert on is not None
    assert then is not None
    return (
        f"{brief.name(one)} is fixed on {written(on)} and {brief.name(other)} on {written(then)}, "
        f"but {bond.why}; move one of them, or {bond.remedy}"
    )
