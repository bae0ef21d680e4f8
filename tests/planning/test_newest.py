"""Of the plans of a year, one has the place of all others."""

import pytest

from services.planning.rules.newest import newest
from services.planning.rules.plan import Pains, Plan, Stage
from services.planning.rules.wanted import Wanted


def plan(number: int, based_on: int | None = None, stage: Stage = Stage.PROPOSED) -> Plan:
    return Plan(
        id=f"plan-2028-{number}",
        mechanism="heads-of-state",
        year=2028,
        pains=Pains(),
        wanted=Wanted(),
        based_on=f"plan-2028-{based_on}" if based_on else None,
        stage=stage,
    )


FORKED = [plan(1), plan(2, 1), plan(3, 2), plan(4, 1)]
GIVEN_UP = [plan(1), plan(2, 1, Stage.DISMISSED), plan(3, 2), plan(4)]


@pytest.mark.parametrize(
    ("plans", "asked_of", "places"),
    [
        (FORKED, (1, 3), [3, 3, None, 3]),
        (FORKED, (1,), [4, 3, None, None]),
        (GIVEN_UP, (), [3, 3, None, None]),
        (GIVEN_UP, (1,), [3, 3, None, 3]),
        (GIVEN_UP[:2], (2,), [2, None]),
        (GIVEN_UP[:2], (), [None, None]),
    ],
)
def test_the_last_plan_that_knows_of_all_dates_asked_about_has_the_place_of_the_others(
    plans: list[Plan], asked_of: tuple[int, ...], places: list[int | None]
) -> None:
    asked = {f"plan-2028-{number}" for number in asked_of}
    found = [newest(one, plans, asked) for one in plans]
    assert [one and one.number for one in found] == places
