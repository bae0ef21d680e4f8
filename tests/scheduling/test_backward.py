"""From a date to all that is due because of it, and again when the date changes."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.mechanisms import MilestoneKind, Rules
from events.meetings import MilestonesMet, MilestonesSet, Turn
from events.moments import Moment
from services.agendas.service import agendas
from services.scheduling.rules import backward
from services.scheduling.rules.meeting import Meeting, Stage, lasting
from services.scheduling.service import scheduling
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from tests.conftest import CUSTOMS, PARTIES, START

NAMES = tuple(party.id for party in PARTIES)
SIX = Calendar(tuple(Office.of(party) for party in PARTIES))
WHEN = {"wall": "2027-05-13T09:00:00", "zone": "Asia/Shanghai", "minutes": 480}
KINDS = (
    MilestoneKind.INVITATION,
    MilestoneKind.NOMINATIONS,
    MilestoneKind.PROPOSALS,
    MilestoneKind.DOCUMENTS,
    MilestoneKind.TRANSLATION,
    MilestoneKind.PROVISIONAL_AGENDA,
    MilestoneKind.MINUTES,
    MilestoneKind.COMMENTS,
    MilestoneKind.SILENCE,
)
LATER = {**WHEN, "wall": "2027-06-17T09:00:00"}


def meeting(rules: Rules, on: date = date(2027, 5, 13)) -> Meeting:
    starts = Moment.at_wall(datetime(on.year, on.month, on.day, 9), "Asia/Shanghai")  # noqa: DTZ001
    return Meeting(
        id="customs-heads-2027-1",
        mechanism="customs-heads",
        year=2027,
        ordinal=1,
        title="Heads of customs",
        turn=Turn(host="china", chair="china", because="first in the order"),
        parties=NAMES,
        stage=Stage.SCHEDULED,
        span=lasting(starts, timedelta(hours=8)),
        rules=rules,
    )


def planned(meeting: Meeting, now: datetime = START) -> dict[MilestoneKind, Any]:
    (event,) = backward.plan(meeting, SIX, now=now)
    assert isinstance(event, MilestonesSet)
    return {one.kind: one for one in event.milestones}


def test_calendar_days_are_counted_from_the_hour_of_the_meeting() -> None:
    found = planned(meeting(CUSTOMS.rules))
    assert str(found[MilestoneKind.PROPOSALS].due).startswith("2027-04-13 09:00 Asia/Shanghai")
    assert str(found[MilestoneKind.MINUTES].due).startswith("2027-05-27 17:00 Asia/Shanghai")
    assert str(found[MilestoneKind.COMMENTS].due).startswith("2027-06-06 17:00 Asia/Shanghai")
    assert str(found[MilestoneKind.SILENCE].due).startswith("2027-06-09 17:00 Asia/Shanghai")


def test_working_days_leave_out_what_the_host_does_not_work() -> None:
    """China rests from 1 to 3 October 2027 at least, whatever the notice will say."""
    kinds = (MilestoneKind.PROVISIONAL_AGENDA,)
    rules = CUSTOMS.rules.model_copy(update={"working_days": kinds, "circulation_days": 3})
    due = planned(meeting(rules, date(2027, 10, 11)))[MilestoneKind.PROVISIONAL_AGENDA].due
    worked = SIX.working_days(due.wall.date(), date(2027, 10, 10), "china")
    assert len(worked) == 3
    assert worked[0] == due.wall.date()
    assert due.wall.hour == 9


@given(
    st.dates(date(2027, 3, 1), date(2027, 12, 1)),
    st.integers(30, 90),
    st.integers(0, 90),
    st.sets(st.sampled_from(MilestoneKind)),
)
def test_milestones_are_in_order_and_none_precedes_the_invitation(
    on: date, notice: int, nominations: int, working: set[MilestoneKind]
) -> None:
    rules = CUSTOMS.rules.model_copy(
        update={
            "notice_days": notice,
            "nomination_days": nominations,
            "working_days": tuple(sorted(working)),
        }
    )
    found = list(planned(meeting(rules, on)).values())
    assert {one.kind for one in found} == set(MilestoneKind)
    dues = [one.due.at for one in found]
    assert dues == sorted(dues)
    by_kind = {one.kind: one.due.at for one in found}
    assert min(dues) == by_kind[MilestoneKind.INVITATION]
    assert all(one.late == (one.due.at <= START) for one in found)


@pytest.fixture
async def stage(staged: Any) -> Any:
    found = await staged(scheduling, agendas)
    await found.post("/meetings", {"mechanism": "customs-heads", "year": 2027})
    return found


async def convoked(stage: Any, **more: Any) -> Any:
    body = {"when": WHEN, "place": "Xi'an", **more}
    answer = await stage.post("/meetings/customs-heads-2027-1/convocation", body)
    assert answer.is_success, answer.text
    return {one["kind"]: one for one in answer.json()["milestones"]}


async def test_a_convocation_sets_all_that_is_due_and_meets_the_invitation(stage: Any) -> None:
    found = await convoked(stage)
    assert set(found) == set(MilestoneKind)
    assert found["invitation"]["met"] == "2027-01-04T06:00:00Z"
    assert not any(one["late"] for one in found.values())
    assert len(await stage.said(MilestonesSet)) == 1


async def test_a_date_that_makes_something_past_says_which(stage: Any) -> None:
    soon = {**WHEN, "wall": "2027-02-01T09:00:00"}
    found = await convoked(stage, when=soon, short_notice=True)
    late = {kind for kind, one in found.items() if one["late"]}
    assert late == {"invitation", "nominations", "proposals"}


async def test_a_reschedule_keeps_what_was_met_and_says_why(stage: Any) -> None:
    await convoked(stage)
    noted = await stage.post("/meetings/customs-heads-2027-1/milestones/nominations")
    assert noted.is_success
    await stage.advance(datetime(2027, 4, 14, tzinfo=UTC))
    assert [kind for e in await stage.said(MilestonesMet) for kind in e.kinds] == [
        "invitation",
        "nominations",
        "proposals",
    ]
    reason = {"when": LATER, "reason": "Государственный визит"}
    moved = await stage.post("/meetings/customs-heads-2027-1/move", reason)
    found = {one["kind"]: one for one in moved.json()["milestones"]}
    assert found["proposals"]["met"] is not None
    assert found["proposals"]["due"]["at"].startswith("2027-04-13")
    assert found["provisional_agenda"]["due"]["at"].startswith("2027-06-03")
    _, anew = await stage.said(MilestonesSet)
    assert anew.reason == "Государственный визит"
    due = (await stage.get("/meetings/customs-heads-2027-1/deadlines")).json()
    said = {one["kind"]: (one["rule"], one["setting"], one["reason"]) for one in due}
    assert said["proposals"] == ("30 days before 13 May 2027", "proposals_days", None)
    assert said["documents"] == ("24 days before the beginning", "document_days", reason["reason"])
    assert [one["kind"] for one in due if one["kept"]] == ["invitation", "nominations", "proposals"]
    assert [one["kind"] for one in due] == list(KINDS), "as they follow by the new date"
    assert list(found) == list(KINDS)


async def test_what_was_met_in_another_zone_is_told_in_that_of_the_meeting(stage: Any) -> None:
    await convoked(stage)
    when = {"wall": "2027-06-17T12:00:00", "zone": "Asia/Tashkent", "minutes": 240}
    elsewhere = {"when": when, "reason": "R", "place": "Tashkent", "despite_clashes": True}
    assert (await stage.post("/meetings/customs-heads-2027-1/move", elsewhere)).is_success
    due = (await stage.get("/meetings/customs-heads-2027-1/deadlines")).json()
    assert {one["due"]["zone"] for one in due} == {"Asia/Tashkent"}
    assert due[0]["rule"] == "60 days before 13 May 2027"
    assert due[0]["due"]["at"] == "2027-03-14T01:00:00Z"


async def test_a_last_day_that_a_move_put_into_the_past_comes_again_with_the_next_move(
    stage: Any,
) -> None:
    await convoked(stage)
    path = "/meetings/customs-heads-2027-1"
    soon = {"when": {**WHEN, "wall": "2027-01-20T09:00:00"}, "reason": "R", "short_notice": True}
    assert (await stage.post(f"{path}/move", soon)).is_success
    await stage.advance(START + timedelta(minutes=1))
    early = {one["kind"]: one for one in (await stage.get(path)).json()["milestones"]}
    assert early["proposals"]["late"]
    assert early["proposals"]["met"]
    moved = await stage.post(f"{path}/move", {"when": LATER, "reason": "R"})
    found = {one["kind"]: one for one in moved.json()["milestones"]}
    assert found["proposals"]["met"] is None
    assert found["proposals"]["due"]["at"].startswith("2027-05-18")
    assert found["invitation"]["met"]
    await stage.advance(START + timedelta(minutes=2))
    agenda = (await stage.get("/agendas/customs-heads-2027-1")).json()
    assert agenda["due"]["proposals"].startswith("2027-05-18")


async def test_agendas_follow_the_plan_in_working_days(stage: Any) -> None:
    rules = CUSTOMS.rules.model_copy(
        update={"version": 2, "working_days": (MilestoneKind.PROVISIONAL_AGENDA,)}
    )
    await stage.tell(CUSTOMS.model_copy(update={"rules": rules}))
    found = await convoked(stage)
    due = datetime.fromisoformat(found["provisional_agenda"]["due"]["at"])
    assert due < datetime(2027, 4, 25, tzinfo=UTC), "14 working days, and May holidays"
    await stage.advance(due - timedelta(minutes=1))
    agenda = (await stage.get("/agendas/customs-heads-2027-1")).json()
    assert agenda["stage"] == "collecting"
    await stage.advance(due)
    agenda = (await stage.get("/agendas/customs-heads-2027-1")).json()
    assert agenda["stage"] == "provisional"
    meeting = (await stage.get("/meetings/customs-heads-2027-1")).json()
    met = {one["kind"] for one in meeting["milestones"] if one["met"]}
    assert met == {"invitation", "proposals", "provisional_agenda"}


async def test_only_the_secretary_notes_what_is_done_and_only_what_is_due(stage: Any) -> None:
    path = "/meetings/customs-heads-2027-1/milestones/translation"
    assert "convoke it first" in (await stage.post(path)).json()["detail"]
    await convoked(stage)
    assert (await stage.post(path, actor="china/delegate")).status_code == 403
    assert (await stage.post(path)).is_success
    again = await stage.post(path)
    assert (again.status_code, "done already, on 4 January 2027" in again.text) == (409, True)
    assert [e.kinds for e in await stage.said(MilestonesMet)] == [("invitation",), ("translation",)]
