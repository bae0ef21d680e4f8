"""Meetings that a text names by their ids: others are not told it where one of them is restricted.

Shared and pure. What the system says of one meeting may name another, and that may be restricted
later: so what is published of a meeting names no other, and what was is told without the name.
"""

import re
from collections.abc import Collection, Iterable

from events.meetings import Turn

MEETING = re.compile(r"[a-z0-9][a-z0-9._-]*-\d{4}-\d+(?![\w-])")
OF_THE_HOST = "it is the turn of the host"


def meetings_in(texts: Iterable[str | None]) -> tuple[str, ...]:
    """The ids of the meetings that `texts` name."""
    return tuple(id_ for text in texts if text for id_ in MEETING.findall(text))


def names_one(text: str | None, meetings: Collection[str]) -> bool:
    """Whether `text` names one of `meetings`."""
    return any(id_ in meetings for id_ in meetings_in([text]))


def naming_none(turn: Turn) -> Turn:
    """The turn without a reason that names a meeting."""
    return silent(turn, meetings_in([turn.because]))


def silent(turn: Turn, meetings: Collection[str]) -> Turn:
    """The turn without a reason that names one of `meetings`."""
    if not names_one(turn.because, meetings):
        return turn
    return turn.model_copy(update={"because": OF_THE_HOST})
