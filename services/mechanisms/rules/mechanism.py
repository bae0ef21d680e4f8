"""A mechanism: its facts, the versions of its rules of procedure, its delegations."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from events.event import Event, Fact
from events.mechanisms import (
    CoordinatorNamed,
    MechanismRegistered,
    PartyFacts,
    Rules,
    RulesAmended,
)
from events.vocabulary import Actor, Identifier, Role, Title
from services import rights
from services.mechanisms.registry.entries import BodyEntry
from services.refusals import NotAllowedError, UnacceptableError, WrongStateError
from services.state import State


class Delegation(Fact):
    """A party in a mechanism, with its national coordinator once one is named."""

    party: Identifier
    coordinator: Title | None = None
    address: str | None = None


class Mechanism(State):
    """A body that meets. `entry` is its row in the registry; `rules` are those in force now."""

    number: int | None
    short_name: Title
    full_name: Title
    kind: Identifier
    status: Identifier
    parent: Identifier | None
    agreements: tuple[int, ...]
    parties: tuple[PartyFacts, ...]
    rules: Rules
    earlier_rules: tuple[Rules, ...] = ()
    delegations: tuple[Delegation, ...]
    entry: BodyEntry


def register(
    entry: BodyEntry, *, parent: str | None, parties: tuple[PartyFacts, ...], rules: Rules
) -> MechanismRegistered:
    """What is said of a body when it is first read from a registry."""
    return MechanismRegistered(
        mechanism=entry.id,
        number=entry.number,
        short_name=entry.short_name,
        full_name=entry.full_name,
        kind=entry.kind,
        level=entry.level,
        status=entry.status,
        parent=parent,
        parties=parties,
        rules=rules,
        agreements=entry.agreements,
    )


def begin(event: MechanismRegistered, entry: BodyEntry) -> Mechanism:
    """The mechanism that a registration brings into being."""
    return Mechanism(
        id=event.mechanism,
        mechanism=event.mechanism,
        number=event.number,
        short_name=event.short_name,
        full_name=event.full_name,
        kind=event.kind,
        status=event.status,
        parent=event.parent,
        agreements=event.agreements,
        parties=event.parties,
        rules=event.rules,
        delegations=tuple(Delegation(party=party.id) for party in event.parties),
        entry=entry,
    )


def amend(
    mechanism: Mechanism,
    *,
    changes: Mapping[str, Any],
    taken_prefixes: frozenset[str],
    actor: Actor,
) -> list[Event]:
    """The next version of the rules: as they are, but for `changes` (field → value).

    Meetings convoked before keep the version they were convoked under. `taken_prefixes` are the
    symbol prefixes of the other mechanisms.
    """
    rights.secretary(actor, "amend the rules of procedure")
    if "version" in changes:
        raise UnacceptableError("the version is counted by itself; leave it out of the changes")
    before = mechanism.rules
    try:
        rules = Rules.model_validate(
            {**before.model_dump(), **changes, "version": before.version + 1}
        )
    except ValidationError as error:
        raise UnacceptableError(explained(error)) from None
    if rules == before.model_copy(update={"version": rules.version}):
        raise UnacceptableError("these are the rules in force; change at least one of them")
    for party in rules.host_order:
        check_party(mechanism, party)
    if rules.proposals_days < rules.circulation_days:
        raise UnacceptableError(
            f"proposals would close {rules.proposals_days} days before a meeting and the agenda go "
            f"out {rules.circulation_days} days before it; let proposals close first"
        )
    if rules.symbol_prefix in taken_prefixes:
        raise UnacceptableError(
            f"{rules.symbol_prefix} is the prefix of another mechanism; choose one of your own"
        )
    return [RulesAmended(mechanism=mechanism.id, rules=rules)]


def explained(error: ValidationError) -> str:
    lines = []
    for detail in error.errors():
        field = ".".join(str(step) for step in detail["loc"])
        lines.append(f"{field}: {detail['msg'].removeprefix('Value error, ')}")
    return "; ".join(lines)


def name_coordinator(
    mechanism: Mechanism, *, party: str, coordinator: str, address: str | None, actor: Actor
) -> list[Event]:
    """A party, or the secretary for it, says who its single contact is."""
    check_party(mechanism, party)
    if actor.role not in rights.OFFICE and (
        actor.party != party or actor.role not in {Role.DELEGATE, Role.COORDINATOR}
    ):
        raise NotAllowedError(
            f"only {party} or the secretary may name {party}'s coordinator; you act as {actor}"
        )
    named = Delegation(party=party, coordinator=coordinator, address=address)
    if named in mechanism.delegations:
        raise WrongStateError(f"{coordinator} is {party}'s coordinator already; name another")
    return [
        CoordinatorNamed(
            mechanism=mechanism.id, party=party, coordinator=coordinator, address=address
        )
    ]


def evolve(mechanism: Mechanism, event: Event) -> Mechanism:
    """The mechanism after `event`."""
    change: dict[str, Any]
    match event:
        case RulesAmended():
            earlier = (*mechanism.earlier_rules, mechanism.rules)
            change = {"rules": event.rules, "earlier_rules": earlier}
        case CoordinatorNamed():
            named = Delegation(
                party=event.party, coordinator=event.coordinator, address=event.address
            )
            change = {
                "delegations": tuple(
                    named if known.party == named.party else known
                    for known in mechanism.delegations
                )
            }
        case _:
            raise TypeError(f"no mechanism changes by {event.type}")
    return mechanism.model_copy(update=change)


def check_party(mechanism: Mechanism, party: str) -> None:
    known = [facts.id for facts in mechanism.parties]
    if party not in known:
        raise UnacceptableError(
            f"{party} is no party of {mechanism.id}; these are: {', '.join(known)}"
        )
