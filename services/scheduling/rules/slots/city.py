"""Which city a place is in, as far as its name tells: within one nobody travels."""

import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TypeVar
from unicodedata import normalize

T = TypeVar("T")
PARTS = re.compile(r"[,;/()]")
ADDRESS = re.compile(r"https?://", re.IGNORECASE)
ONLINE = {"online", "онлайн", "线上"}


def in_one_city(place: str, other: str, capitals: Collection[str]) -> bool:
    """Whether nobody travels between two places, as far as their names tell.

    Where one names a capital, both name it: "Astana, Independence Palace / Астана" and "Дворец
    Независимости (Astana)". Else one begins with the city and the other begins or ends with it:
    "Samarkand, Registan" and "Silk Road Centre, Samarkand".
    """
    one, two = capital_in(place, capitals), capital_in(other, capitals)
    if one or two:
        return one == two
    ours, theirs = parts_of(place), parts_of(other)
    return ours[0] in {theirs[0], theirs[-1]} or theirs[0] == ours[-1]


def capital_in(place: str, capitals: Collection[str]) -> str | None:
    """The one of `capitals` that `place` names, folded."""
    parts = parts_of(place)
    named = (part for capital in capitals for part in parts_of(capital)[:1] if part in parts)
    return next(named, None)


def at_capital(place: str | None, by_capital: Mapping[str, T]) -> T | None:
    """What there is for the capital that `place` names; none where it names none of them."""
    known = {parts_of(capital)[0]: value for capital, value in by_capital.items()}
    named = capital_in(place, known) if place else None
    return known[named] if named else None


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
