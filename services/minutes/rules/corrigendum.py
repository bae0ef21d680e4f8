"""Corrigenda: how adopted minutes and decisions are corrected without changing them."""

from datetime import datetime

from events.decisions import CorrigendumIssued
from events.event import Event
from events.vocabulary import Actor, Identifier, Language, Symbol
from services import rights
from services.minutes.rules.decision import Decision
from services.minutes.rules.minutes import Minutes
from services.refusals import UnacceptableError, WrongStateError
from services.state import State


class Corrigendum(State):
    """One correction, of `document`: a meeting's minutes or a decision. It never changes."""

    symbol: Symbol
    corrects: Symbol
    document: Identifier
    text: str
    languages: tuple[Language, ...]
    title: str | None = None
    issued_at: datetime


def issue(
    document: Minutes | Decision,
    *,
    text: str,
    languages: tuple[str, ...],
    title: str | None,
    official: tuple[str, ...],
    actor: Actor,
) -> list[Event]:
    """Correct an adopted document in some or all of the mechanism's `official` languages."""
    rights.secretary(actor, "issue a corrigendum")
    if document.symbol is None:
        raise WrongStateError(
            f"the minutes of {document.id} are not adopted yet; change the draft itself"
        )
    strange = [language for language in languages if language not in official]
    if strange:
        raise UnacceptableError(
            f"{', '.join(strange)}: not among the languages of {document.mechanism}, "
            f"which are {', '.join(official)}"
        )
    if len(set(languages)) < len(languages):
        raise UnacceptableError("a language stands in the list twice; name each once")
    return [
        CorrigendumIssued(
            mechanism=document.mechanism,
            symbol=f"{document.symbol}/Corr.{len(document.corrigenda) + 1}",
            corrects=document.symbol,
            text=text,
            languages=languages,
            title=title,
        )
    ]


def begin(event: CorrigendumIssued, document: str, at: datetime) -> Corrigendum:
    """What is kept of a corrigendum issued at `at`. Its id is like customs-heads-2027-d3.corr1."""
    return Corrigendum(
        id=f"{document}.corr{event.symbol.rpartition('.')[2]}",
        mechanism=event.mechanism,
        symbol=event.symbol,
        corrects=event.corrects,
        document=document,
        text=event.text,
        languages=event.languages,
        title=event.title,
        issued_at=at,
    )
