"""Adoption, by which minutes and decisions get their symbols, and correction afterwards."""

from events.decisions import CorrigendumIssued, DecisionAdopted
from events.event import Event
from events.mechanisms import DecisionMode
from events.minutes import MinutesAdopted
from events.vocabulary import Actor
from services import rights
from services.minutes.rules.draft import Minutes
from services.minutes.rules.register import (
    Register,
    corrigendum_symbol,
    decision_symbols,
    minutes_symbol,
)
from services.refusals import UnacceptableError


def adopt(
    minutes: Minutes, register: Register, *, mode: DecisionMode, silence: str | None
) -> list[Event]:
    """The minutes and then each decision, numbered in the order of the agenda."""
    prefix = minutes.rules.symbol_prefix
    symbols = decision_symbols(register, prefix, minutes.year)
    decisions = [
        DecisionAdopted(
            mechanism=minutes.mechanism,
            symbol=next(symbols),
            decision=proposed.decision,
            mode=mode,
            positions=proposed.positions,
            meeting=minutes.id,
            item=entry.item,
            silence=silence,
        )
        for entry in minutes.entries
        for proposed in entry.decisions
    ]
    adopted = MinutesAdopted(
        mechanism=minutes.mechanism,
        meeting=minutes.id,
        symbol=minutes_symbol(register, prefix, minutes.year),
        mode=mode,
        decisions=tuple(decision.symbol for decision in decisions),
    )
    return [adopted, *decisions]


def correct(
    register: Register, *, corrects: str, text: str, languages: tuple[str, ...], actor: Actor
) -> list[Event]:
    """Correct an adopted document by one of its own, which may concern only some languages."""
    rights.secretary(actor, "issue a corrigendum")
    if len(set(languages)) < len(languages):
        raise UnacceptableError("a language stands in the list twice; name each once")
    return [
        CorrigendumIssued(
            mechanism=register.mechanism,
            symbol=corrigendum_symbol(register, corrects),
            corrects=corrects,
            text=text,
            languages=languages,
        )
    ]
