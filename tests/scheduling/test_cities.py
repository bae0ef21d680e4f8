"""Places as people write them, and the cities that they are in."""

from itertools import pairwise
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduling.rules.slots.city import capital_of, in_one_city, unless_online
from services.scheduling.rules.slots.engaged import joined
from tests.conftest import PARTIES

CAPITALS = tuple(capital_of(party) for party in PARTIES)
SPELLINGS = st.sampled_from([str.upper, str.lower, str.title, lambda text: f" {text} "])
FORMS = st.sampled_from(["NFC", "NFD"])
HALLS = st.sampled_from(["Дворец Независимости", "Hall 3", "国家会议中心", "Rue de l’Élysée", "é"])
MARKS = st.sampled_from([", ", " / ", "; "])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Astana", "Astana, Independence Palace / Астана", True),
        ("Astana", "Дворец Независимости (ASTANA)", True),
        ("Astana", "Hotel Astana, Almaty", False),
        ("Samarkand", "samarkand, Silk Road Centre", True),
        ("Samarkand", "Silk Road Centre, Samarkand", True),
        ("Silk Road Centre, Samarkand", "Samarkand, Registan / Самарканд", True),
        ("Samarkand, Congress Hall", "Bukhara, Congress Hall", False),
        ("Samarkand, Congress Hall", "Tashkent, Congress Hall", False),
        ("Tashkent", "Astana", False),
        ("Tashkent", "Дворец форумов (Ташкент)", True),
        ("塔什干", "Toshkent, Forumlar saroyi", True),
        ("Ашгабат", "Aşgabat", False),  # CLDR has Ашхабад
        ("Ашхабад, Дворец Рухыет", "阿什哈巴德", True),
        ("Бишкек", "Душанбе", False),
        ("Almaty", "Астана", False),
        ("Астана, Дворец независимости", "Astana, Palace", True),
        ("北京, 钓鱼台", "Пекин", True),
        ("г. Пекин", "Дом правительства, г.Пекин", True),
        (", ,", "Astana", False),
    ],
)
def test_places_are_in_one_city_by_a_capital_that_they_name_or_by_what_stands_first_or_last(
    one: str, other: str, *, same: bool
) -> None:
    assert in_one_city(one, other, CAPITALS) is same
    assert in_one_city(other, one, CAPITALS) is same


@given(
    st.sampled_from([one.name for one in CAPITALS]),
    SPELLINGS,
    FORMS,
    st.lists(HALLS, max_size=2),
    MARKS,
    st.integers(),
)
def test_a_capital_is_found_however_it_is_spelt_and_wherever_it_stands(
    capital: str, spelt: object, form: str, halls: list[str], mark: str, at: int
) -> None:
    parts = [normalize(form, hall) for hall in halls]  # type: ignore[arg-type]
    parts.insert(at % (len(parts) + 1), normalize(form, spelt(capital)))  # type: ignore[arg-type, operator]
    assert in_one_city(mark.join(parts), capital, CAPITALS)


@pytest.mark.parametrize(
    ("place", "is_place"),
    [
        ("Online", False),
        ("онлайн (Zoom)", False),
        ("线上", False),
        ("https://meet.example/customs", False),
        ("Tashkent, https://meet.example/customs", True),
        ("Onlineville", True),
    ],
)
def test_nobody_travels_to_an_address_on_the_net(place: str, *, is_place: bool) -> None:
    assert unless_online(place) == (place if is_place else None)


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 30))))
def test_joined_windows_are_the_same_minutes_apart_from_one_another(
    drawn: list[tuple[int, int]],
) -> None:
    windows = [(first, first + length) for first, length in drawn]
    found = joined(windows)
    minutes = {minute for first, past in windows for minute in range(first, past)}
    assert [minute for first, past in found for minute in range(first, past)] == sorted(minutes)
    assert all(one[1] < other[0] for one, other in pairwise(found))
