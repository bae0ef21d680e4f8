"""Which country a time zone belongs to, by the table that tzdata brings with it."""

from functools import cache
from importlib.resources import files


@cache
def zones() -> dict[str, str]:
    """ISO 3166 alpha-2 codes by IANA zone: zone.tab, one line a zone, its fields apart by tabs."""
    table = files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {zone: country for country, _, zone, *_ in rows}


def country_of(zone: str) -> str | None:
    """The country that `zone` lies in; none for a zone like UTC."""
    return zones().get(zone)
