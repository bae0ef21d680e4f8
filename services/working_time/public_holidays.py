"""Public holidays of a country in a year, from the `holidays` package, and how sure they are.

Two kinds are provisional. The package marks a date of the Islamic calendar that nobody has
confirmed as "(estimated)". And what China's State Council announces each autumn for the next year
(which days are bridged, which weekends are worked) cannot be computed: until the package holds the
notice of a year, all holidays of that year are provisional.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.metadata import version

import holidays

HOLIDAY_DATA = f"holidays {version('holidays')}"
LANGUAGE = "en_US"
BY_YEARLY_NOTICE = frozenset({"CN"})


@dataclass(frozen=True, slots=True)
class Holiday:
    name: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class Year:
    """What is known of one country's year. `made_up`: days of a weekend that are worked instead."""

    known: bool = False
    holidays: Mapping[date, Holiday] = field(default_factory=dict)
    made_up: frozenset[date] = frozenset()


@lru_cache(maxsize=1024)
def public_holidays(country: str | None, year: int) -> Year:
    """The year of `country` (ISO 3166, alpha-2 or alpha-3); not `known` where there is no data."""
    if country not in holidays.list_supported_countries():
        return Year()
    spoken = holidays.country_holidays(country).supported_languages
    data = holidays.country_holidays(
        country,
        years=(year - 1, year, year + 1),  # a day off may be moved across New Year
        expand=False,
        language=LANGUAGE if LANGUAGE in spoken else None,
    )
    if not data.start_year <= year <= data.end_year:
        return Year()
    announced = data.country not in BY_YEARLY_NOTICE or year in data.special_public_holidays
    estimates = endings(data)
    found = {}
    for on in sorted(day for day in data if day.year == year):
        names = data.get_list(on)
        estimated = all(name.endswith(estimates) for name in names)
        found[on] = Holiday("; ".join(names), provisional=estimated or not announced)
    made_up = frozenset(day for day in data.weekend_workdays if day.year == year)
    return Year(known=True, holidays=found, made_up=made_up)


def endings(data: holidays.HolidayBase) -> tuple[str, ...]:
    """How the package ends the name of an estimated holiday, in the language of `data`."""
    labels = (
        getattr(data, name)
        for name in ("estimated_label", "observed_estimated_label")
        if hasattr(data, name)
    )
    return tuple(data.tr(label).replace("%s", "").strip() for label in labels)
