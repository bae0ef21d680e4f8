"""Meetings, silence procedures and adoptions in any order: what must hold after every step."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from events.agendas import AgendaItem, ItemKind
from events.decisions import DecisionText
from events.mechanisms import DecisionMode, MechanismRegistered, PartyFacts, Rules
from events.meetings import MeetingScheduled, Turn
from events.minutes import BreakKind
from events.moments import Moment, Span
from events.vocabulary import Actor
from services.minutes.rules import adoption, draft, register
from services.minutes.rules import silence as silences
from services.minutes.rules.draft import Minutes, Stage
from services.minutes.rules.register import Register
from services.refusals import WrongStateError

SECRETARY = Actor.parse("secretary")
DELEGATES = [Actor.parse(f"{party}/delegate") for party in ("china", "kazakhstan")]
RULES = Rules(symbol_prefix="CAC/CUSTOMS", silence_hours=24, comment_days=1)
TICK = timedelta(microseconds=1)
BODY = MechanismRegistered(
    mechanism="customs-heads",
    number=9,
    short_name="Heads of customs",
    full_name="Heads of customs services",
    kind="customs",
    level="heads_of_service",
    status="initiated",
    parent=None,
    parties=tuple(
        PartyFacts(
            id=party,
            name=party,
            side="central_asia",
            zone="Asia/Almaty",
            capital="Astana",
            languages=("ru",),
        )
        for party in ("china", "kazakhstan")
    ),
    rules=RULES,
    agreements=(),
)
PARTIES = tuple(party.id for party in BODY.parties)


class Loop(RuleBasedStateMachine):
    """One mechanism around a turn of the year, with the clock moved by the test."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2027, 12, 27, tzinfo=UTC)
        self.register = Register(id="customs-heads", mechanism="customs-heads")
        self.minutes: dict[str, Minutes] = {}
        self.silences: dict[str, Any] = {}
        self.running: set[str] = set()
        self.adopted: dict[str, str] = {}
        self.symbols: list[str] = []

    def at(self, *stages: Stage) -> list[Minutes]:
        return [minutes for minutes in self.minutes.values() if minutes.stage in stages]

    def pick(self, data: Any, *stages: Stage) -> Minutes:
        picked: Minutes = data.draw(st.sampled_from(self.at(*stages)))
        return picked

    def keep(self, minutes: Minutes) -> None:
        self.minutes[minutes.id] = minutes

    def happen(self, minutes: Minutes, events: list[Any]) -> None:
        (event,) = events
        self.keep(draft.evolve(minutes, event))

    def make_final(self, minutes: Minutes, mode: DecisionMode, silence: str | None) -> None:
        events: list[Any] = [*adoption.adopt(minutes, self.register, mode=mode, silence=silence)]
        event, *made = events
        self.register = register.count_minutes(self.register, event.symbol)
        for decision in made:
            self.register = register.count_decision(self.register, decision.symbol)
        assert event.decisions == tuple(decision.symbol for decision in made)
        self.symbols += [event.symbol, *event.decisions]
        final = draft.evolve(minutes, event)
        self.keep(final)
        self.adopted[final.id] = final.model_dump_json()

    @rule(days=st.integers(0, 8))
    def hold_a_meeting(self, days: int) -> None:
        starts = Moment.of(self.now + timedelta(days=days), "Asia/Tashkent")
        convoked = MeetingScheduled(
            mechanism="customs-heads",
            meeting=f"customs-heads-2027-{len(self.minutes) + 1}",
            title="Heads of customs",
            span=Span(starts=starts, ends=Moment.of(starts.at + timedelta(hours=6), starts.zone)),
            place="Tashkent",
            turn=Turn(host="kazakhstan", chair="kazakhstan", because="its turn"),
            sequence=0,
            rules=RULES,
        )
        minutes = draft.expect(convoked, PARTIES)
        item = AgendaItem(item=f"{minutes.id}.i1", number="1", title="海关", kind=ItemKind.PROPOSED)
        state, _ = draft.draft(minutes, (item,))
        self.keep(state.model_copy(update={"meeting_closed": True}))

    @precondition(lambda self: self.at(Stage.DRAFT))
    @rule(data=st.data())
    def propose_a_decision(self, data: Any) -> None:
        minutes = self.pick(data, Stage.DRAFT)
        text = DecisionText(text="Решение")
        self.keep(
            draft.propose_decision(
                minutes, f"{minutes.id}.i1", decision=text, known=set(), actor=SECRETARY
            )
        )

    @precondition(lambda self: any(m.entries[0].decisions for m in self.at(Stage.DRAFT)))
    @rule(data=st.data())
    def drop_a_decision(self, data: Any) -> None:
        written = [m for m in self.at(Stage.DRAFT) if m.entries[0].decisions]
        minutes = data.draw(st.sampled_from(written))
        key = data.draw(st.sampled_from(minutes.entries[0].decisions)).id
        self.keep(draft.drop_decision(minutes, key, actor=SECRETARY))

    @precondition(lambda self: self.at(Stage.DRAFT))
    @rule(data=st.data())
    def circulate(self, data: Any) -> None:
        minutes = self.pick(data, Stage.DRAFT)
        (event,) = draft.circulate(minutes, actor=SECRETARY, now=self.now)
        self.keep(draft.evolve(minutes, event))

    @precondition(lambda self: self.at(Stage.CIRCULATED))
    @rule(data=st.data(), who=st.sampled_from(DELEGATES))
    def object_formally(self, data: Any, who: Actor) -> None:
        minutes = self.pick(data, Stage.CIRCULATED)
        self.happen(minutes, draft.object_formally(minutes, text="Возражаем", actor=who))

    @precondition(lambda self: any(m.objections for m in self.at(Stage.DRAFT, Stage.CIRCULATED)))
    @rule(data=st.data())
    def lift_an_objection(self, data: Any) -> None:
        opposed = [m for m in self.at(Stage.DRAFT, Stage.CIRCULATED) if m.objections]
        minutes = data.draw(st.sampled_from(opposed))
        who = Actor.parse(f"{minutes.objections[0].party}/delegate")
        self.happen(minutes, draft.lift_objection(minutes, actor=who))

    @precondition(lambda self: self.at(Stage.CIRCULATED))
    @rule(data=st.data())
    def take_back(self, data: Any) -> None:
        minutes = self.pick(data, Stage.CIRCULATED)
        self.happen(minutes, draft.take_back(minutes, reason="Опечатка", actor=SECRETARY))

    @precondition(lambda self: self.at(Stage.CIRCULATED))
    @rule(data=st.data())
    def declare_consensus(self, data: Any) -> None:
        minutes = self.pick(data, Stage.CIRCULATED)
        assert minutes.comments_until is not None
        if minutes.objections or self.now < minutes.comments_until:
            with pytest.raises(WrongStateError):
                draft.check_consensus(minutes, actor=SECRETARY, now=self.now)
        else:
            draft.check_consensus(minutes, actor=SECRETARY, now=self.now)
            self.make_final(minutes, DecisionMode.CONSENSUS, None)

    @precondition(lambda self: self.at(Stage.CIRCULATED))
    @rule(data=st.data())
    def put_minutes_under_silence(self, data: Any) -> None:
        minutes = self.pick(data, Stage.CIRCULATED)
        given: dict[str, Any] = {"expires": None, "actor": SECRETARY, "now": self.now}
        if minutes.objections:
            with pytest.raises(WrongStateError):
                silences.start_on_minutes(minutes, self.register, **given)
            return
        event = silences.start_on_minutes(minutes, self.register, **given)
        self.keep(draft.evolve(minutes, event))
        self.begin(event, None)

    @rule(hours=st.integers(RULES.silence_hours, 300))
    def propose_between_meetings(self, hours: int) -> None:
        text = DecisionText(text="在两次会议之间")
        event = silences.start_on_decision(
            BODY,
            self.register,
            decision=text,
            expires=Moment.of(self.now + timedelta(hours=hours), "Asia/Almaty"),
            known=set(),
            chair=None,
            actor=SECRETARY,
            now=self.now,
        )
        self.begin(event, text)

    def begin(self, event: Any, decision: DecisionText | None) -> None:
        assert event.silence not in self.silences, "the id of a silence procedure is new"
        self.silences[event.silence] = silences.begin(
            event, parties=PARTIES, prefix=RULES.symbol_prefix, decision=decision
        )
        self.register = register.count_silence(self.register)
        self.running.add(event.silence)

    @precondition(lambda self: self.silences)
    @rule(
        data=st.data(),
        ticks=st.sampled_from([-1_000_000, -1, 0, 1, None]),
        kind=st.sampled_from(BreakKind),
        who=st.sampled_from(DELEGATES),
    )
    def speak(self, data: Any, ticks: int | None, kind: BreakKind, who: Actor) -> None:
        """A party speaks around the expiry, or now; nothing fires a deadline meanwhile."""
        key = data.draw(st.sampled_from(sorted(self.silences)))
        silence = self.silences[key]
        if ticks is not None:
            self.now = max(self.now, silence.expires.at + ticks * TICK)
        given: dict[str, Any] = {"kind": kind, "text": "Нет", "actor": who, "now": self.now}
        if key not in self.running or self.now >= silence.expires.at:
            with pytest.raises(WrongStateError):
                silences.break_silence(silence, **given)
            return
        event = silences.break_silence(silence, **given)
        self.silences[key] = silences.evolve(silence, event)
        self.running.discard(key)
        if silence.meeting is not None:
            after = draft.evolve(self.minutes[silence.meeting], event)
            assert after.stage is Stage.DRAFT
            self.keep(after)

    @rule(hours=st.integers(1, 100))
    def let_time_pass(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def take_note_of_what_expired(self) -> None:
        """The deadlines fire, however late, in the order of their instants."""
        due = [key for key in self.running if self.silences[key].expires.at <= self.now]
        for key in sorted(due, key=lambda key: (self.silences[key].expires.at, key)):
            self.running.discard(key)
            held = silences.evolve(self.silences[key], silences.hold(self.silences[key]))
            if held.meeting is None:
                decision = silences.adopt_decision(held, self.register)
                assert (decision.silence, decision.meeting) == (key, None)
                assert f"/{held.expires.wall.year}/" in decision.symbol
                self.register = register.count_decision(self.register, decision.symbol)
                self.symbols.append(decision.symbol)
                held = silences.evolve(held, decision)
            else:
                self.make_final(self.minutes[held.meeting], DecisionMode.SILENCE, key)
            self.silences[key] = held

    @precondition(lambda self: self.adopted)
    @rule(data=st.data())
    def nobody_changes_adopted_minutes(self, data: Any) -> None:
        minutes = self.pick(data, Stage.ADOPTED)
        item = minutes.entries[0].item
        with pytest.raises(WrongStateError, match="corrigendum"):
            draft.write(minutes, item, summary="other", actor=SECRETARY)
        with pytest.raises(WrongStateError, match="corrigendum"):
            draft.object_formally(minutes, text="too late", actor=DELEGATES[0])
        with pytest.raises(WrongStateError, match="corrigendum"):
            draft.take_back(minutes, reason="x", actor=SECRETARY)

    @invariant()
    def symbols_are_unique_and_without_gaps(self) -> None:
        assert len(set(self.symbols)) == len(self.symbols)
        series: dict[str, list[int]] = {}
        for symbol in self.symbols:
            kind, _, number = symbol.rpartition("/")
            series.setdefault(kind, []).append(int(number))
        for numbers in series.values():
            assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def adopted_minutes_stay_as_they_were_adopted(self) -> None:
        for key, text in self.adopted.items():
            assert self.minutes[key].model_dump_json() == text

    @invariant()
    def only_running_silence_holds_minutes(self) -> None:
        held = {minutes.id for minutes in self.at(Stage.SILENCE)}
        assert held == {s.meeting for k, s in self.silences.items() if k in self.running} - {None}


TestLoop = Loop.TestCase
TestLoop.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
