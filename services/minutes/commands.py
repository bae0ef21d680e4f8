"""What people may ask of minutes: writing, circulating, commenting, adopting, correcting."""

from datetime import datetime

from pydantic import Field
from sqlmodel import col

from events.decisions import (
    CorrigendumIssued,
    DecisionAdopted,
    DecisionText,
    PositionKind,
)
from events.mechanisms import DecisionMode
from events.minutes import BreakKind
from events.road.transaction import Transaction
from events.vocabulary import Identifier, Language, Prose, Symbol
from services import directory, obligations, restrictions
from services.inputs import Input, Reason, WallTime
from services.minutes.rules import adoption, draft, register
from services.minutes.rules import decision as decisions
from services.minutes.rules import silence as silences
from services.minutes.rules.decision import Corrigendum
from services.minutes.rules.draft import Minutes
from services.minutes.rules.register import Register
from services.minutes.rules.silence import Silence
from services.minutes.tables import (
    CORRIGENDA,
    DECISIONS,
    MINUTES,
    REGISTERS,
    SILENCES,
    MinutesRow,
)
from services.refusals import NotFoundError


class Summary(Input):
    """What is minuted under an item."""

    summary: Prose = Field(examples=["The heads of customs took note of the report by China."])


class Attached(Input):
    """A position that does not block the decision."""

    kind: PositionKind = Field(examples=["ad_referendum"])
    text: Prose = Field(examples=["Subject to confirmation by the government"])


class Remark(Input):
    """A comment on the draft, on one item or on the whole."""

    item: Identifier | None = Field(default=None, examples=["customs-heads-2027-1.i3"])
    text: Prose = Field(examples=["Read: every border crossing open to goods traffic"])


class Text(Input):
    """In the party's own words."""

    text: Prose = Field(examples=["The date can't be met; we propose 1 December"])


class SilenceOnMinutes(Input):
    """Until when; by default for as long as the rules of procedure say."""

    expires: WallTime | None = None


class SilenceOnDecision(Input):
    """A decision between meetings, and until when parties may speak."""

    decision: DecisionText
    expires: WallTime


class Correction(Input):
    """What is corrected in an adopted document, and in which languages."""

    corrects: Symbol = Field(examples=["CAC/CUSTOMS/2027/MIN/1"])
    text: Prose = Field(examples=["In paragraph 3, for 2026 read 2027"])
    languages: tuple[Language, ...] = Field(min_length=1, examples=[["ru", "zh"]])


async def known_mechanisms(work: Transaction) -> set[str]:
    return {known.mechanism for known in await directory.everything(work.session)}


async def write(work: Transaction, meeting: str, item: str, body: Summary) -> Minutes:
    minutes = await MINUTES.take(work, meeting)
    changed = draft.write(minutes, item, summary=body.summary, actor=work.cause.actor)
    return await MINUTES.save(work, changed)


async def propose_decision(
    work: Transaction, meeting: str, item: str, body: DecisionText
) -> Minutes:
    minutes = await MINUTES.take(work, meeting)
    await obligations.check(work.session, body.serves)
    known = await known_mechanisms(work)
    changed = draft.propose_decision(
        minutes, item, decision=body, known=known, actor=work.cause.actor
    )
    return await MINUTES.save(work, changed)


async def reword_decision(work: Transaction, meeting: str, key: str, body: DecisionText) -> Minutes:
    minutes = await MINUTES.take(work, meeting)
    await obligations.check(work.session, body.serves)
    known = await known_mechanisms(work)
    changed = draft.reword_decision(
        minutes, key, decision=body, known=known, actor=work.cause.actor
    )
    return await MINUTES.save(work, changed)


async def drop_decision(work: Transaction, meeting: str, key: str) -> Minutes:
    minutes = await MINUTES.take(work, meeting)
    return await MINUTES.save(work, draft.drop_decision(minutes, key, actor=work.cause.actor))


async def attach_position(work: Transaction, meeting: str, key: str, body: Attached) -> Minutes:
    minutes = await MINUTES.get(work.session, meeting)
    changed = draft.attach_position(
        minutes, key, kind=body.kind, text=body.text, actor=work.cause.actor
    )
    return await MINUTES.save(work, changed)


async def object_formally(work: Transaction, meeting: str, body: Text) -> Minutes:
    minutes = await MINUTES.get(work.session, meeting)
    events = draft.object_formally(minutes, text=body.text, actor=work.cause.actor)
    return await MINUTES.apply(work, minutes, events)


async def lift_objection(work: Transaction, meeting: str) -> Minutes:
    minutes = await MINUTES.get(work.session, meeting)
    events = draft.lift_objection(minutes, actor=work.cause.actor)
    return await MINUTES.apply(work, minutes, events)


async def circulate(work: Transaction, meeting: str) -> Minutes:
    minutes = await MINUTES.take(work, meeting)
    events = draft.circulate(minutes, actor=work.cause.actor, now=work.now)
    return await MINUTES.apply(work, minutes, events)


async def comment(work: Transaction, meeting: str, body: Remark) -> Minutes:
    minutes = await MINUTES.get(work.session, meeting)
    events = draft.comment(
        minutes, item=body.item, text=body.text, actor=work.cause.actor, now=work.now
    )
    return await MINUTES.apply(work, minutes, events)


