"""Whose turn it is to host and to chair.

Each mechanism has a queue of parties. Planning a meeting takes the first and puts it last; a
declined turn passes to the party after it, once; a swap exchanges two places; a meeting cancelled
before it opened gives its host the turn back.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Self

from events.event import Event, Fact
from events.meetings import MeetingCancelled, MeetingPlanned, Turn, TurnDeclined, TurnsSwapped
from events.vocabulary import Actor, Identifier
from services import rights
from services.refusals import UnacceptableError, WrongStateError
from services.state import State


class Rotation(State):
    """The queue of one mechanism (the id is the mechanism's), and how many meetings it planned."""

    queue: tuple[Identifier, ...]
    notes: dict[Identifier, str] = {}
    planned: int = 0
    planned_in: dict[int, int] = {}
    hosts: dict[Identifier, Identifier] = {}

    @property
    def mentions(self) -> tuple[str, ...]:
        return tuple(self.hosts)

    def without(self, hidden: Collection[str]) -> Self:
        """Without the meetings of `hidden`; then it counts none, so as not to tell how many."""
        if not hidden:
            return self
        hosts = {meeting: host for meeting, host in self.hosts.items() if meeting not in hidden}
        return self.model_copy(update={"hosts": hosts, "planned": 0, "planned_in": {}})


def start(mechanism: str, order: tuple[str, ...]) -> Rotation:
    return Rotation(id=mechanism, mechanism=mechanism, queue=order)


class Troika(Fact):
    """Who hosted last, who hosts now, and who hosts next; none where nobody did yet."""

    past: Identifier | None
    present: Identifier | None
    coming: Identifier


def next_turn(
    rotation: Rotation, *, chair: str | None = None, co_hosts: tuple[str, ...] = ()
) -> Turn:
    """Who hosts and chairs next, and why. The host chairs unless `chair` is given."""
    host = rotation.queue[0]
    because = rotation.notes.get(host, f"it is the turn of {host}")
    return Turn(host=host, chair=chair or host, because=because, co_hosts=co_hosts)


def troika(rotation: Rotation) -> Troika:
    """The three who prepare meetings together: the last two hosts that were planned, and the next.

    A meeting that was cancelled has given its turn back, and its host is not counted.
    """
    before = (None, None, *rotation.hosts.values())
    return Troika(past=before[-2], present=before[-1], coming=rotation.queue[0])


def plan(
    rotation: Rotation,
    *,
    year: int,
    title: str,
    chair: str | None,
    co_hosts: tuple[str, ...] = (),
    restricted: bool = False,
    actor: Actor,
    now: datetime,
) -> list[Event]:
    """Intend the next meeting, at the place of the party whose turn it is."""
    rights.secretary(actor, "plan a meeting")
    if year < now.year:
        raise WrongStateError(f"{year} is over; plan a meeting for {now.year} or later")
    if chair is not None:
        check_party(rotation, chair)
    check_co_hosts(rotation, co_hosts)
    return [
        MeetingPlanned(
            mechanism=rotation.mechanism,
            meeting=f"{rotation.mechanism}-{year}-{rotation.planned_in.get(year, 0) + 1}",
            year=year,
            ordinal=rotation.planned + 1,
            title=title,
            turn=next_turn(rotation, chair=chair, co_hosts=co_hosts),
            restricted=restricted,
        )
    ]


def decline(rotation: Rotation, *, reason: str, actor: Actor) -> list[Event]:
    """A party passes on the turn that is its own now."""
    party = rights.party(actor, rotation.queue, "decline a turn")
    if rotation.queue[0] != party:
        raise UnacceptableError(
            f"the next turn is {rotation.queue[0]}'s; {party} can decline when its own comes, "
            "or swap with another party"
        )
    if len(rotation.queue) == 1:
        raise UnacceptableError("no other party can take the turn; amend the host order first")
    return [TurnDeclined(mechanism=rotation.mechanism, party=party, reason=reason)]


def swap(rotation: Rotation, *, first: str, second: str, reason: str, actor: Actor) -> list[Event]:
    """Two parties exchange their places."""
    rights.secretary(actor, "record a swap of turns")
    check_party(rotation, first)
    check_party(rotation, second)
    if first == second:
        raise UnacceptableError("a swap takes two different parties")
    return [TurnsSwapped(mechanism=rotation.mechanism, first=first, second=second, reason=reason)]


def evolve(rotation: Rotation, event: Event) -> Rotation:
    """The rotation after `event`."""
    match event:
        case MeetingPlanned():
            return planned(rotation, event)
        case MeetingCancelled():
            return given_back(rotation, event.meeting)
        case TurnDeclined():
            first, second, *others = rotation.queue
            note = f"{first} declined its turn: {event.reason}"
            return rotation.model_copy(
                update={
                    "queue": (second, first, *others),
                    "notes": {**rotation.notes, second: note[:300]},
                }
            )
        case TurnsSwapped():
            exchanged = {event.first: event.second, event.second: event.first}
            note = f"{event.first} and {event.second} swapped turns: {event.reason}"[:300]
            return rotation.model_copy(
                update={
                    "queue": tuple(exchanged.get(party, party) for party in rotation.queue),
                    "notes": {**rotation.notes, event.first: note, event.second: note},
                }
            )
        case _:
            raise TypeError(f"no rotation changes by {event.type}")


def planned(rotation: Rotation, event: MeetingPlanned) -> Rotation:
    host = event.turn.host
    counts = rotation.planned_in
    return rotation.model_copy(
        update={
            "queue": (*(party for party in rotation.queue if party != host), host),
            "notes": {party: note for party, note in rotation.notes.items() if party != host},
            "planned": rotation.planned + 1,
            "planned_in": {**counts, event.year: counts.get(event.year, 0) + 1},
            "hosts": {**rotation.hosts, event.meeting: host},
        }
    )


def given_back(rotation: Rotation, meeting: str) -> Rotation:
    host = rotation.hosts[meeting]
    note = f"{host} gets its turn back: {meeting} was cancelled"
    return rotation.model_copy(
        update={
            "hosts": {each: party for each, party in rotation.hosts.items() if each != meeting},
            "queue": (host, *(party for party in rotation.queue if party != host)),
            "notes": {**rotation.notes, host: note},
        }
    )


def reorder(rotation: Rotation, order: tuple[str, ...]) -> Rotation:
    """The rotation under amended rules: parties that stay keep their places, new ones join last."""
    kept = tuple(party for party in rotation.queue if party in order)
    joined = tuple(party for party in order if party not in kept)
    return rotation.model_copy(update={"queue": kept + joined})


def check_co_hosts(rotation: Rotation, co_hosts: tuple[str, ...]) -> None:
    for party in co_hosts:
        check_party(rotation, party)
        if party == rotation.queue[0] or co_hosts.count(party) > 1:
            raise UnacceptableError(f"{party} hosts already; name others as co-hosts, once each")


def check_party(rotation: Rotation, party: str) -> None:
    if party not in rotation.queue:
        raise UnacceptableError(
            f"{party} is not in the host order of {rotation.mechanism}: {', '.join(rotation.queue)}"
        )
