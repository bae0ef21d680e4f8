"""Of ranked dates, the ones that a poll asks: no dearer than need be, and far apart."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.scheduling.rules.slots.choosing import ALIKE, Start, distance, far_apart

COSTS = st.sampled_from([0, 5, ALIKE, ALIKE + 1, 40, 240])
STARTS = st.lists(
    st.builds(Start, st.integers(0, 60), COSTS), unique_by=lambda start: start.at, max_size=9
).map(lambda starts: sorted(starts, key=lambda start: (start.cost, start.at)))
LIMITS = st.integers(1, 10)


@given(STARTS, LIMITS)
def test_as_many_are_taken_as_there_are_in_their_order_and_hardly_dearer(
    ranked: list[Start], limit: int
) -> None:
    taken = far_apart(ranked, limit)
    assert len(taken) == min(limit, len(ranked))
    assert [start for start in ranked if start in taken] == taken
    assert taken[:1] == ranked[:1]
    pairs = zip(ranked, taken, strict=False)
    assert all(start.cost <= first.cost + ALIKE for first, start in pairs)


@given(STARTS, LIMITS)
def test_a_dearer_one_is_only_taken_where_no_cheaper_one_is_left(
    ranked: list[Start], limit: int
) -> None:
    taken = far_apart(ranked, limit)
    dearest = max((start.cost for start in taken), default=0)
    assert all(start in taken for start in ranked if start.cost < dearest - ALIKE)


@given(STARTS, st.integers(2, 5))
def test_those_alike_are_at_least_half_as_far_apart_as_can_be(
    ranked: list[Start], limit: int
) -> None:
    alike = [start._replace(cost=0) for start in ranked]
    taken = far_apart(alike, limit)
    if len(taken) == limit:
        widest = max(nearest(chosen) for chosen in combinations(alike, limit))
        assert 2 * nearest(taken) >= widest


def nearest(starts: tuple[Start, ...] | list[Start]) -> int:
    in_time = sorted(starts)
    return min(distance(one, [other]) for one, other in pairwise(in_time))
