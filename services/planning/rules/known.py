"""What planning has heard, and an earlier plan that another is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from events.mechanisms import MechanismRegistered
from services.planning.rules.poll import Poll
from services.planning.rules.standing import Standing
from services.rotation import Rotation
from services.working_time.days import Override
from services.working_time.hours import Office


@dataclass(frozen=True, slots=True)
class Known:
    """What planning has heard. `people` are (mechanism, party, name)."""

    bodies: Sequence[MechanismRegistered]
    turns: Mapping[str, Rotation]
    meetings: Sequence[Standing]
    offices: tuple[Office, ...]
    overrides: tuple[Override, ...] = ()
    people: Sequence[tuple[str, str, str]] = ()
    polls: Sequence[Poll] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """An earlier plan that is to change little.

    Its dates by meeting, those of which delegations know, the meetings that must stay, and those
    that would but may move. Where nothing new is wanted, a date that was fixed gives way to the one
    that a body is called for.
    """

    dates: Mapping[str, date] = field(default_factory=dict)
    confirmed: frozenset[str] = frozenset()
    keep: frozenset[str] = frozenset()
    release: frozenset[str] = frozenset()
    same_wishes: bool = False
