"""Polls that the secretary has opened about meetings whose dates in a plan may be accepted."""

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
    kept = one.first in poll.dates
    date_of_it = "of which the plan has" if kept else "and not about that of the plan,"
    return Asking(
        poll=poll.id,
        mechanism=one.mechanism,
        meeting=one.meeting,
        first=one.first,
        kept=kept,
        answered=bool(poll.answered),
        text=f"{answers_to(poll)}; it asks about {span_of(poll)}, {date_of_it} "
        f"{written(one.first)}",
    )


def asks_about(poll: Poll, on: date) -> bool:
    """Whether it asks about dates around `on`, as a poll of a plan does."""
    return any(abs((each - on).days) <= AROUND for each in poll.dates)


def span_of(poll: Poll) -> str:
    """Like `21 April 2028` or `3 dates from 21 April 2028 to 25 April 2028`."""
    if not poll.dates:
        return "dates that are not known here"
    first, last = written(poll.dates[0]), written(poll.dates[-1])
    return first if first == last else f"{len(poll.dates)} dates from {first} to {last}"
