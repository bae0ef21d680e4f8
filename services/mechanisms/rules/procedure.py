"""The rules of procedure that a body starts with. They are defaults of ours; no source states any."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from events.mechanisms import PartyFacts, Rules
from services.mechanisms.registry.entries import BodyEntry


class Procedure(BaseModel):
    """Settings for `every` body, for the `kinds` that differ, and for single `bodies`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    every: dict[str, Any]
    kinds: dict[str, dict[str, Any]]
    bodies: dict[str, dict[str, Any]]

    def rules_for(self, body: BodyEntry, parties: Sequence[PartyFacts]) -> Rules:
        """Version 1 of the rules of `body`, whose delegations are those of `parties`."""
        return Rules.model_validate(
            {
                "symbol_prefix": derived_prefix(body.id),
                "host_order": host_order(body, parties),
                **self.every,
                **self.kinds.get(body.kind, {}),
                **self.bodies.get(body.id, {}),
            }
        )


def derived_prefix(body: str) -> str:
    return body.upper().replace("_", "-")


def host_order(body: BodyEntry, parties: Sequence[PartyFacts]) -> tuple[str, ...]:
    """The parties by their names, beginning with the next host, or by number so that hosts spread.

    A queue holds each party once, so an alternation between two sides is set by hand.
    """
    order = tuple(party.id for party in sorted(parties, key=lambda party: party.name))
    if body.next_host in order:
        first = order.index(body.next_host)
    else:
        first = (body.number or 0) % len(order)
    return order[first:] + order[:first]
