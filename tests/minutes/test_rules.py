"""The rules of minutes: drafting, comments, consensus, silence, symbols."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.agendas import AgendaItem, ItemKind
from events.decisions import Assignment, Conclusion, DecisionText, PositionKind
from events.mechanisms import DecisionMode, ObligationState, Rules
from events.meetings import MeetingScheduled, Turn
from events.minutes import BreakKind
from events.moments import Moment, Span
from events.vocabulary import Actor
from services.minutes.rules import adoption, draft, register
from services.minutes.rules import silence as silences
from services.minutes.rules.draft import Minutes, Stage
from services.minutes.rules.register import Register
from services.refusals import (
    NotAllowedError,
    NotFoundError,
    RefusedError,
    UnacceptableError,
    WrongStateError,
)

PARTIES = ("china", "kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")
KNOWN = {"customs-heads", "heads-of-state"}
SECRETARY = Actor.parse("secretary")
CHAIR = Actor.parse("uzbekistan/chair Р. Каримов")
DELEGATE = Actor.parse("kazakhstan/delegate А. Омарова")
CLOSED = datetime(2027, 9, 14, 11, tzinfo=UTC)
TEXT = DecisionText(text="各方同意继续合作。")
TICK = timedelta(microseconds=1)


def awaited(starts: str = "2027-09-14T09:30", zone: str = "Asia/Tashkent", n: int = 1) -> Minutes:
    opens = Moment.at_wall(datetime.fromisoformat(starts), zone)
    convoked = MeetingScheduled(
        mechanism="customs-heads",
        meeting=f"customs-heads-2027-{n}",
        title="Heads of customs",
        span=Span(starts=opens, ends=Moment.of(opens.at + timedelta(hours=6), zone)),
        place="Tashkent",
        turn=Turn(host="uzbekistan", chair="uzbekistan", because="it is its turn"),
        sequence=0,
        rules=Rules(symbol_prefix="CAC/CUSTOMS"),
    )
    return draft.expect(convoked, PARTIES)


def drafted(minutes: Minutes | None = None) -> Minutes:
    minutes = minutes or awaited()
    kinds = (ItemKind.STANDING, ItemKind.CARRIED, ItemKind.PROPOSED)
    items = tuple(
        AgendaItem(item=f"{minutes.id}.i{n}", number=str(n), title=f"Item {n}", kind=kind)
        for n, kind in enumerate(kinds, start=1)
    )
    state, _ = draft.draft(minutes, items)
    return state.model_copy(update={"meeting_closed": True})


def with_decision(minutes: Minutes, item: int = 2, text: DecisionText = TEXT) -> Minutes:
    key = f"{minutes.id}.i{item}"
    return draft.propose_decision(minutes, key, decision=text, known=KNOWN, actor=SECRETARY)


def circulated(minutes: Minutes | None = None, now: datetime = CLOSED) -> Minutes:
    minutes = minutes or with_decision(drafted())
    (event,) = draft.circulate(minutes, actor=SECRETARY, now=now)
    return draft.evolve(minutes, event)


def after(minutes: Minutes, rule: Callable[..., list[Any]], **said: Any) -> Minutes:
    """The minutes after what `rule` makes happen."""
    (event,) = rule(minutes, **said)
    return draft.evolve(minutes, event)


def adopted(minutes: Minutes | None = None) -> Minutes:
    minutes = minutes or circulated()
    event, *_ = adoption.adopt(minutes, blank_register(), mode=DecisionMode.CONSENSUS, silence=None)
    return draft.evolve(minutes, event)


def blank_register() -> Register:
    return Register(id="customs-heads", mechanism="customs-heads")


def silence_on(minutes: Minutes, now: datetime = CLOSED, expires: Moment | None = None) -> Any:
    event = silences.start_on_minutes(
        minutes, blank_register(), expires=expires, actor=CHAIR, now=now
    )
    return silences.begin(event, parties=PARTIES, prefix="CAC/CUSTOMS", decision=None)


def test_a_draft_has_one_entry_for_each_item_of_the_agenda() -> None:
    minutes = drafted()
    assert minutes.stage is Stage.DRAFT
    assert [entry.number for entry in minutes.entries] == ["1", "2", "3"]


@pytest.mark.parametrize("actor", [DELEGATE, CHAIR, Actor.parse("china/coordinator")])
def test_only_the_secretary_writes(actor: Actor) -> None:
    minutes = drafted()
    with pytest.raises(NotAllowedError, match="only the secretary"):
        draft.write(minutes, f"{minutes.id}.i1", summary="x", actor=actor)


def test_a_circulated_text_is_changed_only_after_it_was_taken_back() -> None:
    minutes = circulated()
    with pytest.raises(WrongStateError):
        draft.write(minutes, f"{minutes.id}.i1", summary="x", actor=SECRETARY)
    back = after(minutes, draft.take_back, reason="Опечатка", actor=SECRETARY)
    assert draft.write(back, f"{minutes.id}.i1", summary="x", actor=SECRETARY)


def test_an_entry_or_a_decision_that_is_not_there_is_not_found() -> None:
    minutes = drafted()
    with pytest.raises(NotFoundError):
        draft.write(minutes, "customs-heads-2027-1.i9", summary="x", actor=SECRETARY)
    with pytest.raises(NotFoundError):
        draft.drop_decision(minutes, "customs-heads-2027-1.d9", actor=SECRETARY)


def test_the_id_of_a_dropped_decision_is_not_given_again() -> None:
    minutes = with_decision(drafted())
    minutes = draft.drop_decision(minutes, f"{minutes.id}.d1", actor=SECRETARY)
    (second,) = with_decision(minutes).entries[1].decisions
    assert second.id == f"{minutes.id}.d2"


@pytest.mark.parametrize(
    "text",
    [
        DecisionText(text="t", assignments=(Assignment(party="russia", task="t"),)),
        DecisionText(
            text="t",
            assignments=(Assignment(party="china", task="t", due=date(2027, 9, 13)),),
        ),
        DecisionText(
            text="t",
            assignments=(Assignment(party="china", task="t", due=date.max),),
        ),
        DecisionText(text="t", refer_to="customs-heads"),
        DecisionText(text="t", refer_to="nobody"),
        DecisionText(
            text="t", concludes=(Conclusion(obligation="A16.1", state=ObligationState.FULFILLED),)
        ),
    ],
    ids=["stranger", "due before the meeting", "due never", "to itself", "to nobody", "not served"],
)
def test_a_decision_that_makes_no_sense_is_refused(text: DecisionText) -> None:
    with pytest.raises(UnacceptableError):
        with_decision(drafted(), text=text)


def test_a_task_may_be_due_on_the_day_of_the_meeting_as_counted_where_it_is_held() -> None:
    minutes = drafted(awaited("2027-09-15T02:00"))
    assert minutes.opens.at.date() == date(2027, 9, 14)
    due = Assignment(party="china", task="报告", due=date(2027, 9, 15))
    assert with_decision(minutes, text=DecisionText(text="t", assignments=(due,)))
    early = due.model_copy(update={"due": date(2027, 9, 14)})
    with pytest.raises(UnacceptableError):
        with_decision(minutes, text=DecisionText(text="t", assignments=(early,)))


def test_minutes_are_not_circulated_while_the_meeting_is_open() -> None:
    minutes = drafted().model_copy(update={"meeting_closed": False})
    with pytest.raises(WrongStateError, match="not closed"):
        draft.circulate(minutes, actor=SECRETARY, now=CLOSED)


@given(st.integers(-5, 5))
def test_comments_are_taken_strictly_before_the_end_of_the_comment_period(ticks: int) -> None:
    minutes = circulated()
    assert minutes.comments_until == CLOSED + timedelta(days=10)
    now = minutes.comments_until + ticks * TICK
    if ticks < 0:
        (event,) = draft.comment(minutes, item=None, text="Қазақша", actor=DELEGATE, now=now)
        assert draft.evolve(minutes, event).comments[-1].party == "kazakhstan"
    else:
        with pytest.raises(WrongStateError):
            draft.comment(minutes, item=None, text="Қазақша", actor=DELEGATE, now=now)


@given(st.integers(-5, 5))
def test_consensus_is_declared_from_the_end_of_the_comment_period_on(ticks: int) -> None:
    minutes = circulated()
    assert minutes.comments_until is not None
    now = minutes.comments_until + ticks * TICK
    if ticks < 0:
        with pytest.raises(WrongStateError):
            draft.check_consensus(minutes, actor=CHAIR, now=now)
    else:
        draft.check_consensus(minutes, actor=CHAIR, now=now)


def test_there_is_no_consensus_and_no_silence_while_an_objection_stands() -> None:
    minutes = after(circulated(), draft.object_formally, text="Возражаем.", actor=DELEGATE)
    later = CLOSED + timedelta(days=30)
    with pytest.raises(WrongStateError, match="kazakhstan"):
        draft.check_consensus(minutes, actor=CHAIR, now=later)
    with pytest.raises(WrongStateError, match="kazakhstan"):
        silence_on(minutes)
    lifted = after(minutes, draft.lift_objection, actor=DELEGATE)
    draft.check_consensus(lifted, actor=CHAIR, now=later)


def test_a_party_lifts_its_own_objection_only() -> None:
    minutes = after(circulated(), draft.object_formally, text="no", actor=DELEGATE)
    with pytest.raises(WrongStateError, match="china"):
        draft.lift_objection(minutes, actor=Actor.parse("china/delegate"))


@pytest.mark.parametrize("kind", PositionKind)
def test_a_position_goes_with_the_decision_and_does_not_block_it(kind: PositionKind) -> None:
    minutes = circulated()
    text = "Пози\u0446\u0438\u0438\u0306"
    minutes = draft.attach_position(
        minutes, f"{minutes.id}.d1", kind=kind, text=text, actor=DELEGATE
    )
    events: list[Any] = [
        *adoption.adopt(minutes, blank_register(), mode=DecisionMode.CONSENSUS, silence=None)
    ]
    (position,) = events[1].positions
    assert (position.party, position.kind) == ("kazakhstan", kind)
    assert position.text.endswith("\u0439"), "the combining mark was composed"


@given(st.integers(-5, 5), st.sampled_from(BreakKind))
def test_silence_is_broken_strictly_before_the_expiry(ticks: int, kind: BreakKind) -> None:
    minutes = circulated()
    assert minutes.comments_until is not None
    silence = silence_on(minutes, now=minutes.comments_until)
    assert silence.expires.at == minutes.comments_until + timedelta(hours=72)
    assert silence.expires.zone == "Asia/Tashkent"
    now = silence.expires.at + ticks * TICK
    if ticks < 0:
        event = silences.break_silence(silence, kind=kind, text="x", actor=DELEGATE, now=now)
        assert (event.party, event.kind) == ("kazakhstan", kind)
    else:
        with pytest.raises(WrongStateError):
            silences.break_silence(silence, kind=kind, text="x", actor=DELEGATE, now=now)


def test_silence_that_begins_while_parties_comment_ends_when_they_have_commented() -> None:
    minutes = circulated()
    assert silence_on(minutes).expires.at == minutes.comments_until


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (timedelta(hours=-1), "has passed"),
        (timedelta(hours=71, minutes=59), "72 hours to speak"),
        (timedelta(days=9), "parties may comment until 2027-09-24 16:00 Asia/Tashkent"),
    ],
)
def test_silence_too_short_for_parties_to_speak_is_refused(after: timedelta, says: str) -> None:
    with pytest.raises(WrongStateError, match=says):
        silence_on(circulated(), expires=Moment.of(CLOSED + after, "Asia/Tashkent"))


def test_broken_silence_takes_the_minutes_back_to_a_draft() -> None:
    minutes = circulated()
    started = silences.start_on_minutes(
        minutes, blank_register(), expires=None, actor=CHAIR, now=CLOSED
    )
    silence = silences.begin(started, parties=PARTIES, prefix="CAC/CUSTOMS", decision=None)
    broken = silences.break_silence(
        silence, kind=BreakKind.AMENDMENT, text="修改", actor=DELEGATE, now=CLOSED
    )
    after = draft.evolve(draft.evolve(minutes, started), broken)
    assert (after.stage, after.silence) == (Stage.DRAFT, None)
    with pytest.raises(WrongStateError):
        silences.break_silence(
            silences.evolve(silence, broken),
            kind=BreakKind.OBJECTION,
            text="also",
            actor=CHAIR,
            now=CLOSED,
        )


@pytest.mark.parametrize("ticks", [-1, 0])
def test_an_expiry_that_is_not_ahead_is_refused(ticks: int) -> None:
    past = Moment.of(CLOSED + ticks * TICK, "Asia/Almaty")
    with pytest.raises(WrongStateError):
        silence_on(circulated(), expires=past)


def test_a_party_of_another_mechanism_does_not_break_silence() -> None:
    with pytest.raises(NotAllowedError):
        silences.break_silence(
            silence_on(circulated()),
            kind=BreakKind.OBJECTION,
            text="x",
            actor=Actor.parse("russia/delegate"),
            now=CLOSED,
        )


@pytest.mark.parametrize(
    ("starts", "zone", "year"),
    [
        ("2028-01-01T02:00", "Asia/Tashkent", 2028),
        ("2027-12-31T23:30", "Asia/Shanghai", 2027),
        ("2028-01-01T00:00", "Asia/Almaty", 2028),
    ],
)
def test_symbols_bear_the_year_of_the_meeting_where_it_was_held(
    starts: str, zone: str, year: int
) -> None:
    minutes = with_decision(drafted(awaited(starts, zone)))
    events = adoption.adopt(minutes, blank_register(), mode=DecisionMode.CONSENSUS, silence=None)
    assert [event.subject for event in events[1:]] == [f"CAC/CUSTOMS/{year}/DEC/1"]


@given(st.lists(st.lists(st.sampled_from([1, 2, 3]), max_size=4), min_size=1, max_size=5))
def test_numbers_run_on_over_meetings_in_agenda_order_without_gaps(plan: list[list[int]]) -> None:
    numbers = blank_register()
    given_out: list[str] = []
    for n, items in enumerate(plan, start=1):
        minutes = drafted(awaited(n=n))
        for item in items:
            minutes = with_decision(minutes, item)
        events: list[Any] = [
            *adoption.adopt(minutes, numbers, mode=DecisionMode.SILENCE, silence=None)
        ]
        event, *made = events
        assert event.symbol == f"CAC/CUSTOMS/2027/MIN/{n}"
        at = [int(decision.item.rpartition(".i")[2]) for decision in made]
        assert at == sorted(items)
        numbers = register.count_minutes(numbers, event.symbol)
        for decision in made:
            numbers = register.count_decision(numbers, decision.subject)
            given_out.append(decision.subject)
    assert given_out == [f"CAC/CUSTOMS/2027/DEC/{n}" for n in range(1, len(given_out) + 1)]


@given(st.lists(st.sampled_from(["CAC/CUSTOMS/2027/MIN/1", "CAC/CUSTOMS/2027/DEC/1"]), max_size=6))
def test_corrigenda_are_numbered_for_each_document_by_itself(corrected: list[str]) -> None:
    numbers = blank_register()
    seen: dict[str, int] = {}
    for symbol in corrected:
        (event,) = adoption.correct(
            numbers, corrects=symbol, text="Исправление", languages=("ru",), actor=SECRETARY
        )
        seen[symbol] = seen.get(symbol, 0) + 1
        assert event.subject == f"{symbol}/Corr.{seen[symbol]}"
        numbers = register.count_corrigendum(numbers, symbol)


def attempts(minutes: Minutes) -> list[Any]:
    """Every command on minutes, ready to be tried, by an actor who has the right."""
    item, key, late = f"{minutes.id}.i2", f"{minutes.id}.d1", CLOSED + timedelta(days=60)
    own: dict[str, Any] = {"actor": SECRETARY}
    return [
        lambda: draft.write(minutes, item, summary="x", **own),
        lambda: draft.propose_decision(minutes, item, decision=TEXT, known=KNOWN, **own),
        lambda: draft.reword_decision(minutes, key, decision=TEXT, known=KNOWN, **own),
        lambda: draft.drop_decision(minutes, key, **own),
        lambda: draft.circulate(minutes, now=late, **own),
        lambda: draft.take_back(minutes, reason="x", **own),
        lambda: draft.check_consensus(minutes, actor=CHAIR, now=late),
        lambda: draft.comment(minutes, item=None, text="x", actor=DELEGATE, now=CLOSED),
        lambda: draft.object_formally(minutes, text="x", actor=DELEGATE),
        lambda: draft.attach_position(
            minutes, key, kind=PositionKind.RESERVATION, text="x", actor=DELEGATE
        ),
        lambda: silence_on(minutes, now=late),
    ]


@pytest.mark.parametrize("number", range(11))
def test_adopted_minutes_refuse_every_command_and_point_at_the_corrigendum(number: int) -> None:
    with pytest.raises(WrongStateError, match="corrigendum"):
        attempts(adopted())[number]()


def test_a_command_never_changes_the_state_it_was_given() -> None:
    for minutes in (drafted(), circulated(), adopted()):
        before = minutes.model_dump_json()
        for attempt in attempts(minutes):
            try:
                attempt()
            except RefusedError:
                continue
        assert minutes.model_dump_json() == before
