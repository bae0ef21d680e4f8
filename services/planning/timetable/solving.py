"""From a problem to a timetable.

The exact search goes first: it settles what is small, and says whether there is any timetable at
all. What it leaves open, walks improve.
"""

from services.planning.timetable import annealing, exact
from services.planning.timetable.answer import Answer, Verdict
from services.planning.timetable.contradictions import check
from services.planning.timetable.effort import Effort, Watch
from services.planning.timetable.problem import Objective, Problem
from services.planning.timetable.tables import tabulate

FIRST = 0.1  # the share of the effort that the exact search has before the walks


def solve(problem: Problem, effort: Effort, *, seed: int = 0, watch: Watch | None = None) -> Answer:
    """The best timetable found with this effort, and how much is known of it.

    The same problem, seed and amount of work give the same answer; seconds may not. A problem
    that contradicts itself raises a ContradictionError.
    """
    watch = watch or Watch()
    check(problem)
    if not problem.activities:
        return Answer(verdict=Verdict.BEST, timetable={}, cost=0, bound=0)
    began = watch.clock()
    tables = tabulate(problem)
    if problem.objective is Objective.SPAN:
        return exact.search(problem, tables, effort, seed, watch)
    were = {each.id: each.was for each in problem.activities if each.was}
    first = exact.search(problem, tables, effort.part(FIRST), seed, watch, were or None)
    if first.verdict in {Verdict.BEST, Verdict.IMPOSSIBLE}:
        return first
    left = effort.less(seconds=watch.clock() - began, share=FIRST)
    second = annealing.search(problem, tables, left, seed, watch, first.bound)
    return better(first, second)


def better(first: Answer, second: Answer) -> Answer:
    """The answer with the cheaper timetable, the first if they are alike."""
    if second.cost is None or (first.cost is not None and first.cost <= second.cost):
        return first
    return second
