"""Who speaks for a party in which body, and so which bodies somebody's feed has.

One rule for whoever makes a secret address and whoever is shown what stands at it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from events.mechanisms import MechanismRegistered
from events.subscriptions import Scope, ScopeKind
from events.vocabulary import Actor, Role
from services.icalendar.names import party_in
from services.rights import is_of
from services.seats import has_seat


@dataclass(frozen=True)
class People:
    """The bodies, the Summit first, and the names of coordinators by mechanism and party."""

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

    def own(self, who: Actor) -> frozenset[str]:
        """The mechanisms of a person: those it is named for, by name.

        Events name coordinators alone. So whom nobody has named has, as a delegate or the chair,
        those of the delegation; as a coordinator none.
        """
        if who.name is None or who.party is None:
            return frozenset()
        named = frozenset(
            key
            for (key, party), name in self.coordinators.items()
            if (party, name) == (who.party, who.name)
        )
        return named or (frozenset() if who.role is Role.COORDINATOR else self.seats(who))

    def within(self, scope: Scope, who: Actor | None) -> frozenset[str]:
        """The mechanisms whose meetings a feed of `scope` has for `who` (none: everybody)."""
        match scope.kind:
            case ScopeKind.ALL:
                return frozenset(self.bodies)
            case ScopeKind.MECHANISM:
                return frozenset(key for key in self.bodies if key == scope.id)
            case ScopeKind.PARTY | ScopeKind.HOST:
                return self.of_party(scope.id)
            case ScopeKind.DELEGATE:
                return self.own(who) if who else frozenset()
            case ScopeKind.BUSY:
                return self.of_party(scope.id) if is_of(who, scope.id) else frozenset()

    def may_follow(self, scope: Scope, who: Actor) -> bool:
        """Whether `who` has a role in a mechanism of the feed, as a secret address asks for."""
        return not self.seats(who).isdisjoint(self.within(scope, who))
