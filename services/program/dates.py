"""Dates and wall times as people write them after an option."""

import re
from datetime import date, datetime, time

import typer

DAY = r"\d{4}-\d{2}-\d{2}"


def day(text: str) -> date:
    """The date of `text`; BadParameter where it is none, or is not written like one."""
    if not re.fullmatch(DAY, text):
        raise typer.BadParameter(f"write it like 2027-05-10, not {text}")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"there is no day {text}; look in a calendar") from None


def wall_time(text: str) -> datetime:
    """The date and hour of `text`, which clocks somewhere show; BadParameter where it is none."""
    written = re.fullmatch(rf"({DAY})[T ](\d{{2}}:\d{{2}})", text)
    if not written:
        raise typer.BadParameter(f"write it like 2027-05-10T09:30, not {text}")
    try:
        return datetime.combine(day(written[1]), time.fromisoformat(written[2]))
    except ValueError:
        raise typer.BadParameter(f"no clock shows {written[2]}; write an hour like 09:30") from None
