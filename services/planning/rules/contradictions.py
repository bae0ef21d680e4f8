"""Dates that stand and cannot both be kept."""

from collections.abc import Iterator

from events.moments import written
from services.planning.rules.bonds import bonds
from services.planning.rules.brief import Brief
from services.planning.rules.dates import slot_of
from services.refusals import UnacceptableError

MOST = 5


def check(brief: Brief) -> None:
    """UnacceptableError where two settled dates contradict: names both, and the rule."""
    found = list(dict.fromkeys(contradictions(brief)))
    if found:
        more = [f"and {len(found) - MOST} more"] if len(found) > MOST else []
        raise UnacceptableError("\n".join([*found[:MOST], *more]))


def contradictions(brief: Brief) -> Iterator[str]:
    for bond in bonds(brief):
        one, other = bond.first.settled, bond.second.settled
        if one and other and bond.broken(slot_of(one), slot_of(other)):
            held = [each.id for each in (bond.first, bond.second) if each.held and not each.fixed]
            release = "".join(f"release {id_} in a replan, " for id_ in held)
            yield (
                f"{brief.name(bond.first)} is fixed on {written(one)} and "
                f"{brief.name(bond.second)} on {written(other)}, but {bond.why_not(one, other)}; "
                f"move one of them, {release}or {bond.remedy}"
            )
    for meeting in brief.meetings:
        if meeting.fixed:
            for each in meeting.taken_by(meeting.fixed):
                yield (
                    f"{brief.name(meeting)} is fixed on {written(meeting.fixed)}, but {each.why}; "
                    f"fix another date, or {each.remedy}"
                )
