"""Rules that were waived for the dates of two convoked meetings, and for no others.

Whoever convoked two meetings that break a rule between them has seen to it. Both keep their dates,
or the rule holds again: a timetable cannot say so. So the problem is posed without such rules, and
where the answer breaks one on other dates, both ways are gone and the better answer is taken.
"""

from collections.abc import Callable

from services.planning.rules.bonds import Bond, bonds
from services.planning.rules.brief import Brief
from services.planning.rules.posing import AS_CALLED, Choice, Posed, pose
from services.planning.timetable.answer import Answer, Verdict

Solve = Callable[[Posed], Answer]


def answered(brief: Brief, solve: Solve, choice: Choice = AS_CALLED) -> Answer:
    """What `solve` finds for the brief, with every rule kept but on the dates it was waived for."""
    answer = solve(pose(brief, choice))
    bond = broken_elsewhere(brief, answer)
    if bond is None:
        return answer
    stay = Choice(choice.stay | bond.ids, choice.tied)
    tied = Choice(choice.stay, choice.tied | {bond.ids})
    return better(answered(brief, solve, tied), answered(brief, solve, stay))


def broken_elsewhere(brief: Brief, answer: Answer) -> Bond | None:
    """A rule that the answer breaks; only those that were waived can be."""
    slots = {id_: held.slot for id_, held in answer.timetable.items()}
    waived = (bond for bond in bonds(brief) if bond.waived_for)
    return next((bond for bond in waived if bond.broken(*bond.of_both(slots))), None)


def better(one: Answer, other: Answer) -> Answer:
    """The cheaper answer; it is the best if neither way can lead to a better one."""
    found = min((one, other), key=lambda answer: (answer.cost is None, answer.cost or 0))
    bound = min(one.bound, other.bound)
    if found.cost is None:
        return found
    verdict = Verdict.BEST if found.cost <= bound else Verdict.FOUND
    return Answer(verdict=verdict, timetable=found.timetable, cost=found.cost, bound=bound)
