"""Offices that can be kept, and refusals that say which party and what to do."""

from datetime import time
from typing import Any

import pytest

from events.working_time import Weekday
from services.working_time.countries import country_of
from services.working_time.hours import Office
from tests.conftest import PARTIES

CHINA, KAZAKHSTAN = PARTIES[:2]


def test_an_office_keeps_nine_to_six_with_a_lunch_unless_it_is_told_otherwise() -> None:
    office = Office.of(KAZAKHSTAN)
    assert (office.opens, office.closes) == (time(9), time(18))
    assert office.lunch == (time(13), time(14))
    assert office.weekend == (Weekday.SATURDAY, Weekday.SUNDAY)
    assert Office.of(KAZAKHSTAN, opens="08:30", lunch=None).opens == time(8, 30)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"opens": time(9), "closes": time(9)}, "kazakhstan has no office hours; let it close"),
        ({"opens": time(18), "closes": time(9)}, "kazakhstan closes at 09:00, before it opens"),
        ({"lunch": (time(8), time(10))}, "lunch of kazakhstan, 08:00 to 10:00, must lie within"),
        ({"lunch": (time(17), time(18))}, "lunch of kazakhstan, 17:00 to 18:00, must lie within"),
        ({"lunch": (time(14), time(13))}, "lunch of kazakhstan ends at 13:00 .* let it end later"),
        ({"weekend": tuple(Weekday)}, "kazakhstan never works; leave it a weekday"),
        ({"opens": "09:00:30"}, "hours of kazakhstan are wall times in Asia/Almaty"),
        ({"opens": "09:00+05:00"}, "hours of kazakhstan are wall times in Asia/Almaty"),
        ({"zone": "Asia/Astana"}, "'Asia/Astana' is no IANA time zone"),
    ],
)
def test_hours_that_nobody_can_keep_are_refused(settings: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Office.of(KAZAKHSTAN, **settings)


def test_a_party_keeps_the_holidays_of_the_country_that_its_zone_lies_in() -> None:
    countries = [Office.of(party).country for party in PARTIES]
    assert countries == ["CN", "KZ", "KG", "TJ", "TM", "UZ"]
    assert country_of("Europe/Helsinki") == "FI"
    assert country_of("UTC") is None


def test_a_country_that_the_registry_gives_wins_over_the_zone() -> None:
    assert Office.of(CHINA, country="MNG").country == "MNG"
