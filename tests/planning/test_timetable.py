"""The timetable core: its answers are judged here by rules written anew, and by brute force."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.planning.timetable import annealing
from services.planning.timetable.answer import Progress, Verdict
from services.planning.timetable.contradictions import ContradictionError
from services.planning.timetable.effort import Effort, Watch
from services.planning.timetable.problem import (
    Activity,
    Cluster,
    Distance,
    Held,
    Objective,
    Order,
    Participant,
    Place,
    Problem,
    Series,
)
from services.planning.timetable.solving import solve
from services.planning.timetable.tables import tabulate
from tests.benchmarks import csplib046, itc2007

SHARED = Path(__file__).parents[3] / "shared" / "benchmarks"
WORK = Effort(work=2)
Timetable = Mapping[str, Held]


def broken(problem: Problem, timetable: Timetable) -> list[str]:
    """Every hard rule that a timetable breaks."""
    found = [wrong for each in problem.activities for wrong in misplaced(problem, each, timetable)]
    seats = Counter(at for at in timetable.values() if at.place)
    found += [f"{at} is taken twice" for at, times in seats.items() if times > 1]
    for kind, one, other, lags in bonds(problem):
        if one in timetable and other in timetable:
            lag = timetable[other].slot - timetable[one].slot
            found += [f"{kind}: {one}, {other}"] * (lag not in lags)
    return found


def misplaced(problem: Problem, each: Activity, timetable: Timetable) -> list[str]:
    """What is wrong with one activity by itself."""
    at = timetable.get(each.id)
    if at is None:
        return [f"{each.id} is left out"] * (each.left_out is None or each.fixed is not None)
    slots = range(len(problem.days)) if each.slots is None else each.slots
    fixed = each.fixed or at
    right = (
        at.slot in slots
        and at.place in (each.places or (None,))
        and at.slot == fixed.slot
        and fixed.place in {None, at.place}
    )
    return [] if right else [f"{each.id} may not be held there and then"]


def bonds(problem: Problem) -> Iterator[tuple[str, str, str, list[int]]]:
    """Pairs with the lags that are right from the start of the first to that of the second."""
    lags = range(-len(problem.days), len(problem.days) + 1)
    for participant in problem.participants:
        for one, other in combinations(participant.activities, 2):
            yield participant.id, one, other, [lag for lag in lags if lag != 0]
    for series in problem.series:
        right = [lag for lag in lags if abs(lag) >= series.spacing]
        for one, other in combinations(series.activities, 2):
            yield series.id, one, other, right
    for each in problem.distances:
        back = each.slots if each.back is None else each.back
        right = [lag for lag in lags if lag >= each.slots or -lag >= back]
        yield "distance", each.first, each.second, right
    for order in problem.orders:
        most = len(problem.days) if order.most is None else order.most
        yield "order", order.before, order.after, [n for n in lags if order.least <= n <= most]


def cost(problem: Problem, timetable: Timetable) -> int:
    """The sum of the penalties of a timetable."""
    total = 0
    seats = {place.id: place.seats for place in problem.places}
    for each in problem.activities:
        at = timetable.get(each.id)
        if at is None:
            total += each.left_out or 0
            continue
        total += 0 if each.slots is None else each.slots[at.slot]
        if at.place:
            total += max(0, each.people - seats[at.place]) * each.per_missing_seat
        if each.was:
            total += each.moved * (at.slot != each.was.slot)
            total += each.moved * (
                None not in {at.place, each.was.place} and at.place != each.was.place
            )
    for series in problem.series:
        held = [timetable[each] for each in series.activities if each in timetable]
        days = {problem.days[at.slot] for at in held}
        places = {at.place for at in held if at.place}
        total += series.per_missing_day * max(0, series.days - len(days))
        total += series.per_further_place * max(0, len(places) - 1)
    for cluster in problem.clusters:
        slots = [timetable[each].slot for each in cluster.activities if each in timetable]
        for slot in slots:
            beside = [
                near
                for near in (slot - 1, slot + 1)
                if near in slots and problem.days[near] == problem.days[slot]
            ]
            total += cluster.per_lone * (not beside)
    return total


def named(*ids: str) -> tuple[Activity, ...]:
    return tuple(Activity(id=id_) for id_ in ids)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Small problems with every kind of rule and wish; many can be solved, some cannot."""
    small = st.integers(0, 3)
    days = tuple(sorted(draw(st.lists(st.integers(0, 2), min_size=3, max_size=7))))
    ids = [f"a{number}" for number in range(draw(st.integers(1, 6)))]
    places = tuple(Place(id=f"p{n}", seats=draw(small)) for n in range(draw(st.integers(0, 2))))
    activities = []
    for id_ in ids:
        slots = draw(st.none() | st.dictionaries(st.integers(0, len(days) - 1), small, min_size=1))
        allowed = sorted(range(len(days)) if slots is None else slots)
        at = tuple(place.id for place in places) if draw(st.booleans()) else ()
        held = Held(draw(st.sampled_from(allowed)), draw(st.sampled_from(at)) if at else None)
        activities.append(
            Activity(
                id=id_,
                slots=slots,
                places=at,
                people=draw(small),
                left_out=draw(st.none() | st.integers(0, 9)),
                was=draw(st.none() | st.just(held)),
                moved=draw(small),
                fixed=held if draw(st.integers(0, 9)) == 0 else None,
            )
        )
    some = st.lists(st.sampled_from(ids), unique=True, max_size=4).map(tuple)
    pairs = list(combinations(ids, 2))
    chosen = st.lists(st.sampled_from(pairs), max_size=2, unique=True) if pairs else st.just([])
    return Problem(
        days=days,
        activities=tuple(activities),
        places=places,
        participants=tuple(Participant(id=f"g{n}", activities=draw(some)) for n in range(2)),
        distances=tuple(
            Distance(first=one, second=other, slots=draw(small), back=draw(st.none() | small))
            for one, other in draw(chosen)
        ),
        orders=tuple(
            Order(before=one, after=other, least=draw(small), most=draw(st.none() | st.just(4)))
            for one, other in draw(chosen)
        ),
        series=(
            Series(
                id="s",
                activities=draw(some),
                spacing=draw(st.integers(0, 2)),
                days=draw(small),
                per_missing_day=draw(small),
                per_further_place=draw(small),
            ),
        ),
        clusters=(Cluster(id="c", activities=draw(some), per_lone=draw(small)),),
    )


