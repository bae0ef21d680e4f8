"""Dates that the secretary fixes: which meetings of the year they are for."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from events.moments import written
from services.planning.rules.brief import Firmness, Meeting
from services.planning.rules.dates import last_day
from services.planning.rules.wanted import Wanted
from services.preparation import part_of
from services.quantities import counted
from services.refusals import UnacceptableError


def fixed_by_hand(
    meetings: Sequence[Meeting], wanted: Wanted, year: int, *, same_wishes: bool
) -> Iterator[Meeting]:
    """The meetings, those being fixed that are wanted on a date and may move."""
    fixed: dict[str, date] = {}
    for mechanism in dict.fromkeys(fixture.mechanism for fixture in wanted.fixed):
        own = [meeting for meeting in meetings if meeting.mechanism == mechanism]
        dates = sorted(one.on for one in wanted.fixed if one.mechanism == mechanism)
        if same_wishes:
            dates = not_called_for(own, dates)
        fixed |= dated_by_hand(mechanism, own, dates, year)
    for meeting in meetings:
        yield meeting.model_copy(update={"fixed": fixed.get(meeting.id)})


def not_called_for(own: Iterable[Meeting], dates: list[date]) -> list[date]:
    """Without the date nearest to each that delegations know of, which has come in its place."""
    left = list(dates)
    for on in sorted(meeting.confirmed_on for meeting in own if meeting.confirmed_on):
        if left:
            left.remove(min(left, key=lambda each: abs(each - on)))
    return left


def dated_by_hand(
    mechanism: str, own: Iterable[Meeting], dates: list[date], year: int
) -> dict[str, date]:
    """Which meeting of the body is on which of the dates: in their order, each in its part.

    None for a date that one has already and keeps.
    """
    own = list(own)
    standing = {meeting.on: meeting for meeting in own if meeting.stays}
    dates = [on for on in dates if on not in standing]
    free = [meeting for meeting in own if not meeting.stays]
    if len(dates) > len(free):
        raise UnacceptableError(
            f"{mechanism} is to be fixed on {', '.join(map(written, dates))}, and has "
            f"{counted(len(free), 'meeting')} left for that in {year}"
            f"{''.join(f'; {each.id} {stays_on(each)}' for each in standing.values())}; name fewer "
            "dates, or ask for more meetings (bodies: meetings)"
        )
    chosen: list[Meeting] = []
    for on in dates:
        if on.year != year:
            raise UnacceptableError(f"{mechanism} is fixed on {written(on)}, outside of {year}")
        rest = [meeting for meeting in free if meeting not in chosen]
        chosen.append(min(rest, key=lambda each: abs(each.number - part_of(on, each.of))))
    in_order = sorted(chosen, key=lambda meeting: meeting.number)
    for meeting, on in zip(in_order, dates, strict=True):
        if last_day(meeting, on).year != year:
            raise UnacceptableError(
                f"{mechanism} is fixed on {written(on)} and lasts {meeting.days} days, beyond "
                f"the end of {year}; fix it earlier"
            )
    return {meeting.id: on for meeting, on in zip(in_order, dates, strict=True)}


def stays_on(meeting: Meeting) -> str:
    """Like `is convoked for 23 May 2028, and a replan may move it`."""
    assert meeting.on is not None
    if meeting.firmness is Firmness.CONVOKED:
        return f"is convoked for {written(meeting.on)}, and moves only in a replan"
    return f"is kept on {written(meeting.on)}"
