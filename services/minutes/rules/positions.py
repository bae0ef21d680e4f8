"""Positions that parties attach to a proposed decision: one of each kind a party."""

from events.decisions import Position, PositionKind
from services.minutes.rules.changes import PositionAttached, PositionDetached
from services.refusals import NotFoundError

Positions = tuple[Position, ...]


def evolve(positions: Positions, change: PositionAttached | PositionDetached) -> Positions:
    """The positions after `change`; a new one takes the place of the party's last of its kind."""
    match change:
        case PositionAttached(position=new):
            return (*without(positions, new.party, new.kind), new)
        case PositionDetached(party=party, kind=kind):
            return without(positions, party, kind)


def without(positions: Positions, party: str, kind: PositionKind) -> Positions:
    return tuple(known for known in positions if (known.party, known.kind) != (party, kind))


def require(positions: Positions, party: str, kind: PositionKind) -> None:
    if not any((known.party, known.kind) == (party, kind) for known in positions):
        raise NotFoundError(f"{party} has attached no {kind} that it could take back")
