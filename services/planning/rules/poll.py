"""A poll as planning knows it: whether a date is still asked about, who has answered, and what."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum

from events.event import Event, Fact
from events.polls import Answer, PollAnswered, PollClosed, PollEnded, PollOpened, PollWithdrawn
from events.vocabulary import Identifier
from services.state import State


class Stage(StrEnum):
    """Where a poll stands."""

    OPEN = "open"
    ENDED = "ended"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Poll(State):
    """One poll about the date of one meeting; `dates` are the first days that it asks about.

    `slots` has them by what the poll calls them, `refused` by each party that wants none of a day.
    """

    meeting: Identifier
    stage: Stage = Stage.OPEN
    answered: tuple[Identifier, ...] = ()
    dates: tuple[date, ...] = ()
    slots: dict[Identifier, date] = {}
    refused: dict[Identifier, tuple[date, ...]] = {}

    @property
    def number(self) -> int:
        """Its running number for the meeting."""
        return int(self.id.rpartition(".poll")[2])

    @property
    def waits(self) -> bool:
        """Whether it waits for answers, or for the secretary to choose."""
        return self.stage in {Stage.OPEN, Stage.ENDED}


class Refusal(Fact):
    """A first day that a party refused for a meeting, when it was last asked about it in a poll."""

    on: date
    party: Identifier
    poll: Identifier


def begin(event: PollOpened) -> Poll:
    slots = {slot.slot: slot.span.starts.wall.date() for slot in event.slots}
    return Poll(
        id=event.poll,
        mechanism=event.mechanism,
        meeting=event.meeting,
        dates=tuple(sorted(set(slots.values()))),
        slots=slots,
    )


def evolve(poll: Poll, event: Event) -> Poll:
    """The poll after `event`."""
    match event:
        case PollAnswered():
            answered = tuple(dict.fromkeys((*poll.answered, event.party)))
            refused = {**poll.refused, event.party: refused_in(poll, event.answers)}
            return poll.model_copy(update={"answered": answered, "refused": refused})
        case PollEnded():
            stage = Stage.ENDED
        case PollClosed():
            stage = Stage.CLOSED
        case PollWithdrawn():
            stage = Stage.WITHDRAWN
        case _:
            raise TypeError(f"no poll changes by {event.type}")
    return poll.model_copy(update={"stage": stage})


def refused_in(poll: Poll, answers: Mapping[str, Answer]) -> tuple[date, ...]:
    """The days of which every slot is refused."""
    possible = {poll.slots.get(slot) for slot, said in answers.items() if said is not Answer.NO}
    return tuple(on for on in poll.dates if on in poll.slots.values() and on not in possible)


def refusals(polls: Iterable[Poll]) -> tuple[Refusal, ...]:
    """What the parties refused in polls of one meeting; the last word of each on a day counts."""
    last: dict[tuple[date, str], Refusal | None] = {}
    for poll in sorted(polls, key=lambda each: each.number):
        for party in poll.answered:
            for on in poll.dates:
                refused = on in poll.refused.get(party, ())
                one = Refusal(on=on, party=party, poll=poll.id) if refused else None
                last[on, party] = one
    return tuple(sorted(filter(None, last.values()), key=lambda one: (one.on, one.party)))


def blocked(refused: Iterable[Refusal], parties: Collection[str]) -> Iterator[date]:
    """The days that all of `parties` refused."""
    by: dict[date, set[str]] = {}
    for one in refused:
        by.setdefault(one.on, set()).add(one.party)
    return (on for on, who in by.items() if who >= set(parties))
