"""Dates and hours as people write them, in the languages of the parties."""

from datetime import datetime

from babel.dates import format_date

from events.moments import Moment, Span

LOCALES = {
    "en": "en_GB",
    "ru": "ru_RU",
    "zh": "zh_Hans_CN",
    "kk": "kk_KZ",
    "ky": "ky_KG",
    "tg": "tg_TJ",
    "tk": "tk_TM",
    "uz": "uz_UZ",
}


def span_in(span: Span, language: str) -> str:
    """Date, hours, zone and offset, as `language` writes them."""
    return f"{hours_in(span, language)} ({zone_of(span.starts)})"


def hours_in(span: Span, language: str) -> str:
    """The same without zone and offset."""
    starts, ends = span.starts.wall, span.ends.wall
    first = at(day_in(starts, language), starts, language)
    if ends.date() != starts.date():
        return f"{first} – {at(day_in(ends, language), ends, language)}"
    return f"{first}–{clock_in(ends)}"


def start_in(span: Span, language: str) -> str:
    """Date, hour and zone of the beginning, in short."""
    return f"{hour_in(span.starts, language)} ({span.starts.zone})"


def moment_in(moment: Moment, language: str) -> str:
    """Date and hour in short, zone and offset."""
    return f"{hour_in(moment, language)} ({zone_of(moment)})"


def hour_in(moment: Moment, language: str) -> str:
    """Date and hour in short."""
    return at(short_day_in(moment.wall, language), moment.wall, language)


def at(day: str, wall: datetime, language: str) -> str:
    """A day and the hour on it; Chinese puts nothing between them."""
    return f"{day}{'' if language == 'zh' else ', '}{clock_in(wall)}"


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
