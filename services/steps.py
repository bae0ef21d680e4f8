"""What the secretary may do next with a meeting; each step has a page below the meeting's own.

Shared and pure: `agendas` circulates, `scheduling` takes the other steps, and the pages of other
services lead to them.
"""

from collections.abc import Collection, Iterable
from enum import StrEnum

from events.mechanisms import MilestoneKind
from events.meetings import Milestone
from services.milestones import BEFORE


class Step(StrEnum):
    """A step, by the last part of its page's address."""

    ASK = "polls"
    FIX = "convocation"
    MOVE = "move"
    CIRCULATE = "agenda"
    NOTE = "deadlines"
    RESTRICT = "restriction"
    CANCEL = "cancellation"


def to_note(
    milestones: Iterable[Milestone], *, ahead: bool, cancelled: bool
) -> tuple[MilestoneKind, ...]:
    """What of a meeting's milestones may be noted as done; what follows it, not before it opens."""
    open_ones = (one.kind for one in milestones if one.met is None and not cancelled)
    return tuple(kind for kind in open_ones if not ahead or kind in BEFORE)


def steps(
    *, ahead: bool, dated: bool, noting: Collection[MilestoneKind], restricted: bool
) -> dict[Step, str]:
    """The steps that a meeting allows, as the pages call them.

    `ahead`: it has neither opened nor been cancelled; `dated`: it is convoked; `noting` is what may
    be noted as done.
    """
    found: dict[Step, str] = {}
    if ahead and dated:
        found |= {Step.MOVE: "Move it", Step.ASK: "Ask for another date"}
    elif ahead:
        found |= {Step.ASK: "Ask the delegations", Step.FIX: "Fix the date"}
    if ahead and MilestoneKind.PROVISIONAL_AGENDA in noting:
        found[Step.CIRCULATE] = "Send out the agenda"
    if noting:
        found[Step.NOTE] = "Note what is done"
    found[Step.RESTRICT] = "Open it to all readers" if restricted else "Restrict it"
    if ahead:
        found[Step.CANCEL] = "Cancel it"
    return found
