"""Agendas as their callers see them: proposals in time and late, adoption, what comes back."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from events.agendas import (
    AgendaAdopted,
    AgendaCirculated,
    AgendaWithdrawn,
    ItemPostponed,
    ItemProposed,
    LeaveRefused,
    SubmissionsClosed,
)
from events.decisions import DecisionAdopted, DecisionText
from events.followups import (
    FollowUpAccepted,
    FollowUpEscalated,
    FollowUpExtended,
    FollowUpOpened,
    FollowUpOverdue,
    ReferralMade,
)
from events.mechanisms import DecisionMode
from events.meetings import (
    MeetingCancelled,
    MeetingClosed,
    MeetingOpened,
    MeetingRescheduled,
    MeetingScheduled,
    Turn,
)
from events.moments import Moment, Span
from services.agendas.service import agendas
from services.scheduling.rules.meeting import lasting
from tests.conftest import CUSTOMS, SUMMIT

MEETING = "customs-heads-2027-1"
AGENDA = f"/agendas/{MEETING}"
PARTY = "kazakhstan/delegate Ә. Қасымова"
CHAIR = "china/chair 王毅"
SUBMISSIONS_END = datetime(2027, 8, 15, 4, 30, tzinfo=UTC)
CIRCULATED_AT = datetime(2027, 8, 31, 4, 30, tzinfo=UTC)
OPENED = MeetingOpened(
    mechanism="customs-heads", meeting=MEETING, chair="china", attendance=(), quorum=4
)
CLOSED = MeetingClosed(mechanism="customs-heads", meeting=MEETING, attendance=())
A_MOMENT = timedelta(microseconds=1)


def on(day: date) -> Span:
    starts = Moment.at_wall(datetime.combine(day, time(9, 30)), "Asia/Tashkent")
    return lasting(starts, timedelta(hours=6))


def convened(
    meeting: str = MEETING, day: date = date(2027, 9, 14), body: Any = CUSTOMS
) -> MeetingScheduled:
    return MeetingScheduled(
        mechanism=body.mechanism,
        meeting=meeting,
        title="Heads of customs 2027",
        span=on(day),
        place="Tashkent",
        turn=Turn(host="uzbekistan", chair="china", because="it is the turn of uzbekistan"),
        sequence=0,
        rules=body.rules,
    )


def task(number: int = 1) -> FollowUpOpened:
    return FollowUpOpened(
        mechanism="customs-heads",
        follow_up=f"customs-heads-2026-d{number}-kazakhstan",
        decision=f"CAC/CUSTOMS/2026/DEC/{number}",
        party="kazakhstan",
        task="Открыть зелёный коридор",
        due=date(2027, 5, 1),
        serves=("A15.1",),
    )


@pytest.fixture
async def stage(staged: Any) -> Any:
    stage = await staged(agendas)
    await stage.tell(convened())
    return stage


async def propose(stage: Any, title: str, actor: str = PARTY) -> str:
    answer = await stage.post(
        "/mechanisms/customs-heads/proposals", {"title": title, "serves": ["A15.1"]}, actor=actor
    )
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def titles(stage: Any, path: str = AGENDA) -> list[str]:
    items = (await stage.get(path)).json()["items"]
    return [f"{item['number']} {item['title']}" for item in items]


async def item_called(stage: Any, title: str) -> str:
    items = (await stage.get(AGENDA)).json()["items"]
    return str(next(item["item"] for item in items if item["title"] == title))


async def test_the_provisional_agenda_goes_out_by_itself_with_all_that_waits(stage: Any) -> None:
    await stage.tell(task())
    await propose(stage, "Ұсыныс: жасыл дәліздер")
    await propose(stage, "关于便利通关的建议", "china/delegate 王毅")
    await stage.advance(CIRCULATED_AT - A_MOMENT)
    assert not await stage.said(AgendaCirculated)
    await stage.advance(CIRCULATED_AT)
    (sent,) = await stage.said(AgendaCirculated)
    assert sent.revision == 0
    assert await titles(stage) == [
        "1 Adoption of the agenda",
        "2 Follow-up to earlier decisions",
        "3 Any other business",
        "4 Matters carried forward",
        "4.1 Открыть зелёный коридор",
        "5 Ұсыныс: жасыл дәліздер",
        "6 关于便利通关的建议",
    ]
    circulation = (await stage.envelopes())[-1]
    assert (circulation.actor, circulation.time) == ("system", CIRCULATED_AT)


async def test_a_proposal_at_the_deadline_is_late_and_a_moment_before_is_not(stage: Any) -> None:
    await stage.advance(SUBMISSIONS_END - A_MOMENT)
    await propose(stage, "In time")
    await stage.advance(SUBMISSIONS_END)
    await propose(stage, "Late")
    assert [p.supplementary for p in await stage.said(ItemProposed)] == [False, True]
    assert len(await stage.said(SubmissionsClosed)) == 1


async def test_a_late_item_waits_for_the_chairs_leave_and_then_stands_last(stage: Any) -> None:
    await stage.advance(CIRCULATED_AT)
    late = await propose(stage, "Срочный вопрос")
    refused = await propose(stage, "Другой вопрос")
    assert len(await stage.said(AgendaCirculated)) == 1
    by_delegate = await stage.post(f"/proposals/{late}/leave", actor=PARTY)
    assert by_delegate.status_code == 403
    assert (await stage.post(f"/proposals/{late}/leave", actor=CHAIR)).status_code == 200
    kept = await stage.post(
        f"/proposals/{refused}/refusal", {"reason": "no documents"}, actor=CHAIR
    )
    assert kept.status_code == 200
    again = await stage.post(f"/proposals/{late}/leave", actor=CHAIR)
    assert again.status_code == 409
    assert [sent.revision for sent in await stage.said(AgendaCirculated)] == [0, 1]
    assert (await titles(stage))[-1] == "4 Срочный вопрос"
    assert [said.reason for said in await stage.said(LeaveRefused)] == ["no documents"]


async def test_what_was_refused_leave_is_in_time_for_the_next_meeting(stage: Any) -> None:
    await stage.advance(CIRCULATED_AT)
    late = await propose(stage, "Другой вопрос")
    await stage.post(f"/proposals/{late}/refusal", {"reason": "no documents"}, actor=CHAIR)
    await stage.tell(OPENED)
    assert (await stage.post(f"{AGENDA}/adoption", actor=CHAIR)).status_code == 200
    await stage.tell(CLOSED, convened("customs-heads-2028-1", date(2028, 9, 12)))
    await stage.post("/agendas/customs-heads-2028-1/circulation")
    assert "4 Другой вопрос" in await titles(stage, "/agendas/customs-heads-2028-1")


async def test_revisions_keep_what_each_item_is_called(stage: Any) -> None:
    await stage.tell(task())
    first = await propose(stage, "Первый")
    await propose(stage, "Второй")
    await stage.post(f"{AGENDA}/circulation")
    kept = await item_called(stage, "Второй")
    await stage.post(f"/proposals/{first}/withdrawal", actor=PARTY)
    accepted = FollowUpAccepted(
        mechanism="customs-heads", follow_up=task().follow_up, report=f"{task().follow_up}.r1"
    )
    await stage.tell(accepted, task(2))
    sent = await stage.said(AgendaCirculated)
    assert [x.revision for x in sent] == list(range(len(sent)))
    assert await item_called(stage, "Второй") == kept
    assert await titles(stage) == [
        "1 Adoption of the agenda",
        "2 Follow-up to earlier decisions",
        "3 Any other business",
        "4 Matters carried forward",
        "4.1 Открыть зелёный коридор",
        "5 Второй",
    ]


async def test_the_secretary_puts_proposals_into_another_order(stage: Any) -> None:
    for title in ("Первый", "Второй", "Третий"):
        await propose(stage, title)
    await stage.post(f"{AGENDA}/circulation")
    order = [await item_called(stage, title) for title in ("Третий", "Первый", "Второй")]
    answer = await stage.put(f"{AGENDA}/order", {"items": order})
    assert answer.status_code == 200
    await propose(stage, "Четвёртый")
    assert (await titles(stage))[3:] == ["4 Третий", "5 Первый", "6 Второй", "7 Четвёртый"]


@pytest.mark.parametrize("proposals", [(), ("Первый", "Второй")])
async def test_an_order_that_changes_nothing_is_no_news(
    stage: Any, proposals: tuple[str, ...]
) -> None:
    for title in proposals:
        await propose(stage, title)
    await stage.post(f"{AGENDA}/circulation")
    before = (await stage.get(AGENDA)).json()
    order = [await item_called(stage, title) for title in proposals]
    answer = await stage.put(f"{AGENDA}/order", {"items": order})
    assert (answer.status_code, answer.json()) == (200, before)
    assert len(await stage.said(AgendaCirculated)) == 1


async def test_an_agenda_is_adopted_in_the_meeting_without_what_it_leaves_out(stage: Any) -> None:
    await stage.tell(task())
    await propose(stage, "Первый")
    await propose(stage, "Второй")
    await stage.post(f"{AGENDA}/circulation")
    too_early = await stage.post(f"{AGENDA}/adoption", actor=CHAIR)
    assert (too_early.status_code, "open the meeting first" in too_early.text) == (409, True)
    await stage.tell(OPENED)
    left_out = await item_called(stage, "Первый")
    body = {"without": [left_out], "reason": "эксперты не готовы"}
    adopted = await stage.post(f"{AGENDA}/adoption", body, actor=CHAIR)
    assert adopted.json()["stage"] == "adopted"
    assert (await titles(stage))[4:] == ["4.1 Открыть зелёный коридор", "5 Второй"]
    (postponed,) = await stage.said(ItemPostponed)
    assert (postponed.item, postponed.reason) == (left_out, "эксперты не готовы")
    pool = (await stage.get("/mechanisms/customs-heads/pool")).json()
    assert [matter["title"] for matter in pool["carried"]] == ["Открыть зелёный коридор", "Первый"]
    assert not pool["proposals"]


async def test_a_postponed_item_stands_on_the_next_agenda_with_its_origin(stage: Any) -> None:
    await propose(stage, "Первый")
    await stage.post(f"{AGENDA}/circulation")
    await stage.tell(OPENED)
    await stage.post(f"{AGENDA}/adoption", actor=CHAIR)
    item = await item_called(stage, "Первый")
    body = {"item": item, "reason": "время вышло"}
    assert (await stage.post(f"{AGENDA}/postponements", body, actor=CHAIR)).status_code == 200
    again = await stage.post(f"{AGENDA}/postponements", body, actor=CHAIR)
    assert again.status_code == 409
    await stage.tell(CLOSED, convened("customs-heads-2028-1", date(2028, 9, 12)))
    await stage.post("/agendas/customs-heads-2028-1/circulation")
    items = (await stage.get("/agendas/customs-heads-2028-1")).json()["items"]
    (carried,) = [item for item in items if item["kind"] == "carried"]
    assert carried["number"] == "4.1"
    assert carried["serves"] == ["A15.1"]
    assert carried["origin"] == {
        "kind": "postponed",
        "id": item,
        "note": f"postponed at {MEETING}",
    }


async def test_an_open_task_comes_back_to_every_meeting_until_it_is_accepted(stage: Any) -> None:
    await stage.tell(task(), task(2))
    for year in (2028, 2029):
        meeting = f"customs-heads-{year}-1"
        await stage.tell(convened(meeting, date(year, 9, 12)))
    seen = []
    for year in (2027, 2028, 2029):
        meeting = f"customs-heads-{year}-1"
        await stage.post(f"/agendas/{meeting}/circulation")
        await stage.tell(OPENED.model_copy(update={"meeting": meeting}))
        await stage.post(f"/agendas/{meeting}/adoption", actor=CHAIR)
        await stage.tell(CLOSED.model_copy(update={"meeting": meeting}))
        items = (await stage.get(f"/agendas/{meeting}")).json()["items"]
        seen.append([item["origin"]["id"] for item in items if item["kind"] == "carried"])
        if year == 2027:
            await stage.tell(
                FollowUpAccepted(
                    mechanism="customs-heads",
                    follow_up=task().follow_up,
                    report=f"{task().follow_up}.r1",
                )
            )
    second = task(2).follow_up
    assert seen == [[task().follow_up, second], [second], [second]]


async def test_what_becomes_of_a_task_is_noted_at_its_item(stage: Any) -> None:
    await stage.tell(task())
    await stage.post(f"{AGENDA}/circulation")
    overdue = FollowUpOverdue(
        mechanism="customs-heads",
        follow_up=task().follow_up,
        party="kazakhstan",
        due=date(2027, 5, 1),
    )
    await stage.tell(overdue)
    items = (await stage.get(AGENDA)).json()["items"]
    (carried,) = [item for item in items if item["kind"] == "carried"]
    assert carried["origin"]["note"] == "Kazakhstan: overdue since 1 May 2027"
    extended = FollowUpExtended(
        mechanism="customs-heads",
        follow_up=task().follow_up,
        party="kazakhstan",
        due=date(2028, 5, 1),
        reason="тендер",
    )
    await stage.tell(extended)
    items = (await stage.get(AGENDA)).json()["items"]
    (carried,) = [item for item in items if item["kind"] == "carried"]
    assert carried["origin"]["note"] == "Kazakhstan: due 1 May 2028"


async def test_an_escalation_and_a_referral_come_to_the_body_they_are_for(stage: Any) -> None:
    await stage.tell(
        convened("heads-of-state-2027-1", date(2027, 10, 1), SUMMIT),
        FollowUpEscalated(
            mechanism="customs-heads",
            follow_up=task().follow_up,
            party="kazakhstan",
            task="Открыть зелёный коридор",
            due=date(2027, 5, 1),
            to="heads-of-state",
            serves=("A15.1",),
        ),
        ReferralMade(
            mechanism="customs-heads",
            referral="customs-heads-2027-d2.x",
            decision="CAC/CUSTOMS/2027/DEC/2",
            to="heads-of-state",
            title="Единое окно",
            serves=(),
        ),
    )
    await stage.post("/agendas/heads-of-state-2027-1/circulation")
    shown = await titles(stage, "/agendas/heads-of-state-2027-1")
    assert shown[-2:] == ["4.1 Открыть зелёный коридор", "4.2 Единое окно"]
    accepted = FollowUpAccepted(
        mechanism="customs-heads", follow_up=task().follow_up, report=f"{task().follow_up}.r1"
    )
    await stage.tell(accepted)
    shown = await titles(stage, "/agendas/heads-of-state-2027-1")
    assert shown[-1] == "4.1 Единое окно"


@pytest.mark.parametrize("meeting", [None, MEETING])
async def test_a_decision_by_silence_is_announced_when_no_meeting_took_it(
    stage: Any, meeting: str | None
) -> None:
    await stage.tell(
        DecisionAdopted(
            mechanism="customs-heads",
            symbol="CAC/CUSTOMS/2027/DEC/1",
            decision=DecisionText(text="Открыть.", assignments=(), serves=(), refer_to=None),
            mode=DecisionMode.SILENCE,
            meeting=meeting,
            item=None if meeting is None else f"{meeting}.i4",
        )
    )
    pool = (await stage.get("/mechanisms/customs-heads/pool")).json()
    announced = [matter["origin"]["id"] for matter in pool["carried"]]
    assert announced == ([] if meeting else ["CAC/CUSTOMS/2027/DEC/1"])


async def test_a_rescheduled_meeting_has_its_deadlines_moved(stage: Any) -> None:
    await stage.tell(
        MeetingRescheduled(
            mechanism="customs-heads",
            meeting=MEETING,
            span=on(date(2027, 9, 21)),
            place="Tashkent",
            previous=on(date(2027, 9, 14)),
            sequence=1,
            reason="наводнение",
        )
    )
    week = timedelta(days=7)
    await stage.advance(CIRCULATED_AT + week - A_MOMENT)
    assert not await stage.said(AgendaCirculated)
    await stage.advance(CIRCULATED_AT + week)
    assert len(await stage.said(AgendaCirculated)) == 1


async def test_a_meeting_convoked_at_short_notice_has_its_agenda_at_once(staged: Any) -> None:
    stage = await staged(agendas)
    await stage.tell(convened(day=date(2027, 1, 9)))
    await stage.advance(stage.clock.now())
    assert len(await stage.said(AgendaCirculated)) == 1


async def test_a_cancelled_meeting_leaves_its_matters_to_the_next(stage: Any) -> None:
    await propose(stage, "Первый")
    await stage.tell(
        MeetingCancelled(
            mechanism="customs-heads", meeting=MEETING, span=None, sequence=1, reason="-"
        ),
        convened("customs-heads-2027-2", date(2027, 11, 14)),
    )
    await stage.advance(CIRCULATED_AT)
    assert len(await stage.said(AgendaWithdrawn)) == 1
    assert not await stage.said(AgendaCirculated)
    await stage.post("/agendas/customs-heads-2027-2/circulation")
    assert (await titles(stage, "/agendas/customs-heads-2027-2"))[-1] == "4 Первый"


async def test_an_agenda_never_adopted_comes_to_nothing_when_the_meeting_closes(stage: Any) -> None:
    await propose(stage, "Первый")
    await stage.post(f"{AGENDA}/circulation")
    await stage.tell(OPENED, CLOSED)
    assert (await stage.get(AGENDA)).json()["stage"] == "withdrawn"
    pool = (await stage.get("/mechanisms/customs-heads/pool")).json()
    assert [proposal["title"] for proposal in pool["proposals"]] == ["Первый"]


@pytest.mark.parametrize(
    ("method", "path", "body", "actor", "status", "says"),
    [
        ("post", f"{AGENDA}/adoption", {}, CHAIR, 409, "circulate it first"),
        ("post", f"{AGENDA}/circulation", None, PARTY, 403, "only the secretary"),
        ("put", f"{AGENDA}/order", {"items": []}, "secretary", 409, "must be provisional"),
        ("post", f"{AGENDA}/postponements", {"item": "x", "reason": "y"}, CHAIR, 409, "adopted"),
        ("post", "/agendas/none/circulation", None, "secretary", 404, "nothing called none"),
        (
            "post",
            "/mechanisms/customs-heads/proposals",
            {"title": "x"},
            "secretary",
            403,
            "only a delegation",
        ),
        (
            "post",
            "/mechanisms/customs-heads/proposals",
            {"title": "x"},
            "mongolia/delegate",
            403,
            "no party here",
        ),
        (
            "post",
            "/mechanisms/customs-heads/proposals",
            {"title": "a\u0007b"},
            PARTY,
            422,
            "U+0007",
        ),
        (
            "post",
            "/mechanisms/customs-heads/proposals",
            {"title": "x", "serves": ["fifteen"]},
            PARTY,
            422,
            "serves",
        ),
        (
            "post",
            "/mechanisms/customs-heads/proposals",
            {"title": "x", "serves": ["A99.9"]},
            PARTY,
            422,
            "no agreement asks A99.9",
        ),
        ("post", "/mechanisms/nobody/proposals", {"title": "x"}, PARTY, 404, "no mechanism"),
        ("post", "/proposals/customs-heads.p9/withdrawal", None, PARTY, 404, "no proposal"),
        ("post", "/proposals/nonsense/withdrawal", None, PARTY, 404, "no"),
    ],
)
async def test_a_refused_command_says_why_and_changes_nothing(
    stage: Any, method: str, path: str, body: Any, actor: str, status: int, says: str
) -> None:
    before = await stage.envelopes()
    refused = await getattr(stage, method)(path, body, actor=actor)
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert says in refused.json()["detail"]
    assert await stage.envelopes() == before


@pytest.mark.parametrize("withhold", ["a standing item", "an item of another agenda"])
async def test_an_adoption_that_can_not_be_changes_nothing(stage: Any, withhold: str) -> None:
    await propose(stage, "Первый")
    await stage.post(f"{AGENDA}/circulation")
    await stage.tell(OPENED)
    item = {
        "a standing item": await item_called(stage, "Any other business"),
        "an item of another agenda": "customs-heads-2026-1.i4",
    }[withhold]
    refused = await stage.post(f"{AGENDA}/adoption", {"without": [item]}, actor=CHAIR)
    assert refused.status_code in {404, 422}
    assert not await stage.said(AgendaAdopted)
    assert not await stage.said(ItemPostponed)
