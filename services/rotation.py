"""Whose turn it is to host, as far as the turns that were taken, declined and swapped say.

Each mechanism has a queue of parties. Planning a meeting takes the first and puts it last; a turn
that is declined passes to the first party that has not declined it, also while the meeting that it
was given to has no date; who takes it back comes as if it had never declined; a swap exchanges two
places; a meeting cancelled before it opened gives its host the turn back.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from itertools import cycle, islice
from typing import Self

from events.event import Event, Fact
from events.mechanisms import MechanismRegistered
from events.meetings import (
    MeetingCancelled,
    MeetingHandedOver,
    MeetingPlanned,
    TurnDeclined,
    TurnsSwapped,
    TurnTakenBack,
)
from events.moments import written
from events.vocabulary import Identifier, Prose, Title
from services.naming import meetings_in, names_one
from services.state import State

LONGEST = 300  # characters of a reason


class Decline(Fact):
    """Why a party passed on a turn, and on which of its dates."""

    reason: Prose
    on: date | None


class Rotation(State):
    """The queue of one mechanism (the id is the mechanism's), and how many meetings it planned.

    `notes` say why it is somebody's turn, `declined` who passed on the one that is next; both by
    the `names` of the parties. `undeclined` is the queue as it was before anybody did; it is empty
    where turns have changed otherwise since. `hosts` are by meeting, and so is who has `refused` to
    be the host.
    """

    queue: tuple[Identifier, ...]
    names: dict[Identifier, Title] = {}
    notes: dict[Identifier, str] = {}
    declined: dict[Identifier, Decline] = {}
    undeclined: tuple[Identifier, ...] = ()
    planned: int = 0
    planned_in: dict[int, int] = {}
    hosts: dict[Identifier, Identifier] = {}
    refused: dict[Identifier, dict[Identifier, Decline]] = {}

    @property
    def mentions(self) -> tuple[str, ...]:
        """All meetings that it ever planned: a note may tell of one that was cancelled."""
        return tuple(
            f"{self.mechanism}-{year}-{number + 1}"
            for year, count in self.planned_in.items()
            for number in range(count)
        )

    def without(self, hidden: Collection[str]) -> Self:
        """Without the meetings of `hidden`; then it counts none, so as not to tell how many."""
        if not hidden:
            return self
        hosts = {meeting: host for meeting, host in self.hosts.items() if meeting not in hidden}
        refused = {meeting: who for meeting, who in self.refused.items() if meeting not in hidden}
        return self.silent_on(hidden).model_copy(
            update={"hosts": hosts, "refused": refused, "planned": 0, "planned_in": {}}
        )

    def silent_on(self, hidden: Collection[str]) -> Self:
        """Without the notes that tell of the meetings of `hidden`."""
        notes = {party: note for party, note in self.notes.items() if not names_one(note, hidden)}
        return self.model_copy(update={"notes": notes})

    def naming_none(self) -> Self:
        """Without the notes that tell of meetings: any may become restricted."""
        return self.silent_on(meetings_in(self.notes.values()))

    @property
    def because(self) -> str:
        """Why it is the turn of who is first."""
        return self.reason(self.queue[0])

    def reason(self, host: str) -> str:
        """Why it is, or will be, the turn of `host`, in one line without the last full stop."""
        return in_one_line(self.notes.get(host, f"it is the turn of {self.name(host)}"))

    def name(self, party: str) -> str:
        return self.names.get(party, party)

    def next_id(self, year: int, ahead: int = 0) -> str:
        """The id of the next meeting of `year`, or of the one that comes so many `ahead`."""
        return f"{self.mechanism}-{year}-{self.planned_in.get(year, 0) + 1 + ahead}"


def in_one_line(note: str) -> str:
    """The note without the last full stop, and cut where it is long."""
    line = " ".join(note.split())
    return line.rstrip(".") if len(line) <= LONGEST else f"{line[: LONGEST - 1]}\u2026"


def start(mechanism: str, order: tuple[str, ...]) -> Rotation:
    return Rotation(id=mechanism, mechanism=mechanism, queue=order)


def registered(known: Rotation | None, event: MechanismRegistered) -> Rotation:
    """The rotation of a body as it is registered, for the first time or again."""
    order = event.rules.host_order or tuple(party.id for party in event.parties)
    rotation = start(event.mechanism, order) if known is None else reorder(known, order)
    names = {party.id: party.name for party in event.parties}
    return rotation.model_copy(update={"names": names})


def coming(rotation: Rotation, year: int, number: int) -> dict[str, str]:
    """The next meetings of `year` if no turn is declined or swapped: their ids, with the hosts."""
    hosts = islice(cycle(rotation.queue), number)
    return {rotation.next_id(year, ahead): host for ahead, host in enumerate(hosts)}


def evolve(rotation: Rotation, event: Event) -> Rotation:
    """The rotation after `event`."""
    match event:
        case MeetingPlanned():
            return planned(rotation, event)
        case MeetingHandedOver():
            return handed_over(rotation, event)
        case MeetingCancelled():
            return given_back(rotation, event.meeting)
        case TurnDeclined():
            return passed_on(rotation, event)
        case TurnTakenBack():
            return taken_back(rotation, event)
        case TurnsSwapped():
            return swapped(rotation, event)
        case _:
            raise TypeError(f"no rotation changes by {event.type}")


def planned(rotation: Rotation, event: MeetingPlanned) -> Rotation:
    host = event.turn.host
    counts = rotation.planned_in
    return rotation.model_copy(
        update={
            "queue": (*others(rotation.queue, host), host),
            "notes": {party: note for party, note in rotation.notes.items() if party != host},
            "declined": {},
            "undeclined": (),
            "planned": rotation.planned + 1,
            "planned_in": {**counts, event.year: counts.get(event.year, 0) + 1},
            "hosts": {**rotation.hosts, event.meeting: host},
            "refused": {**rotation.refused, event.meeting: rotation.declined}
            if rotation.declined
            else rotation.refused,
        }
    )


def handed_over(rotation: Rotation, event: MeetingHandedOver) -> Rotation:
    """Who takes the meeting has used its turn, and who declined comes in its place, as a note says.

    That may be first: then the next turn passes to who has not declined that one.
    """
    host, party, declined = event.turn.host, event.party, rotation.declined
    both = {host, party} <= set(rotation.queue)
    given = (
        exchanged(rotation.queue, host, party) if both else (*others(rotation.queue, host), host)
    )
    queue = willing_first(given, declined)
    notes = {each: why for each, why in rotation.notes.items() if each != host}
    if both:
        notes[party] = changed_places(rotation, event)
    if queue != given:
        notes[queue[0]] = in_turn(refusals(rotation, declined))
    return rotation.model_copy(
        update={
            "queue": queue,
            "notes": notes,
            "undeclined": (),
            "hosts": {**rotation.hosts, event.meeting: host},
            "refused": {
                **rotation.refused,
                event.meeting: refusing(rotation, event.meeting, party, event.reason, event.on),
            },
        }
    )


def changed_places(rotation: Rotation, event: MeetingHandedOver) -> str:
    """Like `China declined M on 3 March 2027 (no venue), and Kazakhstan took its turn`."""
    return (
        f"{rotation.name(event.party)} declined {event.meeting} on {written(event.on)} "
        f"({event.reason.rstrip(' .')}), and {rotation.name(event.turn.host)} took its turn"
    )


def refusing(
    rotation: Rotation, meeting: str, party: str, reason: str, on: date
) -> dict[Identifier, Decline]:
    """Who has refused to host `meeting`, with `party`."""
    return {**rotation.refused.get(meeting, {}), party: Decline(reason=reason, on=on)}


def given_back(rotation: Rotation, meeting: str) -> Rotation:
    """The host comes first again, if it is still in the host order."""
    host = rotation.hosts[meeting]
    hosts = {each: party for each, party in rotation.hosts.items() if each != meeting}
    refused = {each: who for each, who in rotation.refused.items() if each != meeting}
    if host not in rotation.queue:
        return rotation.model_copy(update={"hosts": hosts, "refused": refused})
    note = f"{rotation.name(host)} gets its turn back: {meeting} was cancelled"
    return rotation.model_copy(
        update={
            "hosts": hosts,
            "refused": refused,
            "queue": (host, *others(rotation.queue, host)),
            "notes": {**rotation.notes, host: note},
            "declined": {party: why for party, why in rotation.declined.items() if party != host},
            "undeclined": (),
        }
    )


def passed_on(rotation: Rotation, event: TurnDeclined) -> Rotation:
    """The first who has not declined this turn takes it, and who did comes in its place."""
    declined = {**rotation.declined, event.party: Decline(reason=event.reason, on=event.on)}
    queue = willing_first(rotation.queue, declined)
    notes = {party: each for party, each in rotation.notes.items() if party != event.party}
    return rotation.model_copy(
        update={
            "queue": queue,
            "declined": declined,
            "undeclined": rotation.undeclined or rotation.queue,
            "notes": {**notes, queue[0]: in_turn(refusals(rotation, declined))},
        }
    )


def taken_back(rotation: Rotation, event: TurnTakenBack) -> Rotation:
    """The queue is what it would be, had the party not declined; its turn is nobody else's then."""
    declined = {party: why for party, why in rotation.declined.items() if party != event.party}
    again = (
        f"{rotation.name(event.party)} took its turn again on {written(event.on)}: {event.reason}"
    )
    note = in_turn([*refusals(rotation, rotation.declined), again])
    taker = rotation.queue[0]
    notes = {party: each for party, each in rotation.notes.items() if party != taker}
    queue = rotation.undeclined or rotation.queue
    for number in range(len(declined)):
        queue = willing_first(queue, list(declined)[: number + 1])
    return rotation.model_copy(
        update={
            "queue": queue,
            "declined": declined,
            "notes": {**notes, event.party: note},
        }
    )


def refusals(rotation: Rotation, declined: Mapping[str, Decline]) -> list[str]:
    """Like `Turkmenistan declined on 3 March 2027: elections`, in the order in which they did."""
    return [
        f"{rotation.name(party)} declined{f' on {written(why.on)}' if why.on else ''}: {why.reason}"
        for party, why in declined.items()
    ]


def in_turn(sayings: Iterable[str]) -> str:
    """One sentence after the other."""
    return ". Then ".join(saying.rstrip(" .") for saying in sayings)


def willing_first(queue: tuple[str, ...], declined: Collection[str]) -> tuple[str, ...]:
    """The queue with the first who has not declined in the first place, and the other in its."""
    taker = next((party for party in queue if party not in declined), queue[0])
    return exchanged(queue, queue[0], taker)


def swapped(rotation: Rotation, event: TurnsSwapped) -> Rotation:
    """Who comes first by it has agreed to that, whatever it said before."""
    queue = exchanged(rotation.queue, event.first, event.second)
    both = f"{rotation.name(event.first)} and {rotation.name(event.second)}"
    note = f"{both} swapped turns: {event.reason}"
    return rotation.model_copy(
        update={
            "queue": queue,
            "notes": {**rotation.notes, event.first: note, event.second: note},
            "declined": {p: why for p, why in rotation.declined.items() if p != queue[0]},
            "undeclined": (),
        }
    )


def reorder(rotation: Rotation, order: tuple[str, ...]) -> Rotation:
    """The rotation under amended rules: parties that stay keep their places, new ones join last."""
    kept = tuple(party for party in rotation.queue if party in order)
    joined = tuple(party for party in order if party not in kept)
    if kept == rotation.queue and not joined:
        return rotation
    declined = {party: why for party, why in rotation.declined.items() if party in order}
    queue = willing_first(kept + joined, declined)
    return rotation.model_copy(update={"queue": queue, "declined": declined, "undeclined": ()})


def exchanged(queue: tuple[str, ...], one: str, other: str) -> tuple[str, ...]:
    places = {one: other, other: one}
    return tuple(places.get(party, party) for party in queue)


def others(queue: tuple[str, ...], party: str) -> tuple[str, ...]:
    return tuple(each for each in queue if each != party)
