"""Days of the six parties as their governments announced them, and what is only computed."""

import re
from datetime import date, timedelta
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.mechanisms import PartyFacts
from events.working_time import Ruling
from services.working_time.calendar import Calendar
from services.working_time.days import Day, DayKind, Override
from services.working_time.hours import Office
from services.working_time.public_holidays import HOLIDAY_DATA
from tests.conftest import PARTIES

SIX = Calendar(tuple(Office.of(party) for party in PARTIES))
DATES = st.dates(date(2025, 1, 1), date(2028, 12, 31))


def holidays(party: str, year: int) -> dict[date, Day]:
    first = date(year, 1, 1)
    days = (SIX.day(party, first + timedelta(days=n)) for n in range(365))
    return {day.on: day for day in days if day.kind is DayKind.HOLIDAY}


def test_china_in_2026_rests_and_makes_up_as_the_state_council_announced() -> None:
    """Notice of 4 November 2025: 33 days off in seven holidays, six weekend days worked."""
    spring_festival = [date(2026, 2, 15) + timedelta(days=n) for n in range(9)]
    assert not any(SIX.works(on, "china") for on in spring_festival)
    worked = [date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28)]
    worked += [date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)]
    days = [SIX.day("china", date(2026, 1, 1) + timedelta(days=n)) for n in range(365)]
    assert [day.on for day in days if day.kind is DayKind.MADE_UP] == worked
    assert not any(day.provisional for day in days)


def test_china_past_the_last_notice_is_provisional() -> None:
    assert all(day.provisional for day in holidays("china", 2028).values())
    assert SIX.day("china", date(2028, 10, 1)).name == "National Day"


@pytest.mark.parametrize(
    ("party", "dates"),
    [
        ("kazakhstan", [date(2027, 3, 21), date(2027, 3, 22), date(2027, 3, 23)]),
        ("kyrgyzstan", [date(2027, 3, 21)]),
        ("tajikistan", [date(2027, 3, 21), date(2027, 3, 22), date(2027, 3, 23)]),
        ("turkmenistan", [date(2027, 3, 21), date(2027, 3, 22)]),
        ("uzbekistan", [date(2027, 3, 21)]),
    ],
)
def test_nauryz_is_certain_in_each_central_asian_state(party: str, dates: list[date]) -> None:
    found = holidays(party, 2027)
    assert all(re.search("No+w?ruz|Spring", found[on].name or "") for on in dates)
    assert not any(found[on].provisional for on in dates)


@pytest.mark.parametrize("party", ["kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan"])
def test_kurban_and_oraza_of_a_coming_year_are_provisional(party: str) -> None:
    found = holidays(party, 2027)
    kurban = found[date(2027, 5, 16)]
    assert (kurban.name, kurban.provisional) == ("Eid al-Adha (estimated)", True)
    if party != "kazakhstan":  # no public holiday there
        oraza = found[date(2027, 3, 9)]
        assert (oraza.name, oraza.provisional) == ("Eid al-Fitr (estimated)", True)


def test_an_estimate_that_moved_to_another_day_is_provisional_too() -> None:
    moved = SIX.day("uzbekistan", date(2027, 5, 17))
    assert (moved.name, moved.provisional) == ("Eid al-Adha (observed, estimated)", True)


def test_uzbekistan_works_a_saturday_for_new_years_eve() -> None:
    assert SIX.day("uzbekistan", date(2026, 12, 12)).kind is DayKind.MADE_UP
    assert not SIX.works(date(2026, 12, 31), "uzbekistan")


def test_a_day_says_which_data_it_comes_from() -> None:
    assert SIX.day("china", date(2026, 10, 1)).source == HOLIDAY_DATA
    assert f"holidays {version('holidays')}" == HOLIDAY_DATA


@pytest.mark.parametrize("country", ["XX", None])
def test_a_country_without_data_has_weekends_only_and_says_so(country: str | None) -> None:
    facts = PartyFacts(
        id="far", name="Far", side="far", zone="UTC", capital="Far", languages=("en",)
    )
    calendar = Calendar((Office.of(facts, country=country),))
    day = calendar.day("far", date(2027, 1, 1))
    assert day == Day(date(2027, 1, 1), DayKind.WORKING, f"no holidays known of {country or 'UTC'}")
    assert not calendar.knows_holidays("far", 2027)
    assert SIX.knows_holidays("china", 2027)
    assert not SIX.knows_holidays("china", 2101)


def announced(on: date, ruling: Ruling, dated: date, name: str | None = None) -> Override:
    return Override(
        party="kazakhstan", on=on, ruling=ruling, name=name, source="Decree 7", dated=dated
    )


def test_an_override_wins_and_names_its_source() -> None:
    kurban, monday, saturday = date(2027, 5, 16), date(2027, 6, 7), date(2027, 6, 12)
    said = date(2027, 5, 2)
    calendar = Calendar(
        SIX.offices,
        (
            announced(kurban, Ruling.CERTAIN, said),
            announced(monday, Ruling.HOLIDAY, said, "Bridge day"),
            announced(saturday, Ruling.WORKING, said),
        ),
    )
    confirmed = calendar.day("kazakhstan", kurban)
    assert (confirmed.kind, confirmed.provisional) == (DayKind.HOLIDAY, False)
    assert confirmed.source == "Decree 7, 2027-05-02"
    assert calendar.day("kazakhstan", monday).name == "Bridge day"
    assert calendar.day("kazakhstan", saturday).kind is DayKind.MADE_UP
    assert calendar.day("china", monday) == SIX.day("china", monday)


def test_of_two_overrides_the_later_dated_wins() -> None:
    on = date(2027, 6, 7)
    later = announced(on, Ruling.WORKING, date(2027, 5, 20))
    earlier = announced(on, Ruling.HOLIDAY, date(2027, 5, 2), "Bridge day")
    for overrides in ((later, earlier), (earlier, later)):
        assert Calendar(SIX.offices, overrides).works(on, "kazakhstan")


def test_an_override_without_a_name_or_of_a_stranger_is_refused() -> None:
    with pytest.raises(ValueError, match="say what 2027-06-07 is in kazakhstan"):
        announced(date(2027, 6, 7), Ruling.HOLIDAY, date(2027, 5, 2))
    with pytest.raises(ValueError, match="is about kazakhstan, no party here"):
        Calendar(SIX.offices[:1], (announced(date(2027, 6, 7), Ruling.WORKING, date(2027, 5, 2)),))


@given(on=DATES, party=st.sampled_from([party.id for party in PARTIES]))
def test_every_day_is_of_one_kind_and_only_holidays_are_provisional(on: date, party: str) -> None:
    day = SIX.day(party, on)
    assert day.on == on
    assert day.works == SIX.works(on, party)
    assert (day.name is not None) == (day.kind is DayKind.HOLIDAY)
    assert day.kind is DayKind.HOLIDAY or not day.provisional
    if day.kind in {DayKind.WEEKEND, DayKind.MADE_UP}:
        assert on.weekday() in {5, 6}
