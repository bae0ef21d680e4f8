"""Which meeting prepares which: shared, and pure.

No source states it, so the rule is ours: ministers prepare the meeting of the body that they answer
to. The first of theirs in a year prepares the first of that body's in the year.
"""

from collections.abc import Iterable
from datetime import date

from events.mechanisms import MechanismRegistered

PREPARATORY = "ministerial"
PREPARATION_DAYS = 21
"""Whole days between the two, where a plan does not say otherwise."""


def prepared_by(body: MechanismRegistered) -> str | None:
    """The body whose meeting is prepared by that of `body`; none where it prepares none."""
    return body.parent if body.kind == PREPARATORY else None


def first_of(of: int, meetings: Iterable[tuple[str, date | None]]) -> str | None:
    """The first meeting of a body in the year; none while only later ones are planned."""
    numbers = numbered(of, meetings)
    return next((id_ for id_, number in numbers.items() if number == 1), None)


def numbered(of: int, meetings: Iterable[tuple[str, date | None]]) -> dict[str, int]:
    """Which of the `of` meetings in the year each is: dated ones by their date, then the rest."""
    left = list(range(1, of + 1))
    numbers = {}
    for id_, on in sorted(meetings, key=lambda one: (one[1] is None, one[1] or date.min, one[0])):
        natural = part_of(on, of) if on else left[0]
        number = min(left, key=lambda each: (abs(each - natural), each))
        left.remove(number)
        numbers[id_] = number
    return numbers


def part_of(on: date, of: int) -> int:
    """In which of `of` equal parts of its year a date is, from 1 on."""
    begins, ends = date(on.year, 1, 1), date(on.year + 1, 1, 1)
    return (on - begins) * of // (ends - begins) + 1