@settings(max_examples=60, deadline=None)
@given(problems())
def test_an_answer_keeps_the_hard_rules_and_costs_what_it_says(problem: Problem) -> None:
    try:
        answer = solve(problem, WORK)
    except ContradictionError:
        return
    assert answer.verdict in {Verdict.BEST, Verdict.IMPOSSIBLE}
    if answer.verdict is Verdict.BEST:
        assert broken(problem, answer.timetable) == []
        assert cost(problem, answer.timetable) == answer.cost == answer.bound


@settings(max_examples=25, deadline=None)
@given(problems())
def test_walks_find_what_the_exact_search_proves(problem: Problem) -> None:
    try:
        exact = solve(problem, WORK)
    except ContradictionError:
        return
    walked = annealing.search(problem, tabulate(problem), Effort(work=0.1, cores=1), 7, Watch())
    assert walked.cost == exact.cost
    if exact.cost is not None:
        assert broken(problem, walked.timetable) == []
        assert cost(problem, walked.timetable) == walked.cost


def test_a_participant_spreads_activities_over_slots() -> None:
    problem = Problem(
        days=(0,) * 9,
        activities=named("a", "b", "c"),
        participants=(Participant(id="delegation", activities=("a", "b", "c")),),
        distances=(Distance(first="a", second="b", slots=3),),
        objective=Objective.SPAN,
    )
    assert solve(problem, WORK).cost == 4


def test_the_longer_of_two_activities_keeps_the_other_away_for_longer() -> None:
    problem = Problem(
        days=(0,) * 9,
        activities=named("long", "short"),
        distances=(Distance(first="long", second="short", slots=5, back=1),),
        orders=(Order(before="long", after="short"),),
        objective=Objective.SPAN,
    )
    answer = solve(problem, WORK)
    assert answer.timetable["short"].slot - answer.timetable["long"].slot == 5


def test_a_preparatory_activity_comes_neither_too_late_nor_too_early() -> None:
    problem = Problem(
        days=tuple(range(9)),
        activities=(
            Activity(id="experts", slots={0: 0, 3: 2, 6: 1}),
            Activity(id="ministers", fixed=Held(7)),
        ),
        orders=(Order(before="experts", after="ministers", least=2, most=5),),
    )
    answer = solve(problem, WORK)
    assert answer.timetable["experts"] == Held(3)
    assert answer.cost == 2


