"""The exact search: the problem in the words of CP-SAT, which proves what it finds.

Every activity has a start, and stands for an interval of one slot. Literals for its single slots
are made only where a wish asks for them, so a problem of distances alone stays small.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, wait
from math import ceil

import numpy as np
from ortools.sat.python import cp_model

from services.planning.timetable.answer import Answer, Progress, Verdict
from services.planning.timetable.effort import Effort, Watch
from services.planning.timetable.problem import Held, Objective, Problem
from services.planning.timetable.tables import Tables, arcs_of

GLANCE = 0.05  # seconds between two looks at whether to stop
TINY = 1e-6  # what rounding may have added to a bound

VERDICTS = {
    cp_model.OPTIMAL: Verdict.BEST,
    cp_model.FEASIBLE: Verdict.FOUND,
    cp_model.INFEASIBLE: Verdict.IMPOSSIBLE,
    cp_model.UNKNOWN: Verdict.UNKNOWN,
}


class Model:
    """A problem's variables, constraints and what is to be least."""

    def __init__(self, problem: Problem, tables: Tables) -> None:
        self.problem = problem
        self.tables = tables
        self.model = cp_model.CpModel()
        self.number = {activity.id: index for index, activity in enumerate(problem.activities)}
        self.start: list[cp_model.IntVar] = []
        self.held: list[cp_model.IntVar] = []
        self.unit: list[cp_model.IntervalVar] = []
        self.place: list[dict[int, cp_model.IntVar]] = []
        self.slots: dict[int, dict[int, cp_model.IntVar]] = {}
        self.terms: list[cp_model.LinearExprT] = []
        self.activities()
        self.hard_rules()
        if problem.objective is Objective.SPAN:
            self.span()
        else:
            self.wishes()
            self.model.minimize(sum(self.terms))

    def activities(self) -> None:
        """When each is held, whether, and where."""
        end = len(self.problem.days)
        for index, must in enumerate(self.tables.must):
            allowed = np.flatnonzero(self.tables.slot_cost[index, :end] >= 0).tolist()
            start = self.model.new_int_var_from_domain(
                cp_model.Domain.from_values(allowed or [0]), f"start {index}"
            )
            held = self.model.new_bool_var(f"held {index}")
            if must or not allowed:
                self.model.add(held == int(must))
            self.start.append(start)
            self.held.append(held)
            self.unit.append(self.model.new_optional_fixed_size_interval_var(start, 1, held, ""))
            places = np.flatnonzero(self.tables.place_cost[index, :-1] >= 0).tolist()
            self.place.append({place: self.model.new_bool_var("") for place in places})
            if places:
                self.model.add(sum(self.place[index].values()) == held)

    def hard_rules(self) -> None:
        for participant in self.problem.participants:
            self.model.add_no_overlap(
                [self.unit[self.number[each]] for each in participant.activities]
            )
        for one, other, low, high in dict.fromkeys(arcs_of(self.problem)):
            if low <= high:
                self.keep_apart(self.number[one], self.number[other], low, high)
        for place in range(len(self.problem.places)):
            self.model.add_no_overlap(
                self.model.new_optional_fixed_size_interval_var(
                    self.start[index], 1, here[place], ""
                )
                for index, here in enumerate(self.place)
                if place in here
            )

    def keep_apart(self, one: int, other: int, low: int, high: int) -> None:
        lag = self.start[other] - self.start[one]
        allowed = cp_model.Domain(low, high).complement()
        both = [self.held[one], self.held[other]]
        self.model.add_linear_expression_in_domain(lag, allowed).only_enforce_if(both)

    def span(self) -> None:
        """The slots from the earliest activity to the latest are to be few."""
        end = len(self.problem.days)
        earliest, latest = (self.model.new_int_var(0, end - 1, name) for name in ("first", "last"))
        self.model.add_min_equality(earliest, self.start)
        self.model.add_max_equality(latest, self.start)
        if (self.tables.slot_cost[:, :end] >= 0).all():  # then all may as well start at once
            self.model.add(earliest == 0)
        self.model.minimize(latest - earliest + 1)

    def at(self, index: int) -> dict[int, cp_model.IntVar]:
        """A literal for each slot that the activity may be in."""
        if index not in self.slots:
            end, held = len(self.problem.days), self.held[index]
            allowed = np.flatnonzero(self.tables.slot_cost[index, :end] >= 0).tolist()
            literals = {slot: self.model.new_bool_var("") for slot in allowed}
            self.model.add(sum(literals.values()) == held)
            for slot, literal in literals.items():
                self.model.add(self.start[index] == slot).only_enforce_if(literal)
            self.slots[index] = literals
        return self.slots[index]

    def wishes(self) -> None:
        self.slot_wishes()
        for index in range(len(self.problem.series)):
            self.series_wishes(index)
        for index in range(len(self.problem.clusters)):
            self.cluster_wishes(index)

    def slot_wishes(self) -> None:
        """What slots, places and leaving out cost."""
        end = len(self.problem.days)
        for index, held in enumerate(self.held):
            out = int(self.tables.slot_cost[index, end])
            if out > 0:
                self.terms.append(out * (1 - held))
            if (self.tables.slot_cost[index, :end] > 0).any():
                for slot, literal in self.at(index).items():
                    self.terms.append(int(self.tables.slot_cost[index, slot]) * literal)
            for place, literal in self.place[index].items():
                self.terms.append(int(self.tables.place_cost[index, place]) * literal)

    def series_wishes(self, index: int) -> None:
        """Days that a series misses, and places after its first."""
        series = self.problem.series[index]
        members = [self.number[each] for each in series.activities]
        if series.days and series.per_missing_day:
            on_day: dict[int, list[cp_model.IntVar]] = {}
            for member in members:
                for slot, literal in self.at(member).items():
                    on_day.setdefault(self.problem.days[slot], []).append(literal)
            used = [self.any_of(literals) for literals in on_day.values()]
            missing = self.model.new_int_var(0, series.days, "")
            self.model.add(missing >= series.days - sum(used))
            self.terms.append(series.per_missing_day * missing)
        if series.per_further_place and len(members) > 1:
            in_place: dict[int, cp_model.IntVar] = {}
            for member in members:
                for place, literal in self.place[member].items():
                    used_here = in_place.setdefault(place, self.model.new_bool_var(""))
                    self.model.add_implication(literal, used_here)
            further = self.model.new_int_var(0, len(members), "")
            self.model.add(further >= sum(in_place.values()) - 1)
            self.terms.append(series.per_further_place * further)

    def any_of(self, literals: list[cp_model.IntVar]) -> cp_model.IntVar:
        """A literal that can be true only if one of these is."""
        some = self.model.new_bool_var("")
        self.model.add(sum(literals) >= some)
        return some

    def cluster_wishes(self, index: int) -> None:
        """Activities of a cluster that have no neighbour of it."""
        cluster = self.problem.clusters[index]
        here: dict[int, list[cp_model.IntVar]] = {}
        for each in cluster.activities:
            for slot, literal in self.at(self.number[each]).items():
                here.setdefault(int(self.tables.column_of[slot]), []).append(literal)
        beside = {column: self.any_of(literals) for column, literals in here.items()}
        for column, literals in here.items():
            neighbours = [beside[near] for near in (column - 1, column + 1) if near in beside]
            for literal in literals:
                alone = self.model.new_bool_var("")
                self.model.add_bool_or([alone, ~literal, *neighbours])
                self.terms.append(cluster.per_lone * alone)

    def suggest(self, timetable: Mapping[str, Held]) -> None:
        """Let the search begin at a timetable."""
        number = {place.id: index for index, place in enumerate(self.problem.places)}
        for id_, index in self.number.items():
            at = timetable.get(id_)
            self.model.add_hint(self.held[index], at is not None)
            if at is None:
                continue
            self.model.add_hint(self.start[index], at.slot)
            for place, literal in self.place[index].items():
                self.model.add_hint(literal, at.place is not None and number[at.place] == place)

    def timetable(self, solver: cp_model.CpSolver) -> dict[str, Held]:
        """What the solver found."""
        found = {}
        for id_, index in self.number.items():
            if solver.boolean_value(self.held[index]):
                places = (
                    self.problem.places[place].id
                    for place, literal in self.place[index].items()
                    if solver.boolean_value(literal)
                )
                found[id_] = Held(solver.value(self.start[index]), next(places, None))
        return found


