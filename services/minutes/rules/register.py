"""The register of one mechanism: which numbers were given, so that none is given twice.

Decisions and minutes are numbered from 1 in each calendar year, without gaps: a number is taken in
the act of adoption, never before.
"""

from collections.abc import Iterator
from itertools import count

from events.vocabulary import Symbol
from services.state import State


class Register(State):
    """The last numbers given; the id is the mechanism's.

    `decisions` and `minutes` go by year, `corrigenda` by the symbol of the document corrected.
    """

    decisions: dict[int, int] = {}
    minutes: dict[int, int] = {}
    silences: int = 0
    corrigenda: dict[Symbol, int] = {}


def minutes_symbol(register: Register, prefix: str, year: int) -> str:
    """The symbol of the next minutes adopted, like CAC/CUSTOMS/2027/MIN/1."""
    return f"{prefix}/{year}/MIN/{register.minutes.get(year, 0) + 1}"


def decision_symbols(register: Register, prefix: str, year: int) -> Iterator[str]:
    """The symbols of the next decisions adopted, like CAC/CUSTOMS/2027/DEC/3, in order."""
    return (f"{prefix}/{year}/DEC/{n}" for n in count(register.decisions.get(year, 0) + 1))


def silence_id(register: Register) -> str:
    """The id of the next silence procedure, like customs-heads.s3."""
    return f"{register.mechanism}.s{register.silences + 1}"


def corrigendum_symbol(register: Register, corrects: str) -> str:
    """The symbol of the next corrigendum, like CAC/CUSTOMS/2027/MIN/1/Corr.1."""
    return f"{corrects}/Corr.{register.corrigenda.get(corrects, 0) + 1}"


def count_minutes(register: Register, symbol: str) -> Register:
    year, number = place_of(symbol)
    return register.model_copy(update={"minutes": {**register.minutes, year: number}})


def count_decision(register: Register, symbol: str) -> Register:
    year, number = place_of(symbol)
    return register.model_copy(update={"decisions": {**register.decisions, year: number}})


def count_silence(register: Register) -> Register:
    return register.model_copy(update={"silences": register.silences + 1})


def count_corrigendum(register: Register, corrects: str) -> Register:
    given = register.corrigenda.get(corrects, 0) + 1
    return register.model_copy(update={"corrigenda": {**register.corrigenda, corrects: given}})


def place_of(symbol: str) -> tuple[int, int]:
    """The year and the number in the symbol of minutes or of a decision."""
    *_, year, _, number = symbol.split("/")
    return int(year), int(number)
