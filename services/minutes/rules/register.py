"""The register of one mechanism: which numbers were given, so that none is given twice.

Decisions and minutes are numbered from 1 in each calendar year, without gaps: a number is taken in
the act of adoption, never before.
"""

from collections.abc import Iterator
from itertools import count

from events.decisions import DecisionAdopted
from events.event import Event
from events.meetings import MeetingOpened
from events.minutes import MinutesAdopted, SilenceStarted
from events.vocabulary import Identifier
from services.state import State


class Register(State):
    """The last number given of each kind, by year; the id is the mechanism's.

    `chair` chaired the last meeting, and chairs until the next one opens (a default of ours).
    """

    decisions: dict[int, int] = {}
    minutes: dict[int, int] = {}
    silences: int = 0
    chair: Identifier | None = None


def start(mechanism: str) -> Register:
    return Register(id=mechanism, mechanism=mechanism)


def minutes_symbol(register: Register, prefix: str, year: int) -> str:
    """The symbol of the next minutes adopted, like CAC/CUSTOMS/2027/MIN/1."""
    return f"{prefix}/{year}/MIN/{register.minutes.get(year, 0) + 1}"


def decision_symbols(register: Register, prefix: str, year: int) -> Iterator[str]:
    """The symbols of the next decisions adopted, like CAC/CUSTOMS/2027/DEC/3, in order."""
    return (f"{prefix}/{year}/DEC/{n}" for n in count(register.decisions.get(year, 0) + 1))


def silence_id(register: Register) -> str:
    return f"{register.mechanism}.s{register.silences + 1}"


def place_of(symbol: str) -> tuple[int, int]:
    """The year and the number in the symbol of minutes or of a decision."""
    *_, year, _, number = symbol.split("/")
    return int(year), int(number)


def evolve(register: Register, event: Event) -> Register:
    """The register after `event`."""
    match event:
        case DecisionAdopted():
            year, number = place_of(event.symbol)
            return register.model_copy(update={"decisions": {**register.decisions, year: number}})
        case MinutesAdopted():
            year, number = place_of(event.symbol)
            return register.model_copy(update={"minutes": {**register.minutes, year: number}})
        case SilenceStarted():
            return register.model_copy(update={"silences": register.silences + 1})
        case MeetingOpened():
            return register.model_copy(update={"chair": event.chair})
        case _:
            raise TypeError(f"no register changes by {event.type}")