class Listener(cp_model.CpSolverSolutionCallback):
    """Passes on each better timetable's cost."""

    def __init__(self, progress: Callable[[Progress], None]) -> None:
        super().__init__()
        self.progress = progress

    def on_solution_callback(self) -> None:
        bound = bound_of(self.best_objective_bound)
        self.progress(Progress(cost=round(self.objective_value), bound=bound))


def bound_of(found: float) -> int:
    """What any timetable costs at least, as whole numbers add up."""
    return max(0, ceil(found - TINY))


def search(
    problem: Problem,
    tables: Tables,
    effort: Effort,
    seed: int,
    watch: Watch,
    hint: Mapping[str, Held] | None = None,
) -> Answer:
    """The best timetable that CP-SAT finds with this effort, from `hint` on if there is one."""
    model = Model(problem, tables)
    if hint is not None:
        model.suggest(hint)
    solver = cp_model.CpSolver()
    parameters = solver.parameters
    parameters.random_seed = seed
    parameters.num_workers = effort.cores
    parameters.cp_model_probing_level = 0  # on a year of days it takes all the time there is
    if effort.seconds is not None:
        parameters.max_time_in_seconds = effort.seconds
    if effort.work is not None:
        parameters.max_deterministic_time = effort.work
        parameters.interleave_search = True
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(solver.solve, model.model, Listener(watch.progress))
        while wait([running], GLANCE).not_done:
            if watch.stop():
                solver.stop_search()
    verdict = VERDICTS[running.result()]
    found = verdict in {Verdict.BEST, Verdict.FOUND}
    answer = Answer(
        verdict=verdict,
        timetable=model.timetable(solver) if found else {},
        cost=round(solver.objective_value) if found else None,
        bound=bound_of(solver.best_objective_bound),
    )
    watch.progress(Progress(cost=answer.cost, bound=answer.bound))
    return answer