async def take_back(work: Transaction, meeting: str, body: Reason) -> Minutes:
    minutes = await MINUTES.take(work, meeting)
    events = draft.take_back(minutes, reason=body.reason, actor=work.cause.actor)
    return await MINUTES.apply(work, minutes, events)


async def adopt(work: Transaction, meeting: str) -> Minutes:
    minutes = await MINUTES.take(work, meeting)
    draft.check_consensus(minutes, actor=work.cause.actor, now=work.now)
    return await make_final(work, minutes, DecisionMode.CONSENSUS)


async def make_final(
    work: Transaction, minutes: Minutes, mode: DecisionMode, silence: str | None = None
) -> Minutes:
    """Adopt `minutes` with their decisions, and give them their numbers."""
    numbers = await register_of(work, minutes.mechanism)
    adopted, *made = adoption.adopt(minutes, numbers, mode=mode, silence=silence)
    restrictions.tie(work, adopted)
    final = await MINUTES.apply(work, minutes, [adopted])
    assert final.symbol is not None
    await REGISTERS.save(work, register.count_minutes(numbers, final.symbol))
    for decision in made:
        assert isinstance(decision, DecisionAdopted)
        await keep_decision(work, decision)
    return final


async def keep_decision(work: Transaction, event: DecisionAdopted) -> None:
    kept = await DECISIONS.add(work, decisions.kept(event, work.now))
    work.publish(event, decisions.standing(kept))
    restrictions.tie(work, event)
    numbers = await register_of(work, event.mechanism)
    await REGISTERS.save(work, register.count_decision(numbers, event.symbol))


async def silence_on_minutes(work: Transaction, meeting: str, body: SilenceOnMinutes) -> Minutes:
    minutes = await MINUTES.take(work, meeting)
    numbers = await register_of(work, minutes.mechanism)
    started = silences.start_on_minutes(
        minutes,
        numbers,
        expires=body.expires.moment if body.expires else None,
        actor=work.cause.actor,
        now=work.now,
    )
    silence = silences.begin(
        started, parties=minutes.parties, prefix=minutes.rules.symbol_prefix, decision=None
    )
    restrictions.tie(work, started)
    await keep_silence(work, silence, numbers)
    return await MINUTES.apply(work, minutes, [started])


async def silence_on_decision(
    work: Transaction, mechanism: str, body: SilenceOnDecision
) -> Silence:
    known = await directory.find(work.session, mechanism)
    await obligations.check(work.session, body.decision.serves)
    numbers = await register_of(work, mechanism)
    started = silences.start_on_decision(
        known,
        numbers,
        decision=body.decision,
        expires=body.expires.moment,
        known=await known_mechanisms(work),
        chair=await directory.presiding(work.session, mechanism),
        actor=work.cause.actor,
        now=work.now,
    )
    work.publish(started)
    silence = silences.begin(
        started,
        parties=tuple(party.id for party in known.parties),
        prefix=known.rules.symbol_prefix,
        decision=body.decision,
    )
    return await keep_silence(work, silence, numbers)


async def keep_silence(work: Transaction, silence: Silence, numbers: Register) -> Silence:
    """Keep a procedure that has begun, and have it called at its expiry."""
    await REGISTERS.save(work, register.count_silence(numbers))
    due: datetime = silence.expires.at
    work.set_deadline("silence", silence.id, mechanism=silence.mechanism, due=due)
    return await SILENCES.add(work, silence)


async def break_silence(work: Transaction, key: str, kind: BreakKind, body: Text) -> Silence:
    silence = await SILENCES.take(work, key)
    broken = silences.break_silence(
        silence, kind=kind, text=body.text, actor=work.cause.actor, now=work.now
    )
    work.clear_deadline("silence", silence.id)
    if silence.meeting is not None:
        minutes = await MINUTES.get(work.session, silence.meeting)
        await MINUTES.save(work, draft.evolve(minutes, broken))
    return await SILENCES.apply(work, silence, [broken])


async def correct(work: Transaction, body: Correction) -> Corrigendum:
    mechanism = await mechanism_of(work, body.corrects)
    numbers = await register_of(work, mechanism)
    (issued,) = adoption.correct(
        numbers,
        corrects=body.corrects,
        text=body.text,
        languages=body.languages,
        actor=work.cause.actor,
    )
    assert isinstance(issued, CorrigendumIssued)
    await REGISTERS.save(work, register.count_corrigendum(numbers, body.corrects))
    work.publish(issued)
    restrictions.tie(work, issued)
    decision = await DECISIONS.find(work.session, body.corrects)
    if decision is not None:
        corrected = await DECISIONS.save(work, decisions.evolve(decision, issued))
        work.publish(decisions.standing(corrected))
    return await CORRIGENDA.add(work, decisions.kept_corrigendum(issued, work.now))


async def mechanism_of(work: Transaction, symbol: str) -> str:
    """The mechanism whose adopted document `symbol` is; NotFoundError when it is none."""
    decision = await DECISIONS.find(work.session, symbol)
    if decision is not None:
        return decision.mechanism
    adopted = await MINUTES.all(work.session, col(MinutesRow.symbol) == symbol)
    if not adopted:
        raise NotFoundError(f"no adopted document is called {symbol}; only those are corrected")
    return adopted[0].mechanism


async def register_of(work: Transaction, mechanism: str) -> Register:
    numbers = await REGISTERS.find(work.session, mechanism)
    return numbers or await REGISTERS.add(work, Register(id=mechanism, mechanism=mechanism))
