"""Dates and hours as people write them, in the languages of the parties."""

from datetime import datetime

from babel.dates import format_date

from events.moments import Moment, Span

LOCALES = {
    "en": "en_GB",
    "ru": "ru_RU",
    "zh": "zh_CN",
    "kk": "kk_KZ",
    "ky": "ky_KG",
    "tg": "tg_TJ",
    "tk": "tk_TM",
    "uz": "uz_UZ",
}


def span_in(span: Span, language: str) -> str:
    """Date, hours, zone and offset, as `language` writes them."""
    starts, ends = span.starts, span.ends
    first = f"{day_in(starts.wall, language)}, {clock_in(starts.wall)}"
    last = clock_in(ends.wall)
    if ends.wall.date() != starts.wall.date():
        last = f"{day_in(ends.wall, language)}, {last}"
        return f"{first} – {last} ({zone_of(starts)})"
    return f"{first}–{last} ({zone_of(starts)})"


def start_in(span: Span, language: str) -> str:
    """Date, hour and zone of the beginning, in short."""
    starts = span.starts
    return f"{short_day_in(starts.wall, language)}, {clock_in(starts.wall)} ({starts.zone})"


def moment_in(moment: Moment, language: str) -> str:
    """Date and hour in short, zone and offset."""
    wall = moment.wall
    return f"{short_day_in(wall, language)}, {clock_in(wall)} ({zone_of(moment)})"


def day_in(wall: datetime, language: str) -> str:
    return format_date(wall, "full", locale=LOCALES[language])


def short_day_in(wall: datetime, language: str) -> str:
    return format_date(wall, "medium", locale=LOCALES[language])


def clock_in(wall: datetime) -> str:
    return f"{wall:%H:%M}"


def zone_of(moment: Moment) -> str:
    hours, minutes = divmod(abs(moment.offset), 60)
    sign = "-" if moment.offset < 0 else "+"
    return f"{moment.zone}, UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def in_zone(span: Span, zone: str) -> Span:
    """The same time as clocks in `zone` show it."""
    return Span(starts=Moment.of(span.starts.at, zone), ends=Moment.of(span.ends.at, zone))
