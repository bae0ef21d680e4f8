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

from events.decisions import DecisionAdopted, DecisionText
from events.event import Event, Fact
from events.mechanisms import DecisionMode, MechanismRegistered, Rules
from events.minutes import BreakKind, SilenceBroken, SilenceHeld, SilenceStarted, SilenceSubject
from events.moments import Moment
from events.vocabulary import Actor, Identifier, Symbol
from services import rights
from services.minutes.rules import draft
from services.minutes.rules.draft import Minutes
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
    """A silence procedure: on the minutes of `meeting`, or on `decision` between meetings.

    `prefix` begins the symbol that the decision gets, `symbol` is what it got.
    """

    subject_kind: SilenceSubject
    meeting: Identifier | None
    decision: DecisionText | None
    parties: tuple[Identifier, ...]
    prefix: Symbol
    expires: Moment
    stage: Stage = Stage.RUNNING
    breach: Breach | None = None
    symbol: Symbol | None = None


def start_on_minutes(
    minutes: Minutes, register: Register, *, expires: Moment | None, actor: Actor, now: datetime
) -> SilenceStarted:
    """Put circulated minutes under silence, by default for the hours of the rules."""
    rights.chair(actor, minutes.chair, "start a silence procedure")
    draft.require(minutes, draft.Stage.CIRCULATED, "be put under silence")
    draft.check_no_objection(minutes)
    commented = draft.comments_end(minutes)
    soonest = max(shortest(now, minutes.rules), commented.at)
    until = expires or Moment.of(soonest, commented.zone)
    check_length(until, now, minutes.rules)
    if until.at < commented.at:
        raise WrongStateError(
            f"parties may comment until {commented}; let silence expire then or later"
        )
    return SilenceStarted(
        mechanism=minutes.mechanism,
        silence=silence_id(register),
        subject_kind=SilenceSubject.MINUTES,
        meeting=minutes.id,
        text=None,
        expires=until,
    )


def start_on_decision(
    body: MechanismRegistered,
    register: Register,
    *,
    decision: DecisionText,
    expires: Moment,
    known: set[str],
    chair: str | None,
    actor: Actor,
    now: datetime,
) -> SilenceStarted:
    """Propose a decision between meetings.

    `known` are the ids of all mechanisms, `chair` is the party that presides in this one.
    """
    parties = tuple(party.id for party in body.parties)
    rights.chair(actor, chair, "propose a decision under silence")
    check_length(expires, now, body.rules)
    draft.check_decision(decision, body.mechanism, parties, known, expires)
    return SilenceStarted(
        mechanism=body.mechanism,
        silence=silence_id(register),
        subject_kind=SilenceSubject.DECISION,
        meeting=None,
        text=decision.text,
        expires=expires,
    )


def begin(
    event: SilenceStarted,
    *,
    parties: tuple[str, ...],
    prefix: str,
    decision: DecisionText | None,
) -> Silence:
    """The procedure that a start brings into being."""
    return Silence(
        id=event.silence,
        mechanism=event.mechanism,
        subject_kind=event.subject_kind,
        meeting=event.meeting,
        decision=decision,
        parties=parties,
        prefix=prefix,
        expires=event.expires,
    )


def break_silence(
    silence: Silence, *, kind: BreakKind, text: str, actor: Actor, now: datetime
) -> SilenceBroken:
    """Object, or propose an amendment, strictly before the expiry."""
    party = rights.party(actor, silence.parties, "break silence")
    if silence.stage is Stage.BROKEN:
        raise WrongStateError(
            f"silence {silence.id} was broken already, so nothing was adopted; "
            "wait for the revised text"
        )
    if silence.stage is Stage.HELD or now >= silence.expires.at:
        raise WrongStateError(
            f"it is too late: silence {silence.id} held until {silence.expires}; "
            "propose an item for the next meeting"
        )
    return SilenceBroken(
        mechanism=silence.mechanism,
        silence=silence.id,
        meeting=silence.meeting,
        party=party,
        kind=kind,
        text=text,
    )


def hold(silence: Silence) -> SilenceHeld:
    """The expiry has come and nobody spoke."""
    return SilenceHeld(mechanism=silence.mechanism, silence=silence.id, meeting=silence.meeting)


def adopt_decision(silence: Silence, register: Register) -> DecisionAdopted:
    """A decision adopted between meetings gets its symbol, in the year of the expiry."""
    assert silence.decision is not None
    year = silence.expires.wall.year
    return DecisionAdopted(
        mechanism=silence.mechanism,
        symbol=next(decision_symbols(register, silence.prefix, year)),
        decision=silence.decision,
        mode=DecisionMode.SILENCE,
        silence=silence.id,
    )


def evolve(silence: Silence, event: Event) -> Silence:
    """The procedure after `event`."""
    change: dict[str, object]
    match event:
        case SilenceBroken():
            breach = Breach(party=event.party, kind=event.kind, text=event.text)
            change = {"stage": Stage.BROKEN, "breach": breach}
        case SilenceHeld():
            change = {"stage": Stage.HELD}
        case DecisionAdopted():
            change = {"symbol": event.symbol}
        case _:
            raise TypeError(f"no silence procedure changes by {event.type}")
    return silence.model_copy(update=change)


def shortest(now: datetime, rules: Rules) -> datetime:
    """The expiry of a silence that lasts no longer than the rules ask for."""
    return now + timedelta(hours=rules.silence_hours)


def check_length(expires: Moment, now: datetime, rules: Rules) -> None:
    if expires.at <= now:
        raise WrongStateError(f"{expires} has passed; let silence expire later")
    if expires.at < shortest(now, rules):
        raise WrongStateError(
            f"the rules give parties {rules.silence_hours} hours to speak; "
            f"let silence expire later than {expires}"
        )
