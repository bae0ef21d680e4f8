"""The silence procedure: a text is adopted at an exact instant unless a party speaks before it.

    running ─► held
       └─────► broken

It follows Annex 1(A) of the rules of procedure of the OSCE: a written objection or amendment breaks
silence, the text has no number before its adoption, and a decision taken between meetings is
announced at the next one. What comes at the expiry or later comes too late, whether or not
somebody has yet taken note that silence held.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from events.decisions import DecisionAdopted, DecisionText, Position, PositionKind
from events.event import Event, Fact
from events.mechanisms import DecisionMode
from events.minutes import (
    BreakKind,
    SilenceBroken,
    SilenceHeld,
    SilenceStarted,
    SilenceSubject,
)
from events.moments import Moment
from events.vocabulary import Actor, Identifier, Symbol
from services import rights
from services.minutes.rules import decision as decisions
from services.minutes.rules import positions
from services.minutes.rules.changes import Change, PositionAttached, PositionDetached
from services.minutes.rules.minutes import Minutes, require, require_no_silence
from services.minutes.rules.minutes import Stage as MinutesStage
from services.minutes.rules.register import Register, decision_symbols, silence_id
from services.refusals import WrongStateError
from services.state import State


class Stage(StrEnum):
    """Where a silence procedure stands."""

    RUNNING = "running"
    BROKEN = "broken"
    HELD = "held"


class Breach(Fact):
    """Who spoke, and what was said."""

    party: Identifier
    kind: BreakKind
    text: str


class Silence(State):
    """A silence procedure: on the minutes of `meeting`, or on `decision` between meetings."""

    subject_kind: SilenceSubject
    meeting: Identifier | None = None
    decision: DecisionText | None = None
    positions: tuple[Position, ...] = ()
    parties: tuple[Identifier, ...]
    symbol_prefix: Symbol
    expires: Moment
    stage: Stage = Stage.RUNNING
    breach: Breach | None = None
    symbol: Symbol | None = None


def expiry(asked: Moment | None, *, hours: int, zone: str, now: datetime) -> Moment:
    """The instant asked for, or `hours` from now as seen in `zone`; it must lie ahead."""
    expires = asked or Moment.of(now + timedelta(hours=hours), zone)
    if expires.at <= now:
        raise WrongStateError(f"{expires} has passed; give silence a later expiry")
    return expires


def propose_minutes(
    minutes: Minutes, register: Register, *, asked: Moment | None, actor: Actor, now: datetime
) -> list[Event]:
    """Put circulated minutes under silence; by default for the hours of the rules."""
    rights.chair(actor, minutes.chair, "start a silence procedure")
    require(minutes, "be put under silence", MinutesStage.CIRCULATED)
    require_no_silence(minutes, "start another")
    if minutes.objections:
        objecting = ", ".join(objection.party for objection in minutes.objections)
        raise WrongStateError(
            f"the objection of {objecting} stands, so silence would be broken from the start; "
            "have it withdrawn, or take the minutes back and revise them"
        )
    zone = minutes.span.starts.zone
    return [
        SilenceStarted(
            mechanism=minutes.mechanism,
            silence=silence_id(register),
            subject_kind=SilenceSubject.MINUTES,
            meeting=minutes.id,
            text=None,
            expires=expiry(asked, hours=minutes.rules.silence_hours, zone=zone, now=now),
        )
    ]


def propose_decision(
    register: Register,
    *,
    decision: DecisionText,
    parties: tuple[str, ...],
    expires: Moment,
    actor: Actor,
) -> list[Event]:
    """Propose a decision between meetings, for adoption at `expires`."""
    rights.chair(actor, register.chair or "none before the first meeting", "propose a decision")
    decisions.check(
        decision,
        mechanism=register.mechanism,
        parties=parties,
        earliest=expires.wall.date(),
    )
    return [
        SilenceStarted(
            mechanism=register.mechanism,
            silence=silence_id(register),
            subject_kind=SilenceSubject.DECISION,
            meeting=None,
            text=decision.text,
            expires=expires,
        )
    ]


def begin(
    event: SilenceStarted,
    *,
    decision: DecisionText | None,
    parties: tuple[str, ...],
    symbol_prefix: str,
) -> Silence:
    """The procedure that a start brings into being."""
    return Silence(
        id=event.silence,
        mechanism=event.mechanism,
        subject_kind=event.subject_kind,
        meeting=event.meeting,
        decision=decision,
        parties=parties,
        symbol_prefix=symbol_prefix,
        expires=event.expires,
    )


def break_silence(
    silence: Silence, *, kind: BreakKind, text: str, actor: Actor, now: datetime
) -> list[Event]:
    """Object, or propose an amendment, strictly before the expiry."""
    party = rights.party(actor, silence.parties, "break silence")
    require_running(silence, now)
    return [
        SilenceBroken(
            mechanism=silence.mechanism,
            silence=silence.id,
            meeting=silence.meeting,
            party=party,
            kind=kind,
            text=text,
        )
    ]


def attach_position(
    silence: Silence, *, kind: PositionKind, text: str, actor: Actor, now: datetime
) -> list[Change]:
    """Attach a position to a decision proposed between meetings; silence is not broken by it."""
    party = rights.party(actor, silence.parties, "attach a position")
    require_decision(silence)
    require_running(silence, now)
    new = Position(party=party, kind=kind, text=text)
    return [PositionAttached(draft=silence.id, position=new)]


def detach_position(
    silence: Silence, *, kind: PositionKind, actor: Actor, now: datetime
) -> list[Change]:
    """Take back a position that one's own party attached."""
    party = rights.party(actor, silence.parties, "take a position back")
    require_running(silence, now)
    positions.require(silence.positions, party, kind)
    return [PositionDetached(draft=silence.id, party=party, kind=kind)]


