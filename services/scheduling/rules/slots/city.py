"""Which city a place is in, as far as its name tells: within one nobody travels."""

import re
from collections.abc import Iterable
from functools import lru_cache
from unicodedata import normalize

PARTS = re.compile(r"[,;/()]")
ADDRESS = re.compile(r"https?://", re.IGNORECASE)
ONLINE = {"online", "онлайн", "线上"}


def city_of(place: str, capitals: Iterable[str]) -> str:
    """The one of `capitals` that `place` names, or else what stands first in it; folded.

    "Astana, Independence Palace / Астана" and "Дворец Независимости (Astana)" are both in Astana.
    """
    parts = parts_of(place)
    named = (part for capital in capitals for part in parts_of(capital)[:1] if part in parts)
    return next(named, parts[0])


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
