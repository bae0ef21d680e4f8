"""From a draft to adopted minutes, and back when the text does not stand."""

from datetime import datetime, timedelta

from events.decisions import DecisionAdopted
from events.event import Event
from events.mechanisms import DecisionMode
from events.minutes import MinutesAdopted, MinutesCirculated, MinutesReturned
from events.vocabulary import Actor
from services import rights
from services.minutes.rules.minutes import Minutes, Stage, require, require_no_silence
from services.minutes.rules.register import Register, decision_symbols, minutes_symbol
from services.refusals import UnacceptableError, WrongStateError


def circulate(minutes: Minutes, *, actor: Actor, now: datetime) -> list[Event]:
    """Send the draft to all parties, for comments in the days that the rules give."""
    rights.secretary(actor, "circulate the minutes")
    require(minutes, "be circulated", Stage.DRAFT)
    return [
        MinutesCirculated(
            mechanism=minutes.mechanism,
            meeting=minutes.id,
            revision=minutes.circulated,
            comments_until=now + timedelta(days=minutes.rules.comment_days),
        )
    ]


def step_back(minutes: Minutes, *, reason: str, actor: Actor) -> list[Event]:
    """Take circulated minutes back to a draft. Objections stand until they are withdrawn."""
    rights.secretary(actor, "take the minutes back")
    require(minutes, "be taken back", Stage.CIRCULATED)
    require_no_silence(minutes, "take the minutes back")
    return [MinutesReturned(mechanism=minutes.mechanism, meeting=minutes.id, reason=reason)]


def declare_consensus(
    minutes: Minutes,
    register: Register,
    *,
    agreed: tuple[str, ...],
    actor: Actor,
    now: datetime,
) -> list[Event]:
    """Adopt by consensus, that is, in the absence of a formal objection (SCO Charter, art. 16).

    Comments must have been taken to the end, unless every party is named in `agreed`.
    """
    rights.chair(actor, minutes.chair, "declare the minutes adopted")
    require(minutes, "be adopted", Stage.CIRCULATED)
    require_no_silence(minutes, "adopt by consensus")
    if minutes.objections:
        objecting = ", ".join(objection.party for objection in minutes.objections)
        raise WrongStateError(
            f"there is no consensus while the objection of {objecting} stands; "
            "have it withdrawn, or take the minutes back and revise them"
        )
    require_heard(minutes, agreed, now)
    return adopt(minutes, register, DecisionMode.CONSENSUS)


def require_heard(minutes: Minutes, agreed: tuple[str, ...], now: datetime) -> None:
    strangers = [party for party in agreed if party not in minutes.parties]
    if strangers:
        raise UnacceptableError(f"{', '.join(strangers)}: no party of {minutes.mechanism}")
    assert minutes.comments_until is not None
    missing = [party for party in minutes.parties if party not in agreed]
    if now < minutes.comments_until and missing:
        raise WrongStateError(
            f"comments are taken until {minutes.comments_until.isoformat()}; wait until then, "
            f"or for the word of {', '.join(missing)}"
        )


def adopt(minutes: Minutes, register: Register, mode: DecisionMode) -> list[Event]:
    """Adoption itself: the minutes and then each decision get their symbols, in agenda order."""
    prefix, year = minutes.rules.symbol_prefix, minutes.day.year
    symbols = decision_symbols(register, prefix, year)
    decisions = [
        DecisionAdopted(
            mechanism=minutes.mechanism,
            symbol=next(symbols),
            decision=draft.decision,
            mode=mode,
            positions=draft.positions,
            meeting=minutes.id,
            item=entry.item,
        )
        for entry in minutes.entries
        for draft in entry.decisions
    ]
    adopted = MinutesAdopted(
        mechanism=minutes.mechanism,
        meeting=minutes.id,
        symbol=minutes_symbol(register, prefix, year),
        mode=mode,
        decisions=tuple(decision.symbol for decision in decisions),
    )
    return [adopted, *decisions]
