"""Polls about the meetings of a plan: those that accepting withdraws, and all that wait."""

from collections.abc import Iterable, Mapping
from datetime import date

from events.event import Fact
from events.moments import written
from events.plans import Planned
from events.vocabulary import Identifier
from services.planning.rules.acceptance import answers_to
from services.planning.rules.plan import Plan
from services.planning.rules.poll import Poll

AROUND = 3
"""Days before and after its date that a plan has delegations asked about."""


class Asking(Fact):
    """A poll that would be withdrawn if the date were accepted, in words; whether it asks about it.

    `answered`: it is withdrawn then only if that is said (`ask_again`).
    """

    poll: Identifier
    mechanism: Identifier
    meeting: Identifier
    first: date
    kept: bool
    answered: bool
    text: str


class AskedNow(Fact):
    """A poll that waits for answers or for a choice, about a meeting of the plan, in words.

    `plan` is whose date it asks about; none where that is no plan's. `first` is the date in the
    plan that lists it; none where that has none. `about` are the dates that it asks about, in
    words, `answered` how many delegations have. `kept`: it asks about the date of the plan.
    `stands`: the meeting is convoked for that date, and closing the poll moves it.
    """

    poll: Identifier
    mechanism: Identifier
    meeting: Identifier
    plan: Identifier | None
    first: date | None
    about: str
    answered: int
    kept: bool
    stands: bool
    text: str


def asking(plan: Plan, polls: Iterable[Poll]) -> tuple[Asking, ...]:
    """Those about meetings whose dates are not accepted yet, in the order of their dates."""
    by_meeting: Mapping[str, Planned] = {one.meeting: one for one in plan.open}
    found = [
        about(by_meeting[poll.meeting], poll)
        for poll in polls
        if poll.waits and poll.meeting in by_meeting
    ]
    return tuple(sorted(found, key=lambda one: (one.first, one.poll)))


def about(one: Planned, poll: Poll) -> Asking:
    return Asking(
        poll=poll.id,
        mechanism=one.mechanism,
        meeting=one.meeting,
        first=one.first,
        kept=one.first in poll.dates,
        answered=bool(poll.answered),
        text=f"{answers_to(poll)}; {dates_of(poll, one.first)}",
    )


def all_asked(
    plan: Plan,
    polls: Iterable[Poll],
    asked: Mapping[str, tuple[str, date]],
    convoked: Mapping[str, date],
) -> tuple[AskedNow, ...]:
    """Those of `polls` that wait, in the order of the plan's dates.

    By meeting, `asked` are dates that were accepted and the plans that they are of, and `convoked`
    those that bind.
    """
    planned, covered = {one.meeting: one.first for one in plan.meetings}, plan.covers
    found = []
    for poll in polls:
        if not poll.waits or poll.meeting not in covered:
            continue
        first = planned.get(poll.meeting)
        kept = first in poll.dates
        stands = first is not None and convoked.get(poll.meeting) == first and not kept
        whose = plan_of(poll, asked)
        by = whose if whose != plan.id else None
        text = f"{answers_to(poll)}; {dates_of(poll, first, by)}"
        found.append(
            AskedNow(
                poll=poll.id,
                mechanism=poll.mechanism,
                meeting=poll.meeting,
                plan=whose,
                first=first,
                about=span_of(poll),
                answered=len(poll.answered),
                kept=kept,
                stands=stands,
                text=f"{text}, on which the meeting stands" if stands else text,
            )
        )
    return tuple(sorted(found, key=lambda one: (one.first or date.max, one.poll)))


def plan_of(poll: Poll, asked: Mapping[str, tuple[str, date]]) -> str | None:
    """The plan whose date a poll asks about."""
    plan, on = asked.get(poll.meeting, (None, None))
    return plan if on and asks_about(poll, on) else None


def dates_of(poll: Poll, first: date | None, plan: str | None = None) -> str:
    """Like `it asks about 21 April 2028, and not about that of the plan, 10 May 2028`."""
    asks = f"it asks{f' for {plan}' if plan else ''} about {span_of(poll)}"
    if first is None:
        return f"{asks}, and the plan has no date for it"
    of_it = "of which the plan has" if first in poll.dates else "and not about that of the plan,"
    return f"{asks}, {of_it} {written(first)}"


def asks_about(poll: Poll, on: date) -> bool:
    """Whether it asks about dates around `on`, as a poll of a plan does."""
    return any(abs((each - on).days) <= AROUND for each in poll.dates)


def span_of(poll: Poll) -> str:
    """Like `21 April 2028` or `3 dates from 21 April 2028 to 25 April 2028`."""
    if not poll.dates:
        return "dates that are not known here"
    first, last = written(poll.dates[0]), written(poll.dates[-1])
    return first if first == last else f"{len(poll.dates)} dates from {first} to {last}"
