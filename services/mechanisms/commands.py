"""What people may ask of mechanisms."""

from importlib import resources
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, RootModel

from events.mechanisms import ObligationState
from events.road.transaction import Transaction
from events.vocabulary import Prose, Title
from services.inputs import Input
from services.mechanisms.rules import agreement as agreements
from services.mechanisms.rules import mechanism as rules
from services.mechanisms.rules.agreement import Agreement
from services.mechanisms.rules.mechanism import Mechanism, Procedure
from services.mechanisms.rules.reading import read_registry
from services.mechanisms.rules.registry import Registry
from services.mechanisms.tables import AGREEMENTS, FORMAT, FORMATS, MECHANISMS, Format
from services.refusals import UnacceptableError

PACKAGE = resources.files("services.mechanisms")


class Naming(Input):
    """Who the single contact of a party is."""

    coordinator: Title = Field(examples=["A. Omarova"])
    address: str | None = Field(
        default=None, pattern=r"^[^@\s]+@[^@\s]+$", max_length=254, examples=["a@mfa.example"]
    )


class Amendment(RootModel[dict[str, Any]]):
    """The rules that change, by their names and with their new values; the others stay."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"notice_days": 90, "proposals_days": 45}]}
    )


class Finding(Input):
    """Where an obligation stands, and why."""

    state: ObligationState = Field(examples=["in_progress"])
    reason: Prose = Field(examples=["The first crossings are open"])


class Loaded(BaseModel):
    """What a registry brought that was not there before."""

    bodies: int
    agreements: int


def own_registry() -> Registry:
    """The project's own registry: Central Asia - China, as left by the first summit."""
    name = "registry.yaml"
    return read_registry((PACKAGE / name).read_text(encoding="utf-8"), name)


def default_procedure() -> Procedure:
    """The default rules of procedure, as `procedure.yaml` holds them."""
    text = (PACKAGE / "procedure.yaml").read_text(encoding="utf-8")
    procedure: Procedure = yaml.safe_load(text)
    return procedure


async def load(work: Transaction, registry: Registry) -> Loaded:
    """Register the bodies and agreements of `registry` that are not known yet.

    Bodies that are known are registered again where it says something else of their parties than
    before, as after an upgrade that brings another fact; their rules stay. A registry of another
    format than the one that is there is refused.
    """
    await check_same_format(work, registry)
    procedure = default_procedure()
    loaded = Loaded(bodies=0, agreements=0)
    for body in registry.bodies:
        known = await MECHANISMS.find(work.session, body.id)
        if known is None:
            mechanism = await MECHANISMS.add(work, rules.register(registry, body, procedure))
            work.publish(rules.registered(mechanism))
            loaded.bodies += 1
        elif (again := rules.with_facts(known, registry)) != known:
            await MECHANISMS.save(work, again)
            work.publish(rules.registered(again))
    for row in registry.agreements:
        agreement = agreements.register(registry, row)
        if await AGREEMENTS.find(work.session, agreement.id) is None:
            await AGREEMENTS.add(work, agreement)
            work.publish(agreements.registered(agreement))
            loaded.agreements += 1
    await keep_format(work, registry)
    return loaded


async def check_same_format(work: Transaction, registry: Registry) -> None:
    standing = await FORMATS.find(work.session, FORMAT)
    if standing is not None and standing.registry.bodies[0].id != registry.bodies[0].id:
        raise UnacceptableError(
            f"the databases hold the format of {standing.registry.bodies[0].id}, and this registry "
            f"is that of {registry.bodies[0].id}; give it a folder of its own with --folder"
        )


async def keep_format(work: Transaction, registry: Registry) -> None:
    """Keep `registry`, as the next revision where it is another one or something was said by it."""
    standing = await FORMATS.find(work.session, FORMAT)
    if standing is None:
        await FORMATS.add(work, Format(id=FORMAT, mechanism=FORMAT, registry=registry))
    elif standing.registry != registry or work.published:
        await FORMATS.save(work, standing.model_copy(update={"registry": registry}))


async def amend_rules(work: Transaction, key: str, body: Amendment) -> Mechanism:
    mechanism = await MECHANISMS.take(work, key)
    others = [other for other in await MECHANISMS.all(work.session) if other.id != key]
    events = rules.amend(
        mechanism,
        changes=body.root,
        prefixes={other.rules.symbol_prefix for other in others},
        actor=work.cause.actor,
    )
    return await MECHANISMS.apply(work, mechanism, events)


async def name_coordinator(work: Transaction, key: str, party: str, body: Naming) -> Mechanism:
    mechanism = await MECHANISMS.take(work, key)
    events = rules.name_coordinator(
        mechanism,
        party=party,
        coordinator=body.coordinator,
        address=body.address,
        actor=work.cause.actor,
    )
    return await MECHANISMS.apply(work, mechanism, events)


async def conclude(work: Transaction, obligation: str, body: Finding) -> Agreement:
    agreement = await AGREEMENTS.take(work, agreements.agreement_of(obligation))
    events = agreements.conclude(
        agreement, obligation, state=body.state, reason=body.reason, actor=work.cause.actor
    )
    return await AGREEMENTS.apply(work, agreement, events)
