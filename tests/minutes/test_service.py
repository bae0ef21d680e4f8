"""Minutes as their callers see them: over HTTP and on the road."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from events.agendas import AgendaAdopted, AgendaItem, ItemKind, ItemPostponed
from events.decisions import CorrigendumIssued, DecisionAdopted
from events.envelope import Cause, Envelope
from events.mechanisms import DecisionMode, Rules
from events.meetings import (
    Attendance,
    MeetingCancelled,
    MeetingClosed,
    MeetingOpened,
    MeetingRescheduled,
    MeetingScheduled,
    Presence,
    Turn,
)
from events.minutes import (
    MinutesAdopted,
    MinutesCirculated,
    MinutesDrafted,
    MinutesObjected,
    MinutesTakenBack,
    ObjectionLifted,
    SilenceBroken,
    SilenceHeld,
    SilenceStarted,
)
from events.moments import Moment, Span
from events.vocabulary import SYSTEM
from services.minutes.service import minutes

MEETING = "customs-heads-2027-1"
PATH = f"/minutes/{MEETING}"
ITEM = f"{MEETING}.i2"
DECIDED = {
    "text": "各方同意扩大“绿色通道”。",
    "assignments": [{"party": "kazakhstan", "task": "Доклад", "due": "2028-03-01"}],
    "serves": ["A15.1"],
    "refer_to": "heads-of-state",
}
CHAIR = "uzbekistan/chair Р. Каримов"
DELEGATE = "kazakhstan/delegate А. Омарова"
STARTS = Moment.at_wall(datetime.fromisoformat("2027-09-14T09:30"), "Asia/Tashkent")
SPAN = Span(starts=STARTS, ends=Moment.of(STARTS.at + timedelta(hours=6), "Asia/Tashkent"))
PARTIES = ("china", "kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")
EVERYBODY = tuple(Attendance(party=party, presence=Presence.IN_PERSON) for party in PARTIES)
ABOUT: dict[str, Any] = {"mechanism": "customs-heads", "meeting": MEETING}
SCHEDULED = MeetingScheduled(
    **ABOUT,
    title="Heads of customs: meeting 1 of 2027",
    span=SPAN,
    place="Tashkent",
    turn=Turn(host="uzbekistan", chair="uzbekistan", because="it is its turn"),
    sequence=0,
    rules=Rules(symbol_prefix="CAC/CUSTOMS"),
)
OPENED = MeetingOpened(**ABOUT, chair="uzbekistan", attendance=EVERYBODY, quorum=4)
AGENDA = AgendaAdopted(
    **ABOUT,
    items=(
        AgendaItem(
            item=f"{MEETING}.i1",
            number="1",
            title="Adoption of the agenda",
            kind=ItemKind.STANDING,
        ),
        AgendaItem(item=ITEM, number="2", title="Зелёный коридор", kind=ItemKind.PROPOSED),
        AgendaItem(item=f"{MEETING}.i3", number="3", title="贸易便利化", kind=ItemKind.PROPOSED),
    ),
)
CLOSED = MeetingClosed(**ABOUT, attendance=EVERYBODY)


@pytest.fixture
async def stage(staged: Any) -> Any:
    return await staged(minutes)


@pytest.fixture
async def drafted(stage: Any) -> Any:
    await stage.tell(SCHEDULED)
    await stage.advance(STARTS.at)
    await stage.tell(OPENED, AGENDA)
    await stage.advance(SPAN.ends.at)
    await stage.tell(CLOSED)
    return stage


@pytest.fixture
async def circulated(drafted: Any) -> Any:
    added = await drafted.post(f"{PATH}/entries/{ITEM}/decisions", DECIDED)
    assert added.status_code == 201, added.text
    sent = await drafted.post(f"{PATH}/circulation")
    assert sent.status_code == 200, sent.text
    return drafted


async def reading(stage: Any) -> Any:
    return (await stage.get(PATH)).json()


async def comments_until(stage: Any) -> datetime:
    (event,) = await stage.said(MinutesCirculated)
    until: datetime = event.comments_until
    return until


async def expiry(stage: Any) -> datetime:
    *_, event = await stage.said(SilenceStarted)
    at: datetime = event.expires.at
    return at


async def test_the_draft_follows_from_the_adopted_agenda(drafted: Any) -> None:
    draft = await reading(drafted)
    assert draft["stage"] == "draft"
    assert [entry["title"] for entry in draft["entries"]][1:] == ["Зелёный коридор", "贸易便利化"]
    assert [line["party"] for line in draft["attendance"]] == list(PARTIES)
    assert len(await drafted.said(MinutesDrafted)) == 1


async def test_minutes_are_adopted_by_consensus_and_their_decisions_get_symbols(
    circulated: Any,
) -> None:
    remark = {"text": "建议统一术语。", "item": ITEM}
    assert (await circulated.post(f"{PATH}/comments", remark, actor=DELEGATE)).is_success
    early = await circulated.post(f"{PATH}/adoption", actor=CHAIR)
    assert early.status_code == 409
    assert not await circulated.said(DecisionAdopted)
    await circulated.advance(await comments_until(circulated))
    final = await circulated.post(f"{PATH}/adoption", actor=CHAIR)
    assert final.json()["symbol"] == "CAC/CUSTOMS/2027/MIN/1", final.text
    (adopted,) = await circulated.said(MinutesAdopted)
    (decision,) = await circulated.said(DecisionAdopted)
    assert adopted.decisions == (decision.symbol,) == ("CAC/CUSTOMS/2027/DEC/1",)
    assert (decision.meeting, decision.item) == (MEETING, ITEM)
    assert decision.decision.refer_to == "heads-of-state"
    kinds = [envelope.type for envelope in await circulated.envelopes()]
    assert kinds.index(MinutesAdopted.type) < kinds.index(DecisionAdopted.type)
    shown = (await circulated.get("/decisions/CAC/CUSTOMS/2027/DEC/1")).json()
    assert shown["decision"]["text"] == DECIDED["text"]
    listed = (await circulated.get("/decisions", mechanism="customs-heads")).json()
    assert len(listed["items"]) == 1


async def test_silence_adopts_at_exactly_the_expiry_even_after_a_stop(circulated: Any) -> None:
    started = await circulated.post(f"{PATH}/silence", actor=CHAIR)
    assert started.is_success, started.text
    expires = await expiry(circulated)
    await circulated.clock.set(expires + timedelta(days=9))
    await circulated.program.settle()
    (adopted,) = await circulated.said(MinutesAdopted)
    assert adopted.mode is DecisionMode.SILENCE
    times = {e.time for e in await circulated.envelopes() if e.type == MinutesAdopted.type}
    assert times == {expires}
    assert len(await circulated.said(SilenceHeld)) == 1


@pytest.mark.parametrize("how", ["objection", "amendment"])
async def test_silence_is_broken_by_a_party_a_moment_before_the_expiry(
    circulated: Any, how: str
) -> None:
    await circulated.post(f"{PATH}/silence", actor=CHAIR)
    (started,) = await circulated.said(SilenceStarted)
    await circulated.advance(started.expires.at - timedelta(microseconds=1))
    broken = await circulated.post(
        f"/silence-procedures/{started.silence}/{how}", {"text": "Возражаем."}, actor=DELEGATE
    )
    assert broken.is_success, broken.text
    await circulated.advance(started.expires.at + timedelta(days=30))
    assert (await reading(circulated))["stage"] == "draft"
    (event,) = await circulated.said(SilenceBroken)
    assert (event.party, event.kind) == ("kazakhstan", how)
    assert not await circulated.said(MinutesAdopted)
    assert not await circulated.said(SilenceHeld)


async def test_an_objection_at_the_expiry_is_too_late_though_nobody_took_note_of_it(
    circulated: Any,
) -> None:
    await circulated.post(f"{PATH}/silence", actor=CHAIR)
    (started,) = await circulated.said(SilenceStarted)
    await circulated.clock.set(started.expires.at)
    late = await circulated.post(
        f"/silence-procedures/{started.silence}/objection", {"text": "Стоп"}, actor=DELEGATE
    )
    assert late.status_code == 409, late.text
    assert len(await circulated.said(MinutesAdopted)) == 1


async def test_a_revised_text_goes_through_silence_again_and_gets_the_first_number(
    circulated: Any,
) -> None:
    await circulated.post(f"{PATH}/silence", actor=CHAIR)
    (first,) = await circulated.said(SilenceStarted)
    text = {"text": "修改第二段"}
    await circulated.post(f"/silence-procedures/{first.silence}/amendment", text, actor=DELEGATE)
    await circulated.post(f"{PATH}/circulation")
    revisions = [event.revision for event in await circulated.said(MinutesCirculated)]
    assert revisions == [0, 1]
    await circulated.post(f"{PATH}/silence", actor=CHAIR)
    await circulated.advance(await expiry(circulated))
    (adopted,) = await circulated.said(MinutesAdopted)
    assert adopted.symbol == "CAC/CUSTOMS/2027/MIN/1"
    ids = [event.silence for event in await circulated.said(SilenceStarted)]
    assert ids == ["customs-heads.s1", "customs-heads.s2"]


async def test_a_decision_between_meetings_gets_its_symbol_when_silence_has_held(
    stage: Any,
) -> None:
    body = {
        "decision": {"text": "Decided between meetings."},
        "expires": {"wall": "2027-02-01T12:00:00", "zone": "Asia/Almaty"},
    }
    path = "/mechanisms/customs-heads/silence-procedures"
    started = await stage.post(path, body)
    assert started.status_code == 201, started.text
    expires = Moment.at_wall(datetime.fromisoformat("2027-02-01T12:00"), "Asia/Almaty").at
    await stage.advance(expires - timedelta(microseconds=1))
    assert not await stage.said(DecisionAdopted)
    await stage.advance(expires)
    (decision,) = await stage.said(DecisionAdopted)
    assert decision.symbol == "CAC/CUSTOMS/2027/DEC/1"
    assert (decision.meeting, decision.silence) == (None, "customs-heads.s1")
    assert decision.mode is DecisionMode.SILENCE


async def test_decisions_in_and_between_meetings_share_one_series(circulated: Any) -> None:
    body = {
        "decision": {"text": "Between."},
        "expires": {"wall": "2027-09-18T12:00:00", "zone": "Asia/Almaty"},
    }
    await circulated.post("/mechanisms/customs-heads/silence-procedures", body)
    await circulated.advance(await comments_until(circulated))
    await circulated.post(f"{PATH}/adoption", actor=CHAIR)
    symbols = [event.symbol for event in await circulated.said(DecisionAdopted)]
    assert symbols == ["CAC/CUSTOMS/2027/DEC/1", "CAC/CUSTOMS/2027/DEC/2"]


async def test_an_adopted_document_is_corrected_by_one_of_its_own(circulated: Any) -> None:
    body = {"corrects": "CAC/CUSTOMS/2027/MIN/1", "text": "第3行", "languages": ["zh"]}
    too_soon = await circulated.post("/corrigenda", body)
    assert too_soon.status_code == 404
    await circulated.advance(await comments_until(circulated))
    await circulated.post(f"{PATH}/adoption", actor=CHAIR)
    before = await reading(circulated)
    for number in (1, 2):
        issued = await circulated.post("/corrigenda", body)
        assert issued.status_code == 201, issued.text
        *_, event = await circulated.said(CorrigendumIssued)
        assert event.symbol == f"CAC/CUSTOMS/2027/MIN/1/Corr.{number}"
    assert (await reading(circulated)) == before
    decided = {**body, "corrects": "CAC/CUSTOMS/2027/DEC/1"}
    assert (await circulated.post("/corrigenda", decided)).status_code == 201
    listed = (await circulated.get("/corrigenda", corrects=body["corrects"])).json()
    assert len(listed["items"]) == 2


async def test_an_objection_blocks_consensus_until_it_is_lifted(circulated: Any) -> None:
    await circulated.post(f"{PATH}/objections", {"text": "Нет"}, actor=DELEGATE)
    await circulated.advance(await comments_until(circulated))
    refused = await circulated.post(f"{PATH}/adoption", actor=CHAIR)
    assert refused.status_code == 409
    assert "kazakhstan" in refused.json()["detail"]
    lifted = await circulated.http.delete(
        f"/api/v1{PATH}/objections", headers={"Actor": DELEGATE.encode()}
    )
    assert lifted.is_success
    assert (await circulated.post(f"{PATH}/adoption", actor=CHAIR)).is_success


async def test_a_text_taken_back_is_a_draft_again_and_everybody_hears_why(circulated: Any) -> None:
    answer = await circulated.post(f"{PATH}/step-back", {"reason": "Опечатка в пункте 3"})
    assert answer.json()["stage"] == "draft"
    (said,) = await circulated.said(MinutesTakenBack)
    assert said.reason == "Опечатка в пункте 3"
    assert (await circulated.post(f"{PATH}/circulation")).json()["circulated"] == 2


async def test_everybody_hears_of_an_objection_and_of_its_end(circulated: Any) -> None:
    for text in ("Нет", "Всё ещё нет"):
        await circulated.post(f"{PATH}/objections", {"text": text}, actor=DELEGATE)
    assert [o["text"] for o in (await reading(circulated))["objections"]] == ["Всё ещё нет"]
    await circulated.http.delete(f"/api/v1{PATH}/objections", headers={"Actor": DELEGATE.encode()})
    await circulated.program.settle()
    assert [said.text for said in await circulated.said(MinutesObjected)] == ["Нет", "Всё ещё нет"]
    assert [said.party for said in await circulated.said(ObjectionLifted)] == ["kazakhstan"]


async def test_a_stale_edit_is_refused_with_what_stands_now(drafted: Any) -> None:
    etag = (await drafted.get(PATH)).headers["etag"]
    path = f"{PATH}/entries/{ITEM}"
    assert (await drafted.put(path, {"summary": "Первый"}, if_match=etag)).is_success
    stale = await drafted.put(path, {"summary": "Второй"}, if_match=etag)
    assert stale.status_code == 412
    assert stale.json()["current"]["entries"][1]["summary"] == "Первый"


async def test_the_same_adoption_sent_twice_gives_one_number(circulated: Any) -> None:
    await circulated.advance(await comments_until(circulated))
    first = await circulated.post(f"{PATH}/adoption", actor=CHAIR, idempotency_key="a1")
    again = await circulated.post(f"{PATH}/adoption", actor=CHAIR, idempotency_key="a1")
    assert first.text == again.text
    assert len(await circulated.said(MinutesAdopted)) == 1


async def test_an_event_delivered_twice_changes_nothing(drafted: Any) -> None:
    before = await reading(drafted)
    cause = Cause(id="again", actor=SYSTEM, time=drafted.clock.now())
    postponed = ItemPostponed(
        **ABOUT, item=f"{MEETING}.i3", title="贸易便利化", origin=None, reason="时间不够"
    )
    envelope = Envelope.seal(postponed, source="/test", cause=cause, ordinal=0)
    worker = drafted.program.workers["minutes"]
    await worker.receiver.deliver([envelope])
    once = await reading(drafted)
    await worker.receiver.deliver([envelope, envelope])
    assert await reading(drafted) == once
    assert once["revision"] == before["revision"] + 1
    assert once["entries"][2]["postponed"]


async def test_a_meeting_that_was_cancelled_or_moved_is_minuted_accordingly(stage: Any) -> None:
    reason: Any = {"reason": "Перенос", "sequence": 1}
    moved = Span(
        starts=Moment.of(STARTS.at + timedelta(days=120), "Asia/Tashkent"),
        ends=Moment.of(STARTS.at + timedelta(days=120, hours=6), "Asia/Tashkent"),
    )
    second = {**ABOUT, "meeting": "customs-heads-2027-2"}
    await stage.tell(
        SCHEDULED,
        MeetingRescheduled(**ABOUT, span=moved, place="Tashkent", previous=SPAN, **reason),
        SCHEDULED.model_copy(update={"meeting": second["meeting"]}),
        MeetingCancelled(**second, span=SPAN, **reason),
        MeetingCancelled(**{**ABOUT, "meeting": "customs-heads-2027-9"}, span=None, **reason),
    )
    await stage.tell(OPENED, AGENDA, CLOSED)
    await stage.post(f"{PATH}/entries/{ITEM}/decisions", {"text": "x"})
    await stage.post(f"{PATH}/circulation")
    await stage.advance(await comments_until(stage))
    adopted = (await stage.post(f"{PATH}/adoption", actor=CHAIR)).json()
    assert adopted["symbol"] == "CAC/CUSTOMS/2028/MIN/1"
    cancelled = await stage.post("/minutes/customs-heads-2027-2/circulation")
    assert cancelled.status_code == 409
    assert (await stage.get("/minutes/customs-heads-2027-9")).status_code == 404


async def test_events_of_the_meeting_do_not_change_adopted_minutes(circulated: Any) -> None:
    await circulated.advance(await comments_until(circulated))
    await circulated.post(f"{PATH}/adoption", actor=CHAIR)
    before = await reading(circulated)
    await circulated.tell(
        ItemPostponed(**ABOUT, item=ITEM, title="Зелёный коридор", origin=None, reason="late")
    )
    assert await reading(circulated) == before


@pytest.mark.parametrize(
    ("path", "more"),
    [
        (f"{PATH}/entries/{ITEM}/decisions", {}),
        (
            "/mechanisms/customs-heads/silence-procedures",
            {"expires": {"wall": "2027-12-01T12:00:00", "zone": "Asia/Almaty"}},
        ),
    ],
)
async def test_a_decision_serves_only_what_an_agreement_asks(
    drafted: Any, path: str, more: dict[str, Any]
) -> None:
    decision = {**DECIDED, "serves": ["A15.1", "A88.8"]}
    body = {"decision": decision, **more} if more else decision
    refused = await drafted.post(path, body)
    assert refused.status_code == 422
    assert "no agreement asks A88.8" in refused.json()["detail"]


async def test_only_who_presides_proposes_a_decision_between_meetings(drafted: Any) -> None:
    path = "/mechanisms/customs-heads/silence-procedures"
    body = {
        "decision": {"text": "Между встречами"},
        "expires": {"wall": "2027-12-01T12:00:00", "zone": "Asia/Almaty"},
    }
    assert (await drafted.post(path, body, actor="kazakhstan/chair")).status_code == 403
    assert (await drafted.post(path, body, actor=CHAIR)).status_code == 201


@pytest.mark.parametrize(
    ("method", "path", "body", "actor", "status"),
    [
        ("put", f"/entries/{ITEM}", {"summary": "x"}, "secretary", 409),
        ("post", "/circulation", None, "secretary", 409),
        ("post", "/adoption", None, "china/chair", 403),
        ("post", "/adoption", None, DELEGATE, 403),
        ("post", "/silence", None, DELEGATE, 403),
        ("post", "/step-back", {"reason": "x"}, DELEGATE, 403),
        ("post", "/comments", {"text": "x"}, "secretary", 403),
        ("post", "/comments", {"text": "x", "item": "none"}, DELEGATE, 404),
        ("post", "/comments", {"text": "a\u0000b"}, DELEGATE, 422),
        ("post", "/comments", {"text": "x" * 20_001}, DELEGATE, 422),
        ("post", "/objections", {"text": "x", "more": 1}, DELEGATE, 422),
        (
            "post",
            "/silence",
            {"expires": {"wall": "2027-01-01T00:00:00", "zone": "Asia/Almaty"}},
            CHAIR,
            409,
        ),
        (
            "post",
            "/silence",
            {"expires": {"wall": "2028-03-26T02:30:00", "zone": "Europe/Paris"}},
            CHAIR,
            422,
        ),
    ],
)
async def test_a_refused_command_is_a_problem_document_and_changes_nothing(
    circulated: Any, method: str, path: str, body: Any, actor: str, status: int
) -> None:
    envelopes, state = await circulated.envelopes(), await reading(circulated)
    refused = await getattr(circulated, method)(f"{PATH}{path}", body, actor=actor)
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert await circulated.envelopes() == envelopes
    assert await reading(circulated) == state