def test_what_does_not_fit_is_left_out_at_the_least_penalty() -> None:
    worth = {"a": 5, "b": 3, "c": 8, "d": 2, "e": 9}
    problem = Problem(
        days=(0, 1, 2),
        activities=tuple(Activity(id=id_, left_out=cost) for id_, cost in worth.items()),
        participants=(Participant(id="minister", activities=tuple(worth)),),
    )
    answer = solve(problem, WORK)
    assert sorted(answer.timetable) == ["a", "c", "e"]
    assert answer.cost == 5


def test_nothing_moves_when_one_activity_is_cancelled() -> None:
    problem = crowded(moved=1)
    before = solve(problem, WORK)
    rest = tuple(
        replace(each, was=before.timetable[each.id])
        for each in problem.activities
        if each.id != "b0"
    )
    after = solve(without(replace(problem, activities=rest), "b0"), WORK)
    assert after.timetable == {id_: at for id_, at in before.timetable.items() if id_ != "b0"}
    assert after.cost == 0


def test_a_new_fixed_activity_moves_as_few_as_it_can() -> None:
    problem = crowded(moved=1)
    before = solve(problem, WORK)
    rest = tuple(replace(each, was=before.timetable[each.id]) for each in problem.activities)
    taken = before.timetable["b0"]
    visit = Activity(id="visit", places=(taken.place or "",), fixed=taken)
    after = solve(replace(problem, activities=(*rest, visit)), WORK)
    assert after.cost == 1
    assert [id_ for id_, at in before.timetable.items() if after.timetable[id_] != at] == ["b0"]


