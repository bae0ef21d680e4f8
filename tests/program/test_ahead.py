"""The spring after the demo's year: planned as a secretariat would, and always the same."""

from datetime import date
from itertools import pairwise

import pytest

from services.program.demo.ahead import days_ahead
from services.program.demo.diary import Diary
from services.program.demo.plot import plot
from services.working_time.calendar import Calendar
from tests.planning.test_year import NAMES, SUMMIT, registry

DECEMBER = date(2027, 12, 1)


@pytest.mark.parametrize("seed", [7, 2027])
def test_bodies_first_meet_on_days_that_all_work_and_ministers_before_the_summit(seed: int) -> None:
    known = registry()
    diary = Diary(Calendar(known.offices))
    plots = plot([(body.mechanism, 1) for body in known.bodies], SUMMIT, seed, diary)
    wished = {one.mechanism: one.next_day for one in plots}
    hosts = {body: NAMES[number % len(NAMES)] for number, body in enumerate(wished)}
    found = days_ahead(known.bodies, hosts, wished, DECEMBER)
    assert found == days_ahead(known.bodies, hosts, wished, DECEMBER)
    assert found.keys() == wished.keys()
    assert any(found[body] == day for body, day in wished.items())
    in_order = sorted(found.items(), key=lambda one: one[1])
    for (_, day), (late, later) in pairwise(in_order):
        assert (later - day).days > 2, late
    nowruz = {date(2028, 3, day) for day in range(21, 26)}
    assert not nowruz & set(found.values())
    for body in known.bodies:
        if body.kind == "ministerial":
            assert (found[SUMMIT] - found[body.mechanism]).days > 21
