"""What of the meetings somebody sees in a feed: decided anew at every change of people or marks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from events.mechanisms import MechanismRegistered
from events.subscriptions import Scope, ScopeKind, Settings
from events.vocabulary import Actor
from services.icalendar.names import party_in
from services.icalendar.wording import WORDS, spoken
from services.seats import has_seat


@dataclass(frozen=True)
class People:
    """The bodies, and who was named coordinator: names by mechanism and party."""

    bodies: Mapping[str, MechanismRegistered] = field(default_factory=dict)
    coordinators: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def of_party(self, party: str | None) -> frozenset[str]:
        """The mechanisms that a party belongs to."""
        return frozenset(
            key
            for key, body in self.bodies.items()
            if any(party == known.id for known in body.parties)
        )

    def name_of(self, party: str, language: str) -> str:
        everybody = (one for body in self.bodies.values() for one in body.parties)
        name = next((one.name for one in everybody if one.id == party), party)
        return party_in(party, language, name)

    def seats(self, who: Actor) -> frozenset[str]:
        """The mechanisms in which `who` has a role now. A coordinator loses it to the next one."""
        party = who.party or ""
        return frozenset(
            key
            for key, body in self.bodies.items()
            if has_seat(who, body, self.coordinators.get((key, party)))
        )

    def named_for(self, who: Actor) -> frozenset[str]:
        """The mechanisms that `who` is named for, by name."""
        return frozenset(
            key
            for (key, party), name in self.coordinators.items()
            if (party, name) == (who.party, who.name)
        )


class Edition(NamedTuple):
    """All that the bytes of a feed follow from, beside the meetings. Equal editions are one feed.

    `readable` are those of `mechanisms` of which more is shown than everybody may see, as far as
    there is more; `party` is whose tasks are shown. `host` is the party whose turns alone are.
    """

    name: str
    mechanisms: tuple[str, ...]
    host: str | None
    readable: frozenset[str]
    party: str | None
    meetings: bool
    deadlines: bool
    hide_cancelled: bool
    language: str
    alarm_minutes: int | None
    all_day: bool


def edition(
    scope: Scope,
    settings: Settings,
    who: Actor | None,
    people: People,
    *,
    restricted: Collection[str],
    owing: Collection[str],
) -> Edition | None:
    """The feed of `scope` for `who` (none: for everybody); none where there is none any more.

    `restricted` are the mechanisms with restricted meetings, `owing` those of which somebody owes
    something. Who follows a feed by a secret address needs a role in one of its mechanisms, at
    every reading.
    """
    within = mechanisms_of(scope, who, people)
    seats = people.seats(who) if who else frozenset()
    if not within or (who is not None and not seats & within):
        return None
    more = frozenset(restricted).union(owing if settings.deadlines else ())
    return Edition(
        name=name_of(scope, who, spoken(settings.language), people),
        mechanisms=tuple(sorted(within)),
        host=scope.id if scope.kind is ScopeKind.HOST else None,
        readable=seats & within & more,
        party=who.party if who and settings.deadlines else None,
        meetings=settings.meetings,
        deadlines=settings.deadlines,
        hide_cancelled=settings.hide_cancelled,
        language=spoken(settings.language),
        alarm_minutes=settings.alarm_minutes,
        all_day=settings.all_day,
    )


def mechanisms_of(scope: Scope, who: Actor | None, people: People) -> frozenset[str]:
    match scope.kind:
        case ScopeKind.ALL:
            return frozenset(people.bodies)
        case ScopeKind.MECHANISM:
            return frozenset(key for key in people.bodies if key == scope.id)
        case ScopeKind.PARTY | ScopeKind.HOST:
            return people.of_party(scope.id)
        case ScopeKind.DELEGATE:
            return people.named_for(who) if who else frozenset()


def name_of(scope: Scope, who: Actor | None, language: str, people: People) -> str:
    """What the feed is called: another name than that of the public one where `who` follows it."""
    words, key = WORDS[language], scope.id or ""
    match scope.kind:
        case ScopeKind.ALL:
            name = words.everything
        case ScopeKind.DELEGATE:
            return words.mine
        case ScopeKind.MECHANISM:
            name = people.bodies[key].short_name
        case ScopeKind.PARTY:
            name = people.name_of(key, language)
        case ScopeKind.HOST:
            name = words.hosted_by.format(people.name_of(key, language))
    if who is None:
        return name
    return f"{name}, {words.delegation if who.party else words.secretariat}"