def hold(silence: Silence) -> list[Event]:
    """The expiry has come and nobody spoke."""
    return [SilenceHeld(mechanism=silence.mechanism, silence=silence.id, meeting=silence.meeting)]


def adopt_decision(silence: Silence, register: Register) -> list[Event]:
    """A decision adopted between meetings gets its symbol, in the year of the expiry."""
    assert silence.decision is not None
    year = silence.expires.wall.year
    return [
        DecisionAdopted(
            mechanism=silence.mechanism,
            symbol=next(decision_symbols(register, silence.symbol_prefix, year)),
            decision=silence.decision,
            mode=DecisionMode.SILENCE,
            positions=silence.positions,
            silence=silence.id,
        )
    ]


def evolve(silence: Silence, event: Event | Change) -> Silence:
    """The procedure after `event`."""
    match event:
        case SilenceBroken():
            breach = Breach(party=event.party, kind=event.kind, text=event.text)
            return silence.model_copy(update={"stage": Stage.BROKEN, "breach": breach})
        case SilenceHeld():
            return silence.model_copy(update={"stage": Stage.HELD})
        case DecisionAdopted():
            return silence.model_copy(update={"symbol": event.symbol})
        case PositionAttached() | PositionDetached():
            changed = positions.evolve(silence.positions, event)
            return silence.model_copy(update={"positions": changed})
        case _:
            raise TypeError(f"no silence procedure changes by {type(event).__name__}")


def require_running(silence: Silence, now: datetime) -> None:
    if silence.stage is Stage.BROKEN:
        raise WrongStateError(
            f"silence {silence.id} was broken already, so nothing was adopted; "
            "wait for the revised text"
        )
    if silence.stage is Stage.HELD or now >= silence.expires.at:
        raise WrongStateError(
            f"silence {silence.id} held until {silence.expires} and the text is adopted; "
            "propose an item for the next meeting"
        )


def require_decision(silence: Silence) -> None:
    if silence.meeting is not None:
        raise WrongStateError(
            f"{silence.id} is on the minutes of {silence.meeting}; "
            "attach the position to one of the decisions in them"
        )