def crowded(*, moved: int = 0) -> Problem:
    """Three bodies of four activities in three places; each body has its own participants."""
    bodies = {body: tuple(f"{body}{number}" for number in range(4)) for body in "abc"}
    return Problem(
        days=tuple(slot // 3 for slot in range(15)),
        activities=tuple(
            Activity(id=id_, places=("x", "y", "z"), moved=moved)
            for ids in bodies.values()
            for id_ in ids
        ),
        places=tuple(Place(id=id_) for id_ in "xyz"),
        participants=(
            *(Participant(id=body, activities=ids) for body, ids in bodies.items()),
            Participant(id="host", activities=("a0", "b0", "c0")),
        ),
    )


def without(problem: Problem, id_: str) -> Problem:
    participants = tuple(
        replace(each, activities=tuple(name for name in each.activities if name != id_))
        for each in problem.participants
    )
    return replace(problem, participants=participants)


def large() -> Problem:
    """More than the exact search settles at once: courses in rooms, with every kind of wish."""
    ids = [tuple(f"{series}.{number}" for number in range(4)) for series in range(20)]
    return Problem(
        days=tuple(slot // 4 for slot in range(20)),
        activities=tuple(
            Activity(id=id_, places=("x", "y", "z", "w", "v"), people=number % 7 * 10)
            for number, each in enumerate(ids)
            for id_ in each
        ),
        places=tuple(Place(id=id_, seats=seats) for seats, id_ in enumerate("xyzwv", 20)),
        participants=tuple(
            Participant(id=f"g{number}", activities=(*ids[number], *ids[(number * 7 + 3) % 20]))
            for number in range(20)
            if number != (number * 7 + 3) % 20
        ),
        series=tuple(
            Series(id=f"s{n}", activities=each, days=4, per_missing_day=5, per_further_place=1)
            for n, each in enumerate(ids)
        ),
        clusters=tuple(
            Cluster(id=f"c{n}", activities=(*each, *ids[n - 1]), per_lone=2)
            for n, each in enumerate(ids)
        ),
    )


def test_the_same_problem_seed_and_work_give_the_same_answer() -> None:
    told: list[list[Progress]] = [[], []]
    first, second = (
        solve(large(), Effort(work=0.5), seed=3, watch=Watch(progress=each.append)) for each in told
    )
    assert first == second
    costs = [list(dict.fromkeys(each.cost for each in one)) for one in told]
    assert costs[0] == costs[1]
    assert first.cost is not None
    assert first.cost == cost(large(), first.timetable)
    assert broken(large(), first.timetable) == []


def test_a_search_that_is_stopped_gives_the_best_so_far() -> None:
    told: list[Progress] = []
    watch = Watch(progress=told.append, stop=lambda: any(each.cost for each in told))
    answer = solve(large(), Effort(seconds=600), watch=watch)
    assert answer.verdict is Verdict.FOUND
    assert broken(large(), answer.timetable) == []
    assert answer.cost is not None
    assert answer.cost >= answer.bound


def test_a_search_that_is_stopped_at_once_gives_a_timetable_that_walks_have_improved() -> None:
    answer = solve(large(), Effort(work=600), watch=Watch(stop=lambda: True))
    assert answer.verdict is Verdict.FOUND
    assert broken(large(), answer.timetable) == []
    walked = solve(large(), Effort(work=0.5))
    assert answer.cost is not None
    assert walked.cost is not None
    assert answer.cost < 2 * walked.cost


def test_a_search_ends_when_its_time_has_passed() -> None:
    ticks = iter(range(10**9))
    watch = Watch(clock=lambda: float(next(ticks)))
    walked = annealing.search(large(), tabulate(large()), Effort(seconds=30), 1, watch)
    assert walked.verdict is Verdict.FOUND
    assert next(ticks) < 100


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (
            Problem(
                days=(0, 1),
                activities=tuple(Activity(id=id_, fixed=Held(1)) for id_ in ("customs", "trade")),
                participants=(Participant(id="uzbekistan", activities=("customs", "trade")),),
            ),
            "customs and trade are both fixed in slot 1, and uzbekistan takes part in both",
        ),
        (
            Problem(days=(0, 1), activities=(Activity(id="customs", slots={0: 0}, fixed=Held(1)),)),
            "customs is fixed in slot 1, which is not allowed for it",
        ),
        (
            Problem(
                days=(0, 1),
                places=(Place(id="hall"),),
                activities=tuple(
                    Activity(id=id_, places=("hall",), fixed=Held(0, "hall")) for id_ in "ab"
                ),
            ),
            "a and b are both fixed in slot 0 in hall",
        ),
        (
            Problem(
                days=(0, 1, 2),
                activities=(
                    Activity(id="experts", fixed=Held(1)),
                    Activity(id="summit", fixed=Held(2)),
                ),
                orders=(Order(before="experts", after="summit", least=2),),
            ),
            "experts is fixed in slot 1 and summit in slot 2",
        ),
        (
            Problem(
                days=(0, 1),
                activities=named("a", "b"),
                orders=(Order(before="a", after="b"), Order(before="b", after="a")),
            ),
            "b must start at least 1 slots after a, and a must start at least 1 slots after b",
        ),
        (
            Problem(days=(0,), activities=(Activity(id="a", places=("moon",)),)),
            "activity a names moon, which is not there",
        ),
        (
            Problem(days=(0,), activities=(Activity(id="a", slots={}),)),
            "activity a must be held, and no slot is allowed for it",
        ),
    ],
)
def test_a_contradiction_is_named(problem: Problem, words: str) -> None:
    with pytest.raises(ContradictionError, match=words):
        solve(problem, WORK)


def test_an_effort_is_either_time_or_work() -> None:
    with pytest.raises(ValueError, match="either"):
        Effort()


def shared(*parts: str) -> Path:
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"the shared benchmarks are not beside the checkout: no {path}")
    return path


def judged(*command: str | Path) -> str:
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("options", [[], ["--minimum"]])
def test_meetings_with_travel_are_judged_valid(
    options: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [shared("csplib046", f"csplib046-{number}.json") for number in ("01", "07")]
    monkeypatch.setattr(sys, "argv", ["", *options, "--out", str(tmp_path), *map(str, files)])
    csplib046.main()
    for file in files:
        said = judged(shared("verify.py"), *options, file, tmp_path / file.name)
        assert said.startswith("valid")


def test_courses_in_rooms_are_judged_valid(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = shared("itc2007", "comp11.ctt")
    monkeypatch.setattr(sys, "argv", ["", "--seconds", "3", "--out", str(tmp_path), str(file)])
    itc2007.main()
    said = judged(shared("itc2007", "validate.py"), "--quiet", file, tmp_path / "comp11.sol")
    assert said.startswith("valid")
