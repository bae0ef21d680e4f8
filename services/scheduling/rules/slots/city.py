"""Which city a place is in, as far as its name tells: within one nobody travels."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeVar
from unicodedata import normalize

from babel import Locale

from events.mechanisms import PartyFacts
from services.icalendar.wording import LANGUAGES
from services.working_time.hours import Office

T = TypeVar("T")
PARTS = re.compile(r"[,;/()]|\bг\.")
ADDRESS = re.compile(r"https?://", re.IGNORECASE)
ONLINE = {"online", "онлайн", "线上"}


class Capital(NamedTuple):
    """A capital, the time zone that it keeps, and what else the registry calls it."""

    name: str
    zone: str
    other_names: tuple[str, ...] = ()


def capital_of(party: Office | PartyFacts) -> Capital:
    return Capital(party.capital, party.zone, party.capital_names)


def capitals_of(offices: Iterable[Office]) -> tuple[Capital, ...]:
    return tuple(capital_of(office) for office in offices)


def in_one_city(place: str, other: str, capitals: tuple[Capital, ...]) -> bool:
    """Whether nobody travels between two places, as far as their names tell.

    Where one names a capital, both name it: "Tashkent, Palace of Forums" and "Дворец форумов
    (Ташкент)". Else one begins with the city and the other begins or ends with it:
    "Samarkand, Registan" and "Silk Road Centre, Samarkand".
    """
    one, two = capital_in(place, capitals), capital_in(other, capitals)
    if one or two:
        return one == two
    ours, theirs = parts_of(place), parts_of(other)
    return ours[0] in {theirs[0], theirs[-1]} or theirs[0] == ours[-1]


def capital_in(place: str, capitals: tuple[Capital, ...]) -> Capital | None:
    """The first of `capitals` that `place` names, in any of the languages that calendars speak."""
    named = names_of(capitals)
    return next((named[part] for part in parts_of(place) if part in named), None)


def at_capital(place: str | None, by_capital: Mapping[Capital, T]) -> T | None:
    """What there is for the capital that `place` names; none where it names none of them."""
    named = capital_in(place, tuple(by_capital)) if place else None
    return by_capital[named] if named else None


def office_at(place: str | None, offices: tuple[Office, ...]) -> Office | None:
    """The one in the capital that `place` names."""
    return at_capital(place, dict(zip(capitals_of(offices), offices, strict=True)))


@lru_cache(maxsize=64)
def names_of(capitals: tuple[Capital, ...]) -> Mapping[str, Capital]:
    """The capitals by what they are called, folded."""
    return {name: capital for capital in reversed(capitals) for name in called(capital)}


def called(capital: Capital) -> Iterator[str]:
    """Its names in the registry, and in CLDR, which has the cities that zones are called after.

    So CLDR knows Ташкент and 塔什干, and only the registry that Астана (Asia/Almaty) is Astana.
    """
    name = parts_of(capital.name)[0]
    yield name
    yield from map(folded, capital.other_names)
    if folded(capital.zone.rpartition("/")[2].replace("_", " ")) == name:
        for language in LANGUAGES:
            if city := Locale.parse(language).time_zones.get(capital.zone, {}).get("city"):
                yield folded(city)


def unless_online(place: str | None) -> str | None:
    """`place`, or none where it is an address on the net, or only says that nobody travels."""
    if place is None or ADDRESS.match(place) or parts_of(place)[0] in ONLINE:
        return None
    return place


@lru_cache(maxsize=1024)
def parts_of(place: str) -> tuple[str, ...]:
    """What stands between commas and the like, folded; the whole where that is nothing."""
    parts = (folded(part) for part in PARTS.split(place))
    return tuple(part for part in parts if part) or (folded(place),)


def folded(text: str) -> str:
    return normalize("NFC", normalize("NFC", text).casefold()).strip()
