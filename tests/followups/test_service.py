"""Follow-ups as their callers see them: opened by decisions, moved by people, called by time."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from events.agendas import AgendaAdopted, AgendaItem, ItemKind, Origin, OriginKind
from events.decisions import Assignment, DecisionAdopted, DecisionText
from events.followups import (
    FollowUpEscalated,
    FollowUpOpened,
    FollowUpOverdue,
    FollowUpReminded,
    FollowUpReported,
    FollowUpReturned,
    ReferralMade,
    ReferralTaken,
)
from events.mechanisms import DecisionMode
from events.meetings import MeetingOpened, RestrictionSet
from services.followups.service import followups
from tests.conftest import CUSTOMS

KEY = "customs-heads-2027-d1-kazakhstan"
PATH = f"/follow-ups/{KEY}"
PARTY = "kazakhstan/coordinator Ә. Қасымова"
REPORT = {"text": "Дәліз ашылды", "evidence": "https://customs.example/kz"}
ENDS = datetime(2027, 3, 15, 19, tzinfo=UTC)


def decision(
    number: int = 1, refer_to: str | None = None, mechanism: str = "customs-heads", **tasks: str
) -> DecisionAdopted:
    return DecisionAdopted(
        mechanism=mechanism,
        symbol=f"CAC/CUSTOMS/2027/DEC/{number}",
        decision=DecisionText(
            text="Открыть зелёные коридоры.",
            assignments=tuple(
                Assignment(party=party, task=task, due=date(2027, 3, 15))
                for party, task in (tasks or {"kazakhstan": "Открыть коридор"}).items()
            ),
            serves=("A15.1",),
            refer_to=refer_to,
        ),
        mode=DecisionMode.CONSENSUS,
        meeting="customs-heads-2027-1",
        item="customs-heads-2027-1.i4",
    )


@pytest.fixture
async def stage(staged: Any) -> Any:
    stage = await staged(followups)
    await stage.tell(decision())
    return stage


async def standing(stage: Any) -> Any:
    return (await stage.get(PATH)).json()


async def test_a_decision_opens_one_follow_up_for_each_task(stage: Any) -> None:
    told = decision(2, kazakhstan="Первая", china="第一")
    twice = (*told.decision.assignments, Assignment(party="china", task="第二"))
    await stage.tell(
        told.model_copy(
            update={"decision": told.decision.model_copy(update={"assignments": twice})}
        )
    )
    opened = {event.follow_up: event for event in await stage.said(FollowUpOpened)}
    assert set(opened) == {
        KEY,
        *(f"customs-heads-2027-d2-{x}" for x in ("kazakhstan", "china", "china-2")),
    }
    by_rules = opened["customs-heads-2027-d2-china-2"]
    assert (by_rules.task, by_rules.due) == ("第二", date(2027, 1, 4) + timedelta(days=120))


OPENED = MeetingOpened(
    mechanism="customs-heads",
    meeting="customs-heads-2027-1",
    chair="china",
    attendance=(),
    quorum=4,
)


async def test_who_presides_judges_reports_and_nobody_its_own(stage: Any) -> None:
    await stage.post(f"{PATH}/report", REPORT, actor=PARTY)
    for actor in ("china/chair", "kazakhstan/chair", "china/delegate"):
        assert (await stage.post(f"{PATH}/acceptance", actor=actor)).status_code == 403
    await stage.tell(OPENED.model_copy(update={"chair": "kazakhstan"}))
    own = await stage.post(f"{PATH}/acceptance", actor="kazakhstan/chair")
    assert (own.status_code, "does not judge its own report" in own.text) == (403, True)
    await stage.tell(OPENED, CUSTOMS.model_copy(update={"level": "told again"}))
    assert (await stage.post(f"{PATH}/acceptance", actor="china/chair")).status_code == 200


async def test_a_task_is_reported_returned_reported_again_and_accepted(stage: Any) -> None:
    await stage.tell(OPENED)
    assert (await stage.post(f"{PATH}/report", REPORT, actor=PARTY)).json()["stage"] == "reported"
    returned = await stage.post(f"{PATH}/return", {"reason": "нет ссылки"}, actor="china/chair")
    assert returned.json()["stage"] == "open"
    await stage.post(f"{PATH}/report", REPORT, actor=PARTY)
    accepted = await stage.post(f"{PATH}/acceptance")
    assert accepted.json()["stage"] == "accepted"
    assert [r["id"] for r in accepted.json()["reports"]] == [f"{KEY}.r1", f"{KEY}.r2"]
    said = [e.report for e in await stage.said(FollowUpReported)]
    assert said == [f"{KEY}.r1", f"{KEY}.r2"]
    assert len(await stage.said(FollowUpReturned)) == 1


async def test_an_open_task_is_reminded_of_overdue_and_escalated_each_at_its_instant(
    stage: Any,
) -> None:
    await stage.advance(ENDS + timedelta(days=300))
    times = {
        e.type: e.time
        for e in await stage.envelopes()
        if e.type in {FollowUpReminded.type, FollowUpOverdue.type, FollowUpEscalated.type}
    }
    assert times == {
        FollowUpReminded.type: ENDS - timedelta(days=14),
        FollowUpOverdue.type: ENDS,
        FollowUpEscalated.type: ENDS + timedelta(days=30),
    }
    (escalated,) = await stage.said(FollowUpEscalated)
    assert escalated.to == "heads-of-state"
    assert (await standing(stage))["stage"] == "escalated"


async def test_a_report_in_time_silences_all_deadlines(stage: Any) -> None:
    await stage.post(f"{PATH}/report", REPORT, actor=PARTY)
    await stage.advance(ENDS + timedelta(days=300))
    for kind in (FollowUpReminded, FollowUpOverdue, FollowUpEscalated):
        assert await stage.said(kind) == []


async def test_a_command_at_the_very_end_of_the_day_finds_the_task_overdue(stage: Any) -> None:
    await stage.clock.set(ENDS)
    late = await stage.post(f"{PATH}/report", REPORT, actor=PARTY)
    assert late.json()["stage"] == "reported"
    order = [e.type for e in await stage.envelopes()]
    assert order.index(FollowUpOverdue.type) < order.index(FollowUpReported.type)


async def test_a_report_returned_after_the_day_is_overdue_again_and_escalated_in_time(
    stage: Any,
) -> None:
    await stage.post(f"{PATH}/report", REPORT, actor=PARTY)
    await stage.advance(ENDS + timedelta(days=3))
    returned = await stage.post(f"{PATH}/return", {"reason": "мало"})
    assert returned.json()["stage"] == "overdue"
    await stage.advance(ENDS + timedelta(days=30))
    assert (await standing(stage))["stage"] == "escalated"


async def test_a_report_returned_twice_after_the_day_is_overdue_twice(stage: Any) -> None:
    for _ in range(2):
        await stage.post(f"{PATH}/report", REPORT, actor=PARTY)
        await stage.advance(max(stage.clock.now(), ENDS + timedelta(days=1)))
        await stage.post(f"{PATH}/return", {"reason": "мало"})
    assert len(await stage.said(FollowUpOverdue)) == 2


async def test_an_extension_opens_what_was_overdue_and_moves_its_deadlines(stage: Any) -> None:
    await stage.advance(ENDS + timedelta(days=1))
    extended = await stage.post(f"{PATH}/extension", {"due": "2027-06-01", "reason": "Тендер"})
    assert (extended.json()["stage"], extended.json()["due"]) == ("open", "2027-06-01")
    await stage.advance(ENDS + timedelta(days=31))
    assert await stage.said(FollowUpEscalated) == []
    await stage.advance(datetime(2027, 6, 1, 19, tzinfo=UTC))
    assert len(await stage.said(FollowUpOverdue)) == 2


async def test_a_decision_that_is_referred_is_taken_when_the_other_body_has_it(stage: Any) -> None:
    await stage.tell(decision(3, refer_to="heads-of-state"))
    (made,) = await stage.said(ReferralMade)
    item = AgendaItem(
        item="heads-of-state-2027-1.i5",
        number="3.1",
        title=made.title,
        kind=ItemKind.CARRIED,
        origin=Origin(kind=OriginKind.REFERRAL, id=made.referral),
    )
    await stage.tell(
        AgendaAdopted(mechanism="heads-of-state", meeting="heads-of-state-2027-1", items=(item,))
    )
    (taken,) = await stage.said(ReferralTaken)
    assert (taken.mechanism, taken.to, taken.item) == ("customs-heads", "heads-of-state", item.item)
    listed = (await stage.get("/referrals", to="heads-of-state")).json()["items"]
    assert [(r["id"], r["stage"], r["meeting"]) for r in listed] == [
        (made.referral, "taken", "heads-of-state-2027-1")
    ]


async def test_a_referral_does_not_name_the_restricted_meeting_that_took_it(stage: Any) -> None:
    there = {"mechanism": "heads-of-state", "meeting": "heads-of-state-2027-1"}
    await stage.tell(decision(3, refer_to="heads-of-state"))
    (made,) = await stage.said(ReferralMade)
    item = AgendaItem(
        item="heads-of-state-2027-1.i5",
        number="3.1",
        title=made.title,
        kind=ItemKind.CARRIED,
        origin=Origin(kind=OriginKind.REFERRAL, id=made.referral),
    )
    await stage.tell(
        AgendaAdopted(**there, items=(item,)), RestrictionSet(**there, restricted=True)
    )
    assert (await stage.get(f"/referrals/{made.referral}")).json()["meeting"] is None
    (listed,) = (await stage.get("/referrals")).json()["items"]
    assert (listed["stage"], listed["meeting"]) == ("taken", None)


async def test_a_follow_up_is_referred_once_to_each_body(stage: Any) -> None:
    assert (await stage.post(f"{PATH}/referral", {"to": "heads-of-state"})).status_code == 201
    again = await stage.post(f"{PATH}/referral", {"to": "heads-of-state"})
    assert again.status_code == 409
    assert "already" in again.json()["detail"]


@pytest.mark.parametrize(
    ("path", "body", "actor", "status", "says"),
    [
        ("/report", REPORT, "china/delegate", 403, "only kazakhstan, whose task it is"),
        ("/report", REPORT, "secretary", 403, "only kazakhstan, whose task it is"),
        ("/report", {**REPORT, "evidence": "javascript:alert(1)"}, PARTY, 422, "evidence"),
        ("/report", {**REPORT, "text": "a\u0007b"}, PARTY, 422, "U+0007"),
        ("/report", {**REPORT, "text": "  "}, PARTY, 422, "blank"),
        ("/acceptance", None, "secretary", 409, "no report to judge"),
        ("/acceptance", None, PARTY, 403, "only the secretary may judge"),
        ("/return", {"reason": "x"}, "secretary", 409, "no report to judge"),
        ("/extension", {"due": "2027-03-15", "reason": "x"}, "secretary", 422, "later day"),
        ("/extension", {"due": "2027-02-30", "reason": "x"}, "secretary", 422, "due"),
        ("/extension", {"due": "9999-12-31", "reason": "x"}, "secretary", 422, "ten years ahead"),
        ("/extension", {"due": "2028-01-01", "reason": "x"}, PARTY, 403, "only the secretary"),
        ("/withdrawal", {"reason": "x"}, PARTY, 403, "only the secretary"),
        ("/referral", {"to": "customs-heads"}, "secretary", 422, "not to its own"),
        ("/referral", {"to": "nobody"}, "secretary", 422, "no mechanism called nobody"),
    ],
)
async def test_a_refused_command_says_why_and_changes_nothing(
    stage: Any, path: str, body: Any, actor: str, status: int, says: str
) -> None:
    envelopes, before = await stage.envelopes(), await standing(stage)
    refused = await stage.post(f"{PATH}{path}", body, actor=actor)
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert says in refused.json()["detail"]
    assert await stage.envelopes() == envelopes
    assert await standing(stage) == before


async def test_a_decision_that_is_heard_again_opens_nothing_again(stage: Any) -> None:
    worker = stage.program.workers["followups"]
    await worker.receiver.deliver(await stage.envelopes())
    await stage.program.settle()
    assert len(await stage.said(FollowUpOpened)) == 1


async def test_follow_ups_are_found_by_what_they_are_searched_by(stage: Any) -> None:
    await stage.tell(decision(2, china="任务"))
    await stage.post(f"{PATH}/report", REPORT, actor=PARTY)
    found = {
        name: [f["party"] for f in (await stage.get("/follow-ups", **wanted)).json()["items"]]
        for name, wanted in {
            "party": {"party": "china"},
            "stage": {"stage": "reported"},
            "decision": {"decision": "CAC/CUSTOMS/2027/DEC/2"},
            "other": {"mechanism": "heads-of-state"},
        }.items()
    }
    assert found == {
        "party": ["china"],
        "stage": ["kazakhstan"],
        "decision": ["china"],
        "other": [],
    }
    assert (await stage.get("/follow-ups", stage="lost")).status_code == 422
