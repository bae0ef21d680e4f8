"""A body that meets: its facts, its rules of procedure in all their versions, its coordinators."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from events.event import Event, Fact
from events.faults import first_fault
from events.mechanisms import (
    CoordinatorNamed,
    MechanismRegistered,
    PartyFacts,
    Rules,
    RulesAmended,
)
from events.vocabulary import Actor, Identifier
from services import rights
from services.mechanisms.rules.registry import BodyRow, PartyRow, Registry
from services.refusals import NotAllowedError, NotFoundError, UnacceptableError
from services.state import State

Procedure = Mapping[str, Any]


class Coordinator(Fact):
    """The single contact of a party."""

    party: Identifier
    coordinator: str
    address: str | None


class Mechanism(State):
    """A body as registered, with its row of the registry. `rules` are those in force."""

    row: BodyRow
    parent: Identifier | None
    parties: tuple[PartyFacts, ...]
    rules: Rules
    former_rules: tuple[Rules, ...] = ()
    coordinators: tuple[Coordinator, ...] = ()


def default_rules(body: BodyRow, procedure: Procedure) -> Rules:
    """The first version of a body's rules: those for all, for its kind, for itself, in turn."""
    values = {
        "symbol_prefix": body.id.upper().replace("_", "-"),
        **procedure.get("all", {}),
        **procedure.get("kinds", {}).get(body.kind, {}),
        **procedure.get("bodies", {}).get(body.id, {}),
    }
    return Rules.model_validate(values)


def party_facts(row: PartyRow) -> PartyFacts:
    return PartyFacts(
        id=row.id,
        name=row.name,
        side=row.side,
        zone=row.reference.timezone,
        capital=row.reference.capital,
        capital_names=row.reference.capital_names,
        languages=tuple(language.code for language in row.reference.languages),
    )


def register(registry: Registry, body: BodyRow, procedure: Procedure) -> Mechanism:
    """The body of a registry row, under the default rules."""
    parties = tuple(party_facts(row) for row in registry.parties)
    rules = default_rules(body, procedure)
    check_hosts(rules, parties)
    return Mechanism(
        id=body.id,
        mechanism=body.id,
        row=body,
        parent=registry.parent_of(body),
        parties=parties,
        rules=rules,
    )


def with_facts(mechanism: Mechanism, registry: Registry) -> Mechanism:
    """The body with what the registry says of its parties now; which those are, stays."""
    said = {row.id: party_facts(row) for row in registry.parties}
    parties = tuple(said.get(party.id, party) for party in mechanism.parties)
    return mechanism.model_copy(update={"parties": parties})


def registered(mechanism: Mechanism) -> MechanismRegistered:
    row = mechanism.row
    return MechanismRegistered(
        mechanism=mechanism.id,
        number=row.number,
        short_name=row.short_name,
        full_name=row.full_name,
        kind=row.kind,
        level=row.level,
        status=row.status,
        parent=mechanism.parent,
        parties=mechanism.parties,
        rules=mechanism.rules,
        agreements=row.agreements,
    )


def amend(
    mechanism: Mechanism, *, changes: Mapping[str, Any], prefixes: set[str], actor: Actor
) -> list[Event]:
    """Another version of the rules, with `changes`. Meetings that are convened keep theirs.

    `prefixes` are the symbol prefixes of all other mechanisms: two with the same would give two
    documents one symbol.
    """
    rights.secretary(actor, "amend the rules of procedure")
    rules = changed(mechanism.rules, changes)
    check_hosts(rules, mechanism.parties)
    if rules.symbol_prefix in prefixes:
        raise UnacceptableError(
            f"another mechanism numbers its documents under {rules.symbol_prefix}; choose another"
        )
    if rules == mechanism.rules:
        raise UnacceptableError("these are the rules in force; change something or leave them")
    amended = rules.model_copy(update={"version": mechanism.rules.version + 1})
    return [RulesAmended(mechanism=mechanism.id, rules=amended)]


def changed(rules: Rules, changes: Mapping[str, Any]) -> Rules:
    """`rules` with `changes`; UnacceptableError where those are none that rules can have."""
    if changes.get("version", rules.version) != rules.version:
        raise UnacceptableError("versions count by themselves; leave `version` out")
    try:
        return Rules.model_validate({**rules.model_dump(mode="json"), **changes})
    except ValidationError as error:
        raise UnacceptableError(first_fault(error, "rules")) from None


def name_coordinator(
    mechanism: Mechanism, *, party: str, coordinator: str, address: str | None, actor: Actor
) -> list[Event]:
    """A party names its single contact; the secretary may record it."""
    if party not in {known.id for known in mechanism.parties}:
        raise NotFoundError(f"{party} is no party of {mechanism.id}")
    if actor.role not in rights.OFFICE and actor.party != party:
        raise NotAllowedError(
            f"only {party} or the secretary names {party}'s coordinator; you act as {actor}"
        )
    return [
        CoordinatorNamed(
            mechanism=mechanism.id, party=party, coordinator=coordinator, address=address
        )
    ]


def evolve(mechanism: Mechanism, event: Event) -> Mechanism:
    """The mechanism after `event`."""
    match event:
        case RulesAmended():
            former = (*mechanism.former_rules, mechanism.rules)
            return mechanism.model_copy(update={"rules": event.rules, "former_rules": former})
        case CoordinatorNamed():
            named = Coordinator(
                party=event.party, coordinator=event.coordinator, address=event.address
            )
            others = tuple(c for c in mechanism.coordinators if c.party != event.party)
            return mechanism.model_copy(update={"coordinators": (*others, named)})
        case _:
            raise TypeError(f"no mechanism changes by {event.type}")


def check_hosts(rules: Rules, parties: tuple[PartyFacts, ...]) -> None:
    known = [party.id for party in parties]
    for host in rules.host_order:
        if host not in known:
            raise UnacceptableError(
                f"{host} stands in the host order and is no party; these are: {', '.join(known)}"
            )
