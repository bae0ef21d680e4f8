"""From a problem to a timetable.

The exact search goes first: it settles what is small, and says whether there is any timetable at
all. What it leaves open, walks improve. Where it had found a timetable, it goes last as well: from
the best one of the walks on, it often proves that there is none better.

Whoever stops the search early waits a moment longer, for a short walk that cools to its end: there
may be no timetable yet, or one that was never improved.
"""

from dataclasses import replace

from services.planning.timetable import annealing, exact
from services.planning.timetable.answer import Answer, Verdict
from services.planning.timetable.contradictions import check
from services.planning.timetable.effort import Effort, Watch, never, so_far
from services.planning.timetable.problem import Objective, Problem
from services.planning.timetable.tables import Tables, tabulate

FIRST = 0.1  # the share of the effort that the exact search has before the walks
LAST = 0.3  # and the share of what is left that it has after them
HURRIED = 0.5  # the work of the walk that is made when the search is stopped


def solve(problem: Problem, effort: Effort, *, seed: int = 0, watch: Watch | None = None) -> Answer:
    """The best timetable found with this effort, and how much is known of it.

    The same problem, seed and amount of work give the same answer; seconds may not. A problem
    that contradicts itself raises a ContradictionError.
    """
    watch = so_far(watch or Watch())
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
    found = improved(problem, tables, left, seed, watch, first)
    if found.verdict is not Verdict.BEST and watch.stop():
        return hurried(problem, tables, effort, seed, watch, found)
    return found


def improved(
    problem: Problem, tables: Tables, left: Effort, seed: int, watch: Watch, first: Answer
) -> Answer:
    """What walks find, and then the exact search from there on; or `first`, if that is better."""
    last = LAST if first.bound or first.verdict is Verdict.FOUND else 0
    second = annealing.search(problem, tables, left.part(1 - last), seed, watch, first.bound)
    found = better(first, second)
    if found.verdict is not Verdict.FOUND or not last or watch.stop():
        return found
    third = exact.search(problem, tables, left.part(last), seed, watch, found.timetable)
    return better(found, third)


def hurried(
    problem: Problem, tables: Tables, effort: Effort, seed: int, watch: Watch, found: Answer
) -> Answer:
    """What was found so far, or what a short walk finds if that is better; nothing stops it."""
    short = Effort(work=HURRIED, cores=effort.cores)
    unstopped = replace(watch, stop=never)
    return better(found, annealing.search(problem, tables, short, seed, unstopped, found.bound))


def better(one: Answer, other: Answer) -> Answer:
    """The answer with the cheaper timetable, the first if they are alike, by what both know."""
    cheaper = one
    if other.cost is not None and (one.cost is None or other.cost < one.cost):
        cheaper = other
    bound = max(one.bound, other.bound)
    proven = cheaper.cost is not None and cheaper.cost <= bound
    return replace(cheaper, bound=bound, verdict=Verdict.BEST if proven else cheaper.verdict)
