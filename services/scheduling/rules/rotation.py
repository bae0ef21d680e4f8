"""What may become of the turns to host and to chair: taken, declined, taken back, swapped."""

from datetime import date, datetime
from itertools import count

from events.event import Event
from events.mechanisms import Rules
from events.meetings import MeetingPlanned, Turn, TurnDeclined, TurnsSwapped, TurnTakenBack
from events.vocabulary import Actor
from services import rights
from services.quantities import counted
from services.refusals import UnacceptableError, WrongStateError
from services.rotation import Rotation, evolve


def next_turn(
    rotation: Rotation, *, chair: str | None = None, co_hosts: tuple[str, ...] = ()
) -> Turn:
    """Who hosts and chairs next, and why. The host chairs unless `chair` is given."""
    host = rotation.queue[0]
    return Turn(host=host, chair=chair or host, because=rotation.because, co_hosts=co_hosts)


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
    """Intend the next meeting, at the place of the party whose turn it is.

    Why it is tells of no other meeting: that one may become restricted, and this one stay open.
    """
    rights.secretary(actor, "plan a meeting")
    if year < now.year:
        raise WrongStateError(f"{year} is over; plan a meeting for {now.year} or later")
    if chair is not None:
        check_party(rotation, chair)
    check_co_hosts(rotation, co_hosts)
    return [
        MeetingPlanned(
            mechanism=rotation.mechanism,
            meeting=rotation.next_id(year),
            year=year,
            ordinal=rotation.planned + 1,
            title=title,
            turn=next_turn(rotation.naming_none(), chair=chair, co_hosts=co_hosts),
            restricted=restricted,
        )
    ]


def check_number(rotation: Rotation, year: int, rules: Rules) -> None:
    """Refuse, with WrongStateError, a meeting of `year` beyond those that `rules` ask for.

    Cancelled ones do not count.
    """
    standing = planned_for(rotation, year)
    if len(standing) >= rules.meetings_per_year:
        raise WrongStateError(
            f"{rotation.mechanism} has {', '.join(standing)} already, and its rules of procedure "
            f"ask for {counted(rules.meetings_per_year, 'meeting')} a year; say extraordinary to "
            "plan one more"
        )


def planned_for(rotation: Rotation, year: int) -> list[str]:
    return [key for key in rotation.hosts if key.startswith(f"{rotation.mechanism}-{year}-")]


def year_to_plan(rotation: Rotation, rules: Rules, year: int) -> int:
    """The first from `year` on that has fewer meetings than `rules` ask for."""
    return next(
        each for each in count(year) if len(planned_for(rotation, each)) < rules.meetings_per_year
    )


def decline(rotation: Rotation, *, reason: str, on: date, actor: Actor) -> list[Event]:
    """A party passes on the turn that is its own now; `on` is the date where it is.

    The secretary says it for the party whose turn it is.
    """
    party = actor.party or rotation.queue[0]
    rights.coordinator(actor, party, "decline its turn to host")
    check_party(rotation, party)
    if rotation.queue[0] != party:
        raise UnacceptableError(
            f"the next turn is {rotation.name(rotation.queue[0])}'s; {rotation.name(party)} can "
            "decline when its own comes, or agree with another party, and let the secretary "
            "record a swap"
        )
    if len(rotation.queue) == 1:
        raise UnacceptableError("no other party can take the turn; amend the host order first")
    if not set(rotation.queue) - {party, *rotation.declined}:
        raise WrongStateError(
            "every other party has declined this turn; agree with one of them, and let the "
            "secretary record a swap"
        )
    return [TurnDeclined(mechanism=rotation.mechanism, party=party, reason=reason, on=on)]


def take_back(
    rotation: Rotation, *, party: str, reason: str, on: date, actor: Actor
) -> list[Event]:
    """A party takes up again the turn that it declined, while no meeting is planned on it."""
    rights.coordinator(actor, party, "take its turn to host again")
    if party not in rotation.declined:
        first = rotation.queue[0]
        raise WrongStateError(
            f"{rotation.name(party)} has declined no turn that is still to be given to a meeting; "
            + (
                "the next one is its own"
                if first == party
                else f"agree with {rotation.name(first)}, who has the next one, and let the "
                "secretary record a swap"
            )
        )
    event = TurnTakenBack(mechanism=rotation.mechanism, party=party, reason=reason, on=on)
    first = evolve(rotation, event).queue[0]
    if first != party:
        name = rotation.name(first)
        raise WrongStateError(
            f"the turn is {name}'s by now ({rotation.reason(first)}); agree with {name}, and "
            "let the secretary record a swap"
        )
    return [event]


def swap(rotation: Rotation, *, first: str, second: str, reason: str, actor: Actor) -> list[Event]:
    """Two parties exchange their places."""
    rights.secretary(actor, "record a swap of turns")
    check_party(rotation, first)
    check_party(rotation, second)
    if first == second:
        raise UnacceptableError("a swap takes two different parties")
    return [TurnsSwapped(mechanism=rotation.mechanism, first=first, second=second, reason=reason)]


def check_co_hosts(rotation: Rotation, co_hosts: tuple[str, ...]) -> None:
    for party in co_hosts:
        check_party(rotation, party)
        if party == rotation.queue[0] or co_hosts.count(party) > 1:
            raise UnacceptableError(
                f"{rotation.name(party)} hosts already; name others as co-hosts, once each"
            )


def check_party(rotation: Rotation, party: str) -> None:
    if party not in rotation.queue:
        raise UnacceptableError(
            f"{party} is not in the host order of {rotation.mechanism}: {', '.join(rotation.queue)}"
        )
