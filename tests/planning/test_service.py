"""A year on the stage: asked for, searched, proposed, accepted, planned again."""

import asyncio
import csv
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree as ET

import httpx
import pytest

from events.mechanisms import CoordinatorNamed, MilestoneKind, RulesAmended
from events.meetings import (
    MeetingPlanned,
    MeetingRescheduled,
    TurnDeclined,
    TurnsSwapped,
    TurnTakenBack,
)
from events.moments import written
from events.plans import (
    PlanAsked,
    PlanDateDropped,
    PlanDismissed,
    PlanFailed,
    Planned,
    PlanPartAccepted,
    YearPlanned,
)
from events.polls import PollOpened, PollWithdrawn
from events.vocabulary import Actor
from services.planning import searching
from services.planning.rules.brief import Brief
from services.planning.rules.headway import Scale
from services.planning.rules.plan import Pains
from services.planning.service import planning
from services.planning.tables import PartyRow, SearchRow
from services.planning.timetable.answer import Progress
from services.scheduling.commands.planned import ANSWERING
from services.scheduling.service import scheduling
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from tests.conftest import CUSTOMS, PARTIES, START, SUMMIT, Stage, Staging, serving
from tests.faults.copies import until

SERVICES = (planning, scheduling)
FIRST = "plan-2028-1"


@pytest.fixture
async def stage(staged: Staging, postgres_url: str | None) -> Stage:
    found: Stage = await staged(*SERVICES, known=False, url=postgres_url)
    await found.tell(SUMMIT, CUSTOMS)
    return found


@pytest.fixture
async def embedded(staged: Any) -> Stage:
    found: Stage = await staged(*SERVICES)
    return found


async def searched(stage: Stage) -> None:
    """Let the service make what it is asked for."""
    database = stage.program.workers["planning"].database
    while await searching.step(database, stage.clock):
        pass
    await stage.program.settle()


async def proposed(stage: Stage, path: str = "/plans", **body: Any) -> dict[str, Any]:
    """The plan that comes of asking for one."""
    asked = await stage.post(path, body if path != "/plans" else {"year": 2028, **body})
    assert asked.status_code == 201, asked.text
    assert asked.json()["stage"] == "making"
    await searched(stage)
    plan: dict[str, Any] = (await stage.get(f"/plans/{asked.json()['id']}")).json()
    assert plan["stage"] == "proposed", plan
    return plan


def dates(plan: dict[str, Any]) -> dict[str, str]:
    return {one["meeting"]: one["first"] for one in plan["meetings"]}


async def convoked(stage: Stage, poll: str, place: str = "Самарканд", **more: str) -> date:
    """Close a poll at its first slot; the date that the meeting has then."""
    choice = {"slot": "s1", "place": place, "despite_answers": True, **more}
    answer = await stage.post(f"/polls/{poll}/closing", choice)
    assert answer.status_code == 200, answer.text
    return datetime.fromisoformat(answer.json()["span"]["starts"]["at"]).date()


async def test_a_plan_is_asked_for_searched_and_proposed(stage: Stage) -> None:
    plan = await proposed(stage)
    assert plan["id"] == FIRST
    assert set(dates(plan)) == {"heads-of-state-2028-1", "customs-heads-2028-1"}
    (asked,) = await stage.said(PlanAsked)
    (told,) = await stage.said(YearPlanned)
    assert (asked.plan, told.plan, asked.mechanism) == (FIRST, FIRST, "heads-of-state")
    assert [one.model_dump(mode="json") for one in told.meetings] == plan["meetings"]
    assert told.holiday_data.startswith("holidays ")
    progress = (await stage.get(f"/plans/{FIRST}/progress")).json()
    assert (progress["stage"], progress["plan"]) == ("proposed", FIRST)
    assert progress["now"]["best"] == {"left_out": 0, "moved": 0, "wishes": plan["cost"]}
    assert plan["cost"] == sum(wish["cost"] for one in plan["meetings"] for wish in one["broken"])
    listed = (await stage.get("/plans", year=2028, stage="proposed")).json()
    assert [one["id"] for one in listed["items"]] == [FIRST]


async def test_what_is_said_anew_of_a_party_is_known_to_both(stage: Stage) -> None:
    china, *others = CUSTOMS.parties
    renamed = china.model_copy(update={"capital_names": ("北平",)})
    await stage.post("/mechanisms/customs-heads/rotation/declines", {"reason": "Выборы"})
    await stage.tell(CUSTOMS.model_copy(update={"parties": (renamed, *others)}))
    routine = (await stage.get("/parties/china/routine")).json()
    assert routine["facts"]["capital_names"] == ["北平"]
    async with stage.program.workers["planning"].database.read() as session:
        row = await session.get_one(PartyRow, "china")
    assert "北平" in row.facts
    withdrawn = "/mechanisms/customs-heads/rotation/declines/china/withdrawal"
    again = await stage.post(withdrawn, {"reason": "Их не будет"})
    assert again.json()["queue"][0] == "china"


async def test_an_accepted_part_becomes_polls_and_the_rest_waits(stage: Stage) -> None:
    plan = await proposed(stage)
    path = f"/plans/{FIRST}/acceptance"
    part = await stage.post(path, {"bodies": ["customs-heads"]})
    assert (part.json()["stage"], part.json()["accepted"]) == ("proposed", ["customs-heads"])
    (opened,) = await stage.said(PollOpened)
    assert opened.meeting == "customs-heads-2028-1"
    asked = {str(slot.span.starts.wall.date()) for slot in opened.slots}
    assert dates(plan)["customs-heads-2028-1"] in asked
    again = await stage.post(path, {"bodies": ["customs-heads"]})
    assert again.status_code == 409
    assert "are accepted already" in again.json()["detail"]
    unsaid: dict[str, Any]
    for unsaid in ({}, {"bodies": []}, {"bodies": ["heads-of-state"], "all": True}):
        refused = await stage.post(path, unsaid)
        assert refused.status_code == 422
        assert 'or say "all": true' in refused.json()["detail"]
    rest = await stage.post(path, {"all": True})
    assert rest.json()["stage"] == "accepted"
    first = {one["meeting"]: one["first"] for one in plan["meetings"]}
    polled = {one.meeting: one for one in await stage.said(PollOpened)}
    assert {id_: str(one.of_plan and one.of_plan.on) for id_, one in polled.items()} == first
    poll = polled["customs-heads-2028-1"]
    assert poll.of_plan is not None
    assert first[poll.meeting] in {str(slot.span.starts.wall.date()) for slot in poll.slots}
    page = (await stage.http.get(f"/polls/{poll.poll}")).text
    assert f'the date of <a href="/plans/{FIRST}">{FIRST}</a>' in page
    accepted = await stage.said(PlanPartAccepted)
    assert [event.mechanism for event in accepted] == ["customs-heads", "heads-of-state"]
    hosts = {event.meeting: event.turn.host for event in await stage.said(MeetingPlanned)}
    assert hosts == {one["meeting"]: one["host"] for one in plan["meetings"]}


async def test_after_a_cancellation_the_body_gets_another_date_and_nobody_else_moves(
    stage: Stage,
) -> None:
    before = await proposed(stage)
    await stage.post(f"/plans/{FIRST}/acceptance", {"all": True})
    polls = {event.meeting: event.poll for event in await stage.said(PollOpened)}
    summit = await convoked(stage, polls["heads-of-state-2028-1"])
    await convoked(stage, polls["customs-heads-2028-1"])
    gone = {"reason": "The host cannot hold it"}
    await stage.post("/meetings/customs-heads-2028-1/cancellation", gone)
    after = await proposed(stage, f"/plans/{FIRST}/replanning")
    assert after["based_on"] == FIRST
    assert set(dates(after)) == {"heads-of-state-2028-1", "customs-heads-2028-2"}
    assert dates(after)["heads-of-state-2028-1"] == str(summit)
    assert after["moved"] == []
    new = next(one for one in after["meetings"] if one["mechanism"] == "customs-heads")
    old = next(one for one in before["meetings"] if one["mechanism"] == "customs-heads")
    assert (new["host"], new["firm"]) == (old["host"], False)


async def test_a_confirmed_meeting_on_a_new_holiday_moves_when_its_delegations_agree(
    stage: Stage,
) -> None:
    await proposed(stage)
    await stage.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    (opened,) = await stage.said(PollOpened)
    on = await convoked(stage, opened.poll)
    ruling = {
        "on": str(on),
        "ruling": "holiday",
        "name": "Мавлид",
        "source": "Decree 112",
        "dated": "2027-01-04",
    }
    ruled = await stage.post("/parties/uzbekistan/routine/days", ruling)
    assert ruled.status_code == 200, ruled.text
    plan = await proposed(stage, f"/plans/{FIRST}/replanning")
    (moved,) = plan["moved"]
    assert (moved["meeting"], moved["previous"]) == ("customs-heads-2028-1", str(on))
    assert (moved["confirmed"], moved["asked"]) == (True, False)
    assert "a day off in Uzbekistan: Мавлид" in moved["because"]
    assert "<small>convoked</small>" in (await stage.http.get(f"/plans/{plan['id']}")).text
    answer = await stage.post(f"/plans/{plan['id']}/acceptance", {"bodies": ["customs-heads"]})
    assert answer.status_code == 200, answer.text
    *_, asked = await stage.said(PollOpened)
    assert asked.meeting == "customs-heads-2028-1"
    assert str(asked.reason).startswith("The plan of the year has another date for the meeting")
    assert opened.reason is None
    again = await proposed(stage, f"/plans/{plan['id']}/replanning")
    assert again["moved"] == []
    customs = next(one for one in again["meetings"] if one["mechanism"] == "customs-heads")
    assert (customs["first"], customs["firm"]) == (moved["first"], True)
    again_asked = {"meetings": ["customs-heads-2028-1"]}
    refused = await stage.post(f"/plans/{again['id']}/acceptance", again_asked)
    assert f"stands on {written(date.fromisoformat(moved['first']))}" in refused.json()["detail"]
    others = await stage.post(f"/plans/{again['id']}/acceptance", {"all": True})
    assert others.status_code == 200, others.text
    assert await stage.said(PollWithdrawn) == []
    await convoked(stage, asked.poll, reason="Мавлид")
    (event,) = await stage.said(MeetingRescheduled)
    assert event.previous.starts.wall.date() == on
    assert event.span.starts.wall.date() != on


async def test_a_meeting_is_where_it_was_convoked_once_nobody_is_asked_to_move_it(
    stage: Stage,
) -> None:
    before = await proposed(stage)
    await stage.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    (opened,) = await stage.said(PollOpened)
    on = await convoked(stage, opened.poll)
    other = next(one for one in before["meetings"] if one["mechanism"] == "heads-of-state")
    fixed = [{"mechanism": "customs-heads", "on": other["first"]}]
    plan = await proposed(stage, f"/plans/{FIRST}/replanning", wanted={"fixed": fixed})
    body = {"meetings": ["customs-heads-2028-1"]}
    answer = await stage.post(f"/plans/{plan['id']}/acceptance", body)
    assert answer.status_code == 200, answer.text
    poll = "customs-heads-2028-1.poll2"
    assert (await stage.post(f"/polls/{poll}/withdrawal", {"reason": "It stays"})).is_success
    after = await proposed(stage, f"/plans/{plan['id']}/replanning", wanted={"fixed": []})
    assert dates(after)["customs-heads-2028-1"] == str(on)


async def test_a_date_that_is_asked_about_is_not_planned_as_if_it_were_free(stage: Stage) -> None:
    before = await proposed(stage)
    await stage.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    refused = await stage.post("/plans", {"year": 2028})
    assert refused.status_code == 409
    assert f"secretariat plan replan {FIRST}" in refused.json()["detail"]
    assert (await stage.post("/plans", {"year": 2029})).status_code == 201
    await searched(stage)
    fixed = [{"mechanism": "heads-of-state", "on": dates(before)["customs-heads-2028-1"]}]
    after = await proposed(stage, f"/plans/{FIRST}/replanning", wanted={"fixed": fixed})
    moved = {one["meeting"]: one for one in after["moved"]}
    customs, summit = moved["customs-heads-2028-1"], moved["heads-of-state-2028-1"]
    assert (customs["confirmed"], customs["asked"]) == (True, True)
    assert (
        "heads-of-state-2028-1: China hosts both, and a plan keeps 5 whole days"
        in customs["because"]
    )
    assert summit["because"].startswith("it is fixed on ")
    page = (await stage.http.get(f"/plans/{after['id']}")).text
    assert "<small>asked about</small>" in page
    assert ">convoked<" not in page
    await stage.post(f"/plans/{after['id']}/acceptance", {"all": True})
    (withdrawn,) = await stage.said(PollWithdrawn)
    assert withdrawn.poll == "customs-heads-2028-1.poll1"
    on = date.fromisoformat(dates(after)["customs-heads-2028-1"])
    assert written(on) in withdrawn.reason
    polls = {event.poll for event in await stage.said(PollOpened)}
    assert {"customs-heads-2028-1.poll1", "customs-heads-2028-1.poll2"} < polls


async def test_a_plan_and_who_takes_it_hear_that_a_convoked_meeting_may_move_near_to_a_date(
    embedded: Stage,
) -> None:
    await proposed(embedded)
    await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    (opened,) = await embedded.said(PollOpened)
    await convoked(embedded, opened.poll)
    plan = await proposed(embedded, f"/plans/{FIRST}/replanning")
    on = dates(plan)["heads-of-state-2028-1"]
    ask = {
        "slots": [{"wall": f"{on}T09:30:00", "zone": "Asia/Tashkent", "minutes": 240}],
        "closes": {"wall": "2027-11-01T18:00:00", "zone": "Asia/Tashkent"},
        "ask_again": True,
        "reason": "Выборы",
    }
    asked = await embedded.post("/meetings/customs-heads-2028-1/polls", ask)
    assert asked.status_code == 201, asked.text
    await embedded.program.settle()
    moves = f"a poll asks whether customs-heads-2028-1 moves to {written(date.fromisoformat(on))}: "
    fixed = [{"mechanism": "heads-of-state", "on": on}]
    after = await proposed(embedded, f"/plans/{plan['id']}/replanning", wanted={"fixed": fixed})
    summit = next(one for one in after["meetings"] if one["mechanism"] == "heads-of-state")
    assert [each["cost"] for each in summit["broken"] if each["text"].startswith(moves)] == [30]
    path, body = f"/plans/{after['id']}", {"bodies": ["heads-of-state"]}
    assert moves in (await embedded.http.get(path)).text
    (about,) = (await embedded.post(f"{path}/acceptance", body)).json()["about"]
    assert [text.startswith(moves) for text in about["near"]] == [True]
    await embedded.post("/meetings/customs-heads-2028-1/restriction", {"restricted": True})
    await embedded.program.settle()
    assert "a poll asks whether" not in (await embedded.http.get(path)).text


async def test_a_page_offers_to_let_a_summit_move_instead_of_telling_of_an_option(
    embedded: Stage,
) -> None:
    await proposed(embedded)
    await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["heads-of-state"]})
    (opened,) = await embedded.said(PollOpened)
    await convoked(embedded, opened.poll)
    ready = {"bodies": [{"mechanism": "customs-heads", "prepares": True}]}
    plan = await proposed(embedded, f"/plans/{FIRST}/replanning", wanted=ready)
    assert "(--release)" in str(plan["meetings"])
    path = f"/plans/{plan['id']}"
    page = (await embedded.http.get(path)).text
    assert "--release" not in page
    assert "until a replan releases it (mark it under “Plan it again”)" in page
    assert 'name="release" value="heads-of-state-2028-1"' in page
    body, actor = {"release": "heads-of-state-2028-1"}, {"actor": "secretary"}
    sent = await embedded.http.post(f"{path}/replan", data=body, headers=actor)
    assert sent.status_code == 303
    await searched(embedded)
    after = (await embedded.get("/plans/plan-2028-3")).json()
    assert [one["meeting"] for one in after["moved"]] == ["heads-of-state-2028-1"]
    old = (await embedded.http.get(path)).text
    assert "until a replan releases it</span>" in old
    wrong = await embedded.http.post(
        "/plans/plan-2028-3/replan", data={"release": "no such"}, headers=actor
    )
    assert wrong.status_code == 422
    assert "mark the meetings that may move" in wrong.text


async def asked_by_hand(stage: Stage, *parties: str) -> None:
    """The secretary opens a poll about a meeting of customs, and these parties can come."""
    await stage.post("/meetings", {"mechanism": "customs-heads", "year": 2028})
    ask = {
        "slots": [{"wall": "2028-05-10T09:30:00", "zone": "Asia/Tashkent", "minutes": 240}],
        "closes": {"wall": "2028-01-20T18:00:00", "zone": "Asia/Tashkent"},
    }
    opened = await stage.post("/meetings/customs-heads-2028-1/polls", ask)
    assert opened.status_code == 201, opened.text
    await answered_by_hand(stage, "yes", *parties)


async def answered_by_hand(stage: Stage, word: str, *parties: str) -> None:
    for party in parties:
        said = {"answers": {"s1": word}}
        answer = await stage.post(
            "/polls/customs-heads-2028-1.poll1/answers", said, actor=f"{party}/coordinator"
        )
        assert answer.status_code == 200, answer.text


async def test_a_poll_with_answers_is_not_withdrawn_for_a_plan_unless_that_is_said(
    stage: Stage,
) -> None:
    await asked_by_hand(stage, "kazakhstan", "china")
    await proposed(stage)
    path = f"/plans/{FIRST}/acceptance"
    for part in ({"bodies": ["customs-heads"]}, {"all": True}):
        refused = await stage.post(path, part)
        assert refused.status_code == 409
        said = "customs-heads-2028-1.poll1 is open, and 2 delegations have answered it"
        assert said in refused.json()["detail"]
        assert "or say ask_again" in refused.json()["detail"]
    assert await stage.said(PlanPartAccepted) == []
    assert await stage.said(PollWithdrawn) == []
    page = await stage.http.get(f"/plans/{FIRST}")
    assert said in page.text
    plan = (await stage.get(f"/plans/{FIRST}")).json()
    (asking,) = plan["polls"]
    assert (asking["poll"], asking["answered"]) == ("customs-heads-2028-1.poll1", True)
    assert (dates(plan)["customs-heads-2028-1"], asking["kept"]) == ("2028-05-10", True)
    marks = re.findall(r'name="body" value="([^"]+)"', page.text)
    assert marks == ["heads-of-state", "customs-heads"]
    marked = {"body": "customs-heads"}
    form = f"/plans/{FIRST}/accept"
    wrong = await stage.http.post(form, data=marked, headers={"actor": "secretary"})
    assert (wrong.status_code, "mark that they are asked again" in wrong.text) == (422, True)
    again = {**marked, "again": "on"}
    taken = await stage.http.post(form, data=again, headers={"actor": "secretary"})
    assert taken.status_code == 303
    await stage.program.settle()
    (withdrawn,) = await stage.said(PollWithdrawn)
    assert withdrawn.poll == "customs-heads-2028-1.poll1"


async def test_a_poll_that_nobody_has_answered_gives_way_to_a_plan(stage: Stage) -> None:
    await asked_by_hand(stage)
    await proposed(stage)
    page = (await stage.http.get(f"/plans/{FIRST}")).text
    taken = await stage.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    assert taken.status_code == 200, taken.text
    (about,) = taken.json()["about"]
    assert "poll1 is open, and no delegation has answered it; it asks" in page
    assert about["withdrawn"] == ["customs-heads-2028-1.poll1"]
    (withdrawn,) = await stage.said(PollWithdrawn)
    assert withdrawn.poll == "customs-heads-2028-1.poll1"


async def test_a_date_that_every_party_refused_is_neither_accepted_nor_asked_again(
    stage: Stage,
) -> None:
    await asked_by_hand(stage)
    assert dates(await proposed(stage))["customs-heads-2028-1"] == "2028-05-10"
    await answered_by_hand(stage, "no", *(party.id for party in PARTIES))
    await stage.program.settle()
    part = {"bodies": ["customs-heads"], "ask_again": True}
    refused = await stage.post(f"/plans/{FIRST}/acceptance", part)
    assert refused.status_code == 409
    said = "was to meet on 10 May 2028, which every party has refused in a poll; make another"
    assert said in refused.json()["detail"]
    after = await proposed(stage, f"/plans/{FIRST}/replanning")
    moved = {one["meeting"]: one["because"] for one in after["moved"]}
    assert moved["customs-heads-2028-1"] == "every party refused 10 May 2028"
    beside = [{"mechanism": "customs-heads", "on": "2028-05-11"}]
    other = await proposed(stage, wanted={"fixed": beside})
    taken = await stage.post(f"/plans/{other['id']}/acceptance", part)
    assert taken.status_code == 200, taken.text
    opened = (await stage.said(PollOpened))[-1]
    asked = [str(slot.span.starts.wall.date()) for slot in opened.slots]
    assert "2028-05-11" in asked
    assert "2028-05-10" not in asked


async def test_a_search_goes_on_beside_everything_and_ends_with_the_best_so_far_when_asked(
    stage: Stage,
) -> None:
    """The wish that nobody can keep leaves something to search for."""
    worker = stage.program.workers["planning"]
    never = {"first": "2028-01-01", "last": "2028-12-31", "text": "any day", "weight": 1}
    wanted = {"periods": [never], "bodies": MANY}
    await stage.post("/plans", {"year": 2028, "pains": {"work": 600}, "wanted": wanted})
    errand = asyncio.create_task(searching.search_for_ever(worker.database, stage.clock))

    async def found() -> bool:
        return ((await stage.get(f"/plans/{FIRST}/progress")).json()["now"] or {}).get(
            "best"
        ) is not None

    async def over() -> bool:
        return bool((await stage.get(f"/plans/{FIRST}")).json()["stage"] != "making")

    await until(found)
    assert not await over()
    assert (await stage.get("/meetings")).status_code == 200
    await stage.post(f"/plans/{FIRST}/interruption")
    await until(over)
    errand.cancel()
    with suppress(asyncio.CancelledError):
        await errand
    plan = (await stage.get(f"/plans/{FIRST}")).json()
    assert (plan["stage"], plan["interrupted"]) == ("proposed", True)
    assert len(plan["meetings"]) + len(plan["left_out"]) == 13


MANY = [{"mechanism": "customs-heads", "meetings": 12}]


async def test_a_search_that_a_crash_ended_begins_anew_and_finds_the_same(
    embedded: Stage,
) -> None:
    worker = embedded.program.workers["planning"]
    await embedded.post("/plans", {"year": 2028, "pains": {"seed": 3}})
    cut = asyncio.create_task(searching.step(worker.database, embedded.clock))
    await asyncio.sleep(0)
    cut.cancel()
    with suppress(asyncio.CancelledError):
        await cut
    assert (await embedded.get(f"/plans/{FIRST}")).json()["stage"] == "making"
    await searched(embedded)
    first = (await embedded.get(f"/plans/{FIRST}")).json()
    second = await proposed(embedded, pains={"seed": 3})
    assert first["meetings"] == second["meetings"]


def no_plan(_: searching.Search) -> None:
    """A search that finds none."""


def broken(_: searching.Search) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize(
    ("search", "pains", "interrupted", "says"),
    [
        (no_plan, {}, False, "give it more work"),
        (no_plan, {"seconds": 0.1}, False, "give it more seconds"),
        (no_plan, {}, True, "interrupted before it found any plan"),
        (broken, {}, False, "ZeroDivisionError"),
    ],
)
async def test_a_search_that_found_nothing_fails_and_says_why(
    embedded: Stage,
    monkeypatch: pytest.MonkeyPatch,
    search: Any,
    pains: Mapping[str, Any],
    interrupted: bool,
    says: str,
) -> None:
    monkeypatch.setattr(searching.Search, "run", search)
    await embedded.post("/plans", {"year": 2028, "pains": pains})
    if interrupted:
        await embedded.post(f"/plans/{FIRST}/interruption")
    await searched(embedded)
    (failed,) = await embedded.said(PlanFailed)
    assert says in failed.reason
    kept = (await embedded.get(f"/plans/{FIRST}")).json()
    assert (kept["stage"], kept["reason"]) == ("failed", failed.reason)
    refused = await embedded.post(f"/plans/{FIRST}/replanning", {})
    assert refused.status_code == 409
    page = await embedded.http.get(f"/plans/{FIRST}")
    assert "2028, not planned" in page.text


async def test_what_an_earlier_version_cannot_say_any_more_fails_alone(embedded: Stage) -> None:
    """The brief of a plan that waits, and of one that was proposed, are of an older form."""
    await proposed(embedded)
    for _ in range(2):
        await embedded.post("/plans", {"year": 2028, "pains": {"work": 0.5}})
    for number in (1, 2):
        async with embedded.program.workers["planning"].database.write() as session:
            row = await session.get_one(SearchRow, f"plan-2028-{number}")
            row.brief = '{"year": 2028, "bodies": []}'
            session.put(row)
    await searched(embedded)
    (failed,) = await embedded.said(PlanFailed)
    assert failed.plan == "plan-2028-2"
    assert "ask for another plan of the year" in failed.reason
    stages = [(await embedded.get(f"/plans/plan-2028-{n}")).json()["stage"] for n in (1, 2, 3)]
    assert stages == ["proposed", "failed", "proposed"]
    pages = [(await embedded.http.get(f"/plans/plan-2028-{n}")).text for n in (1, 2)]
    assert "Heads of customs" in pages[0]
    assert "ask for another plan of the year" in pages[1]
    accepted = await embedded.post(f"/plans/{FIRST}/acceptance", {"all": True})
    picture = await embedded.get(f"/plans/{FIRST}/picture.svg")
    assert (accepted.status_code, picture.status_code) == (409, 409)
    assert "an earlier version" in accepted.json()["detail"]


async def test_searches_come_in_the_order_in_which_they_were_asked_for(
    embedded: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching.Search, "run", no_plan)
    asked = [(await embedded.post("/plans", {"year": 2029})).json()["id"]]
    await embedded.advance(START + timedelta(minutes=1))
    asked += [(await embedded.post("/plans", {"year": 2028})).json()["id"] for _ in range(10)]
    await searched(embedded)
    assert asked[-1] == "plan-2028-10"
    assert [failed.plan for failed in await embedded.said(PlanFailed)] == asked


async def test_the_same_key_asks_for_one_plan(embedded: Stage) -> None:
    asked = [await embedded.post("/plans", {"year": 2028}, idempotency_key="k") for _ in range(2)]
    assert asked[0].json() == asked[1].json()
    assert len((await embedded.get("/plans")).json()["items"]) == 1


async def test_only_the_secretary_plans(embedded: Stage) -> None:
    await proposed(embedded)
    for path, body in (
        ("/plans", {"year": 2028}),
        (f"/plans/{FIRST}/replanning", {}),
        (f"/plans/{FIRST}/interruption", None),
        (f"/plans/{FIRST}/acceptance", {"all": True}),
        (f"/plans/{FIRST}/dismissal", {"reason": "мы против"}),
    ):
        refused = await embedded.post(path, body, actor="china/chair")
        assert refused.status_code == 403, path


async def test_who_saw_an_older_plan_accepts_nothing(embedded: Stage) -> None:
    seen = (await embedded.get(f"/plans/{(await proposed(embedded))['id']}")).headers["etag"]
    path = f"/plans/{FIRST}/acceptance"
    first = await embedded.post(path, {"bodies": ["customs-heads"]}, if_match=seen)
    assert first.status_code == 200
    second = await embedded.post(path, {"bodies": ["heads-of-state"]}, if_match=seen)
    assert second.status_code == 412
    assert second.json()["current"]["accepted"] == ["customs-heads"]


async def test_dates_that_contradict_are_refused_and_nothing_is_kept(embedded: Stage) -> None:
    fixed = [
        {"mechanism": "heads-of-state", "on": "2028-06-15"},
        {"mechanism": "customs-heads", "on": "2028-06-16"},
    ]
    refused = await embedded.post("/plans", {"year": 2028, "wanted": {"fixed": fixed}})
    assert refused.status_code == 422
    detail = refused.json()["detail"]
    assert "Heads of state (heads-of-state-2028-1) is fixed on 15 June 2028" in detail
    assert "Heads of customs (customs-heads-2028-1) on 16 June 2028" in detail
    assert "China hosts both, with no whole day between; a plan keeps 5; move one of th" in detail
    assert (await embedded.get("/plans")).json()["items"] == []
    assert await embedded.said(PlanAsked) == []


@pytest.mark.parametrize(
    ("body", "status", "complaint"),
    [
        ({"year": 2026}, 409, "2026 is over"),
        ({"year": 2028, "pains": {"work": 1, "seconds": 1}}, 422, "either how much work"),
        ({"year": 2028, "wanted": {"settings": {"avoid_months": [13]}}}, 422, "no month 13"),
        (
            {
                "year": 2028,
                "wanted": {
                    "periods": [{"first": "2028-05-02", "last": "2028-05-01", "text": "五一"}]
                },
            },
            422,
            "before it begins",
        ),
        (
            {"year": 2028, "wanted": {"bodies": [{"mechanism": "no-such-body"}]}},
            422,
            "no mechanism called no-such-body",
        ),
        ({"year": 2028, "sooner": True}, 422, "sooner"),
        (
            {"year": 2028, "wanted": {"settings": "soon"}},
            422,
            "wanted.settings: write names with values, like {host_gap_days: 5}, not soon",
        ),
        (
            {"year": 2028, "wanted": {"settings": {"weights": {"wek": 1}}}},
            422,
            "wanted.settings.weights.wek: there is nothing of that name; write one of rhythm, ",
        ),
        (
            {"year": 2028, "wanted": {"fixed": {"mechanism": "customs-heads"}}},
            422,
            "wanted.fixed: write a list, like [{mechanism: heads-of-state, on: 2027-06-17}], not ",
        ),
        (
            {"year": 2028, "wanted": {"fixed": [{"mechanism": "customs-heads"}]}},
            422,
            "wanted.fixed.0.on: this is missing; write it like on: 2027-06-17",
        ),
        (
            {
                "year": 2028,
                "wanted": {"fixed": [{"mechanism": "customs-heads", "on": "2028-02-30"}]},
            },
            422,
            "wanted.fixed.0.on: there is no 2028-02-30; write a date that there is, like ",
        ),
        (
            {"year": 2028, "wanted": {"settings": {"avoid_months": ["July"]}}},
            422,
            "wanted.settings.avoid_months.0: write a whole number, like 7, not July",
        ),
        (
            {"year": 2028, "wanted": {"settings": {"host_gap_days": 61}}},
            422,
            "wanted.settings.host_gap_days: write 60 or less, not 61",
        ),
    ],
)
async def test_what_makes_no_sense_is_refused(
    embedded: Stage, body: dict[str, Any], status: int, complaint: str
) -> None:
    refused = await embedded.post("/plans", body)
    assert refused.status_code == status, refused.text
    assert complaint in refused.text


async def test_a_part_that_the_plan_lacks_is_refused(embedded: Stage) -> None:
    await proposed(embedded)
    refused = await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["think-tanks"]})
    assert refused.status_code == 422
    assert f"{FIRST} has no date of think-tanks to accept" in refused.json()["detail"]
    assert (await embedded.post("/plans/nothing/acceptance", {"all": True})).status_code == 404


async def test_a_plan_that_was_overtaken_is_not_accepted(embedded: Stage) -> None:
    await proposed(embedded)
    await embedded.post("/meetings", {"mechanism": "customs-heads", "year": 2028})
    await embedded.post(
        "/meetings/customs-heads-2028-1/convocation",
        {
            "when": {"wall": "2028-09-12T09:00:00", "zone": "Asia/Tashkent", "minutes": 240},
            "place": "Ташкент",
        },
    )
    refused = await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    assert refused.status_code == 409
    assert f"was convoked since {FIRST} was made" in refused.json()["detail"]
    after = await proposed(embedded, f"/plans/{FIRST}/replanning")
    customs = next(one for one in after["meetings"] if one["mechanism"] == "customs-heads")
    assert (customs["first"], customs["firm"]) == ("2028-09-12", True)


async def test_dates_of_two_plans_that_do_not_know_of_each_other_are_not_both_taken(
    embedded: Stage,
) -> None:
    for mechanism in ("heads-of-state", "customs-heads"):
        fixed = [{"mechanism": mechanism, "on": "2028-06-15"}]
        await proposed(embedded, wanted={"fixed": fixed})
    await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["heads-of-state"]})
    other = "/plans/plan-2028-2/acceptance"
    refused = await embedded.post(other, {"bodies": ["customs-heads"]})
    assert refused.status_code == 409
    detail = refused.json()["detail"]
    assert f"asked about dates of {FIRST}, of which plan-2028-2 does not know" in detail
    assert f"secretariat plan replan {FIRST}" in detail
    rest = await embedded.post(f"/plans/{FIRST}/acceptance", {"all": True})
    assert rest.json()["stage"] == "accepted"


async def test_a_date_too_near_to_one_that_was_convoked_since_is_not_taken(embedded: Stage) -> None:
    for mechanism in ("heads-of-state", "customs-heads"):
        fixed = [{"mechanism": mechanism, "on": "2028-06-15"}]
        await proposed(embedded, wanted={"fixed": fixed})
    await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["heads-of-state"]})
    (opened,) = await embedded.said(PollOpened)
    on = await convoked(embedded, opened.poll)
    refused = await embedded.post("/plans/plan-2028-2/acceptance", {"bodies": ["customs-heads"]})
    assert refused.status_code == 409
    detail = refused.json()["detail"]
    assert f"heads-of-state-2028-1 on {written(on)}" in detail
    assert "customs-heads-2028-1 on 15 June 2028" in detail
    assert "China hosts both, with 2 whole days between; a plan keeps 5" in detail
    after = await proposed(embedded, "/plans/plan-2028-2/replanning", wanted={})
    accepted = await embedded.post(f"/plans/{after['id']}/acceptance", {"all": True})
    assert accepted.json()["stage"] == "accepted"


async def test_a_plan_gives_way_to_one_that_was_made_from_it_until_that_is_dismissed(
    embedded: Stage,
) -> None:
    await proposed(embedded)
    second = (await proposed(embedded, f"/plans/{FIRST}/replanning"))["id"]
    await embedded.post(f"/plans/{second}/dismissal", {"reason": "Мы ждём выборов"})
    third = (await proposed(embedded, f"/plans/{second}/replanning"))["id"]
    refused = await embedded.post(f"/plans/{FIRST}/acceptance", {"all": True})
    assert refused.status_code == 409
    detail = refused.json()["detail"]
    assert f"{third} was made from {FIRST} and takes its place" in detail
    assert f"accept dates of {third}, dismiss it first, or make another from it: " in detail
    forked = await embedded.post(f"/plans/{FIRST}/replanning", {})
    assert (forked.status_code, forked.json()["detail"]) == (409, detail)
    await embedded.post(f"/plans/{third}/dismissal", {"reason": "Мы ждём выборов"})
    assert (await embedded.post(f"/plans/{FIRST}/acceptance", {"all": True})).status_code == 200


async def test_a_plan_of_whose_successor_delegations_are_asked_is_replaced_for_good(
    embedded: Stage,
) -> None:
    await proposed(embedded, pains={"work": 0.5})
    second = (await proposed(embedded, f"/plans/{FIRST}/replanning"))["id"]
    await embedded.post(f"/plans/{second}/acceptance", {"bodies": ["customs-heads"]})
    way_on = f"accept dates of {second}, or make another from it: secretariat plan replan {second}"

    async def refusal() -> str:
        refused = await embedded.post(f"/plans/{FIRST}/acceptance", {"all": True})
        assert refused.status_code == 409
        return str(refused.json()["detail"])

    assert (await refusal()).endswith(f"takes its place; {way_on}")
    anew = await embedded.post("/plans", {"year": 2028})
    assert (anew.status_code, anew.json()["detail"].endswith(way_on)) == (409, True)
    await embedded.post(f"/plans/{second}/dismissal", {"reason": "Мы ждём выборов"})
    again = f"make another from it: secretariat plan replan {second}"
    assert (await refusal()).endswith(f"takes its place; {again}")
    listed = (await embedded.get("/plans")).json()["items"]
    assert [one["replaced_by"] for one in listed] == [second, None]
    assert (await embedded.get(f"/plans/{FIRST}")).json()["replaced_by"] == second
    page = (await embedded.http.get(f"/plans/{FIRST}")).text
    assert f'replaced by <a href="/plans/{second}">' in page
    assert "Take it" not in page
    register = (await embedded.http.get("/plans")).text
    assert f'replaced</span><small>by <a href="/plans/{second}">' in register
    third = (await proposed(embedded, f"/plans/{second}/replanning"))["id"]
    accepted = await embedded.post(f"/plans/{third}/acceptance", {"all": True})
    assert accepted.status_code == 200, accepted.text


TWICE = [{"mechanism": "customs-heads", "meetings": 2}]


async def test_one_meeting_of_a_body_is_taken_and_one_that_was_let_stand_is_left_alone(
    embedded: Stage,
) -> None:
    await proposed(embedded, wanted={"bodies": TWICE}, pains={"work": 0.5})
    marks = (await embedded.http.get(f"/plans/{FIRST}")).text
    assert 'name="meeting" value="customs-heads-2028-2"' in marks
    taken = await embedded.post(
        f"/plans/{FIRST}/acceptance", {"meetings": ["customs-heads-2028-2"]}
    )
    after = taken.json()
    assert (after["stage"], after["accepted"], after["taken"]) == (
        "proposed",
        [],
        ["customs-heads-2028-2"],
    )
    assert [one["meeting"] for one in after["about"]] == ["customs-heads-2028-2"]
    assert [event.meeting for event in await embedded.said(PollOpened)] == ["customs-heads-2028-2"]
    twice = await embedded.http.post(
        f"/plans/{FIRST}/accept",
        data={"meeting": "customs-heads-2028-2"},
        headers={"actor": "secretary"},
    )
    assert "the dates of customs-heads-2028-2 are accepted already" in twice.text
    assert "1 date" not in (await embedded.http.get("/plans")).text
    again = await embedded.post(
        f"/plans/{FIRST}/acceptance", {"meetings": ["customs-heads-2028-2"]}
    )
    assert (again.status_code, "are accepted already" in again.json()["detail"]) == (409, True)
    rest = (await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})).json()
    assert [one["meeting"] for one in rest["about"]] == ["customs-heads-2028-1"]
    assert (rest["accepted"], rest["taken"]) == (["customs-heads"], [])
    on = [await convoked(embedded, f"customs-heads-2028-{number}.poll1") for number in (1, 2)]
    for day in on:
        ruling = {"on": str(day), "ruling": "holiday", "name": "Навруз", "source": "Decree 112"}
        dated = {**ruling, "dated": str(START.date())}
        assert (await embedded.post("/parties/china/routine/days", dated)).status_code == 200
    second = await proposed(embedded, f"/plans/{FIRST}/replanning")
    assert {one["meeting"] for one in second["moved"]} >= {
        "customs-heads-2028-1",
        "customs-heads-2028-2",
    }
    settled = {"reason": "Китай согласен"}
    await embedded.post("/rechecks/customs-heads-2028-1/settlement", settled)
    path = f"/plans/{second['id']}/acceptance"
    refused = await embedded.post(path, {"bodies": ["customs-heads"]})
    assert refused.status_code == 409
    assert "customs-heads-2028-1 need not move any more" in refused.json()["detail"]
    alone = await embedded.post(path, {"meetings": ["customs-heads-2028-2"]})
    assert alone.status_code == 200, alone.text
    assert alone.json()["about"] == [
        {
            "meeting": "customs-heads-2028-2",
            "first": dates(second)["customs-heads-2028-2"],
            "instead_of": str(on[1]),
            "withdrawn": [],
            "near": [],
        }
    ]
    polls = [event.poll for event in await embedded.said(PollOpened)]
    assert polls[2:] == ["customs-heads-2028-2.poll2"]


async def test_a_date_that_has_passed_is_named_and_none_of_the_body_is_taken(
    embedded: Stage,
) -> None:
    plan = await proposed(embedded, wanted={"bodies": TWICE})
    first = dates(plan)["customs-heads-2028-1"]
    await embedded.advance(datetime.fromisoformat(f"{first}T06:00:00+00:00"))
    refused = await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    assert refused.status_code == 409
    detail = refused.json()["detail"]
    on = written(date.fromisoformat(first))
    assert f"customs-heads-2028-1 was to meet on {on}, which has passed" in detail
    assert f"secretariat plan replan {FIRST}" in detail
    assert (await embedded.get("/meetings")).json()["items"] == []


async def test_a_date_that_is_a_day_off_by_now_is_named_and_another_is_planned(
    embedded: Stage,
) -> None:
    first = dates(await proposed(embedded))["customs-heads-2028-1"]
    mourning = {"ruling": "holiday", "name": "День траура", "source": "Указ", "dated": "2027-01-04"}
    ruled = await embedded.post("/parties/uzbekistan/routine/days", {"on": first, **mourning})
    assert ruled.status_code == 200, ruled.text
    part = {"bodies": ["customs-heads"]}
    refused = await embedded.post(f"/plans/{FIRST}/acceptance", part)
    assert refused.status_code == 409
    assert refused.json()["detail"] == (
        "customs-heads-2028-1 can no longer be held as planned: "
        f"{written(date.fromisoformat(first))} is a day off in Uzbekistan: День траура; make "
        f"another from it: secretariat plan replan {FIRST}"
    )
    after = await proposed(embedded, f"/plans/{FIRST}/replanning")
    assert dates(after)["customs-heads-2028-1"] != first
    assert (await embedded.post(f"/plans/{after['id']}/acceptance", part)).status_code == 200


async def test_a_date_is_not_taken_beside_what_was_convoked_beyond_new_year_since(
    embedded: Stage,
) -> None:
    fixed = [{"mechanism": "customs-heads", "on": "2028-12-29"}]
    plan = await proposed(embedded, wanted={"fixed": fixed})
    assert dates(plan)["customs-heads-2028-1"] == "2028-12-29"
    await embedded.post("/meetings", {"mechanism": SUMMIT.mechanism, "year": 2029})
    when = {"wall": "2029-01-03T10:00:00", "zone": "Asia/Shanghai", "minutes": 240}
    called = {"when": when, "place": "北京", "despite_clashes": True}
    answer = await embedded.post("/meetings/heads-of-state-2029-1/convocation", called)
    assert answer.status_code == 200, answer.text
    refused = await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    assert refused.json()["detail"].startswith(
        "customs-heads-2028-1 cannot be on 29 December 2028: heads-of-state-2029-1 is on "
        "3 January 2029: China hosts both, and a plan keeps 5 whole days between; make another"
    )


async def test_a_meeting_keeps_the_id_and_the_host_that_the_plan_gave_it(embedded: Stage) -> None:
    """The one before it has no date in the plan: it is intended only."""
    asked = Planned(
        mechanism="customs-heads",
        meeting="customs-heads-2028-2",
        host="kazakhstan",
        first=date(2028, 9, 12),
        last=date(2028, 9, 12),
    )
    passed = asked.model_copy(
        update={"meeting": "customs-heads-2028-3", "first": START.date(), "last": START.date()}
    )
    await embedded.tell(
        PlanPartAccepted(
            mechanism="customs-heads", plan=FIRST, year=2028, meetings=(asked, passed)
        ),
        by=Actor.parse("secretary"),
    )
    items = (await embedded.get("/meetings")).json()["items"]
    assert [(one["id"], one["turn"]["host"]) for one in items] == [
        ("customs-heads-2028-1", "china"),
        ("customs-heads-2028-2", "kazakhstan"),
    ]
    (dropped,) = await embedded.said(PlanDateDropped)
    assert (dropped.meeting, dropped.because) == (passed.meeting, "4 January 2027 has passed")
    assert [event.meeting for event in await embedded.said(PollOpened)] == [asked.meeting]


async def test_a_poll_of_a_plan_ends_in_time_for_notice_in_working_days(embedded: Stage) -> None:
    """For a calendar it would be three weeks; forty days of China's have to follow."""
    change = {"version": 2, "notice_days": 40, "working_days": (MilestoneKind.INVITATION,)}
    rules = CUSTOMS.rules.model_copy(update=change)
    on = {"first": date(2027, 3, 18), "last": date(2027, 3, 18)}
    this = {"mechanism": "customs-heads", "meeting": "customs-heads-2027-1", "host": "china"}
    asked = Planned.model_validate(this | on)
    part = PlanPartAccepted(mechanism="customs-heads", plan=FIRST, year=2027, meetings=(asked,))
    await embedded.tell(RulesAmended(mechanism="customs-heads", rules=rules))
    await embedded.tell(part, by=Actor.parse("secretary"))
    (opened,) = await embedded.said(PollOpened)
    office = Office.of(next(party for party in PARTIES if party.id == "china"))
    worked = Calendar((office,)).working_days(
        opened.closes.wall.date(), min(slot.span.starts.wall.date() for slot in opened.slots)
    )
    assert len(worked) > 40
    assert opened.closes.at < START + ANSWERING


async def test_a_date_that_could_not_be_convoked_any_more_is_refused_with_its_last_day_and_moves(
    embedded: Stage,
) -> None:
    first = date.fromisoformat(dates(await proposed(embedded))["customs-heads-2028-1"])
    latest = first - timedelta(days=CUSTOMS.rules.notice_days + 3)
    await embedded.advance(datetime.fromisoformat(f"{latest + timedelta(days=1)}T06:00:00+00:00"))
    part = {"bodies": ["customs-heads"]}
    refused = await embedded.post(f"/plans/{FIRST}/acceptance", part)
    assert refused.status_code == 409
    assert (
        f"customs-heads-2028-1 on {written(first)} had to be accepted by {written(latest)}, for "
        "delegations to "
        "answer and for 60 days' notice; make another from it: secretariat plan replan"
    ) in refused.json()["detail"]
    after = await proposed(embedded, f"/plans/{FIRST}/replanning")
    assert dates(after)["customs-heads-2028-1"] > str(first)
    (why,) = [one["because"] for one in after["moved"] if one["mechanism"] == "customs-heads"]
    assert re.fullmatch("no date before .* 2028 leaves time to ask and to convoke", why)
    taken = await embedded.post(f"/plans/{after['id']}/acceptance", part)
    assert taken.status_code == 200, taken.text


async def test_on_the_last_day_only_dates_are_asked_that_can_be_convoked_after_the_poll(
    embedded: Stage,
) -> None:
    first = date.fromisoformat(dates(await proposed(embedded))["customs-heads-2028-1"])
    latest = first - timedelta(days=CUSTOMS.rules.notice_days + 3)
    await embedded.advance(datetime.fromisoformat(f"{latest}T13:00:00+00:00"))
    taken = await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    assert taken.status_code == 200, taken.text
    (opened,) = await embedded.said(PollOpened)
    assert str(first) == min(str(slot.span.starts.wall.date()) for slot in opened.slots)
    assert opened.closes.at - embedded.clock.now() > timedelta(days=1)
    await embedded.advance(opened.closes.at + timedelta(hours=3))
    earliest = min(opened.slots, key=lambda slot: slot.span.starts.at)
    choice = {"slot": earliest.slot, "place": "北京", "despite_answers": True}
    chosen = await embedded.post(f"/polls/{opened.poll}/closing", choice)
    assert chosen.status_code == 200, chosen.text


async def test_scheduling_asks_nobody_about_a_date_for_which_notice_has_run_out(
    embedded: Stage,
) -> None:
    """It may hear of the acceptance days later."""
    on = {"first": date(2027, 3, 5), "last": date(2027, 3, 5)}
    this = {"mechanism": "customs-heads", "meeting": "customs-heads-2027-1", "host": "china"}
    part = PlanPartAccepted(
        mechanism="customs-heads",
        plan=FIRST,
        year=2027,
        meetings=(Planned.model_validate(this | on),),
    )
    await embedded.tell(part, by=Actor.parse("secretary"))
    (dropped,) = await embedded.said(PlanDateDropped)
    assert dropped.because == (
        "the rules ask for 60 days' notice, so that delegations had to be asked about 5 March "
        "2027 by 1 January 2027"
    )
    assert await embedded.said(PollOpened) == []
    assert (await embedded.get("/meetings")).json()["items"] == []


async def test_a_plan_with_another_host_than_whose_turn_it_is_now_is_not_accepted(
    embedded: Stage,
) -> None:
    await proposed(embedded)
    declines = "/mechanisms/customs-heads/rotation/declines"
    await embedded.post(declines, {"reason": "Выборы"}, actor="china/coordinator")
    await embedded.program.settle()
    refused = await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    assert refused.status_code == 409
    assert (
        "customs-heads-2028-1 is to be hosted by Kazakhstan, and no longer by China as in "
        f"{FIRST}: China declined on 4 January 2027: Выборы; make another from it"
    ) in refused.json()["detail"]
    second = (await proposed(embedded, f"/plans/{FIRST}/replanning"))["id"]
    accepted = await embedded.post(f"/plans/{second}/acceptance", {"bodies": ["customs-heads"]})
    assert accepted.status_code == 200
    (opened,) = await embedded.said(PollOpened)
    meeting = (await embedded.get(f"/meetings/{opened.meeting}")).json()
    assert meeting["turn"]["host"] == "kazakhstan"


async def test_a_turn_that_is_declined_while_dates_are_accepted_is_told_and_nobody_asked(
    embedded: Stage,
) -> None:
    """Scheduling hears of the acceptance after the party has declined."""
    await proposed(embedded)
    accepting = embedded.http.post(
        f"/api/v1/plans/{FIRST}/acceptance",
        json={"bodies": ["customs-heads"]},
        headers={"actor": "secretary"},
    )
    assert (await accepting).status_code == 200
    declines = "/mechanisms/customs-heads/rotation/declines"
    await embedded.post(declines, {"reason": "Выборы"}, actor="china/coordinator")
    plan = (await embedded.get(f"/plans/{FIRST}")).json()
    because = "Kazakhstan hosts it, and no longer China: China declined on 4 January 2027: Выборы"
    assert plan["dropped"]["customs-heads-2028-1"] == because
    assert "customs-heads-2028-1.poll1" not in [
        event.poll for event in await embedded.said(PollOpened)
    ]
    page = (await embedded.http.get(f"/plans/{FIRST}")).text
    assert because in page
    assert "not asked" in page
    assert "1 date not asked about now" in (await embedded.http.get("/plans")).text
    second = await proposed(embedded, f"/plans/{FIRST}/replanning")
    hosts = {one["meeting"]: one["host"] for one in second["meetings"]}
    assert hosts["customs-heads-2028-1"] == "kazakhstan"
    accepted = await embedded.post(f"/plans/{second['id']}/acceptance", {"all": True})
    assert accepted.status_code == 200, accepted.text
    assert "customs-heads-2028-1" in [e.meeting for e in await embedded.said(PollOpened)]


async def test_a_date_that_delegations_are_asked_about_is_dropped_when_its_host_declines(
    embedded: Stage,
) -> None:
    await proposed(embedded)
    await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    declines = "/mechanisms/customs-heads/rotation/declines"
    passed = await embedded.post(declines, {"reason": "Выборы"}, actor="china/coordinator")
    assert passed.json()["withdrawn"] == ["customs-heads-2028-1.poll1"]
    await embedded.program.settle()
    plan = (await embedded.get(f"/plans/{FIRST}")).json()
    because = "Kazakhstan hosts it, and no longer China: China declined on 4 January 2027: Выборы"
    assert plan["dropped"] == {"customs-heads-2028-1": because}
    assert (plan["stage"], plan["accepted"], plan["taken"]) == ("proposed", [], [])
    page = (await embedded.http.get(f"/plans/{FIRST}")).text
    assert because in page
    assert "nobody is asked about them now" in page
    assert "asked no more" in page
    assert (
        '<td data-label="Host" dir="auto">Kazakhstan<small>planned for China</small></td>' in page
    )
    again = await embedded.post(f"/plans/{FIRST}/acceptance", {"all": True})
    assert again.status_code == 200, again.text
    after = (await embedded.get(f"/plans/{FIRST}")).json()
    assert (after["stage"], after["dropped"], dates(after)) == ("accepted", {}, dates(plan))
    hosts = {one["meeting"]: one["host"] for one in after["meetings"]}
    assert hosts["customs-heads-2028-1"] == "kazakhstan"
    assert "customs-heads-2028-1.poll2" in [event.poll for event in await embedded.said(PollOpened)]


async def test_a_host_that_declines_is_told_in_every_plan_that_has_its_date(
    embedded: Stage,
) -> None:
    await proposed(embedded)
    await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    second = await proposed(embedded, f"/plans/{FIRST}/replanning")
    (customs,) = (one for one in second["meetings"] if one["mechanism"] == "customs-heads")
    assert customs["firm"]
    declines = "/mechanisms/customs-heads/rotation/declines"
    await embedded.post(declines, {"reason": "Выборы"}, actor="china/coordinator")
    await embedded.program.settle()
    plan = (await embedded.get(f"/plans/{second['id']}")).json()
    (customs,) = (one for one in plan["meetings"] if one["mechanism"] == "customs-heads")
    assert not customs["firm"]
    assert "Выборы" in plan["dropped"]["customs-heads-2028-1"]
    taken = {"meetings": ["customs-heads-2028-1"]}
    again = await embedded.post(f"/plans/{second['id']}/acceptance", taken)
    assert again.status_code == 200, again.text
    *_, polled = await embedded.said(PollOpened)
    assert polled.meeting == "customs-heads-2028-1"


async def test_a_plan_says_which_of_its_meetings_stand_otherwise_by_now(embedded: Stage) -> None:
    await proposed(embedded)
    await embedded.post(f"/plans/{FIRST}/acceptance", {"all": True})
    on = await convoked(embedded, "customs-heads-2028-1.poll1")
    when = {"wall": f"{on.replace(month=on.month + 1)}T10:00:00", "zone": "Asia/Shanghai"}
    move = {"when": when, "reason": "Выборы", "despite_clashes": True}
    moved = await embedded.post("/meetings/customs-heads-2028-1/move", move)
    assert moved.status_code == 200, moved.text
    gone = {"reason": "Форс-мажор"}
    await embedded.post("/meetings/heads-of-state-2028-1/cancellation", gone)
    await embedded.program.settle()
    plan = (await embedded.get(f"/plans/{FIRST}")).json()
    now = written(date.fromisoformat(when["wall"][:10]))
    assert plan["otherwise_now"] == {
        "customs-heads-2028-1": f"convoked for {now}",
        "heads-of-state-2028-1": "cancelled",
    }
    page = (await embedded.http.get(f"/plans/{FIRST}")).text
    assert "Otherwise by now" in page
    restricted = {"restricted": True}
    await embedded.post("/meetings/customs-heads-2028-1/restriction", restricted)
    await embedded.program.settle()
    outsider = {"actor": "mongolia/delegate"}
    told = (await embedded.http.get(f"/api/v1/plans/{FIRST}", headers=outsider)).json()
    assert list(told["otherwise_now"]) == ["heads-of-state-2028-1"]


async def test_a_dropped_date_is_not_taken_again_too_near_to_a_meeting_of_its_new_host(
    embedded: Stage,
) -> None:
    swapped = {"first": "china", "second": "kazakhstan", "reason": "agreed"}
    await embedded.tell(TurnsSwapped(mechanism="heads-of-state", **swapped))
    days = {"customs-heads": "2028-06-15", "heads-of-state": "2028-06-20"}
    fixed = [{"mechanism": body, "on": on} for body, on in days.items()]
    await proposed(embedded, wanted={"fixed": fixed})
    customs = {"bodies": ["customs-heads"]}
    await embedded.post(f"/plans/{FIRST}/acceptance", customs)
    declines = "/mechanisms/customs-heads/rotation/declines"
    await embedded.post(declines, {"reason": "Выборы"}, actor="china/coordinator")
    await embedded.program.settle()
    refused = await embedded.post(f"/plans/{FIRST}/acceptance", customs)
    assert refused.status_code == 409
    said = "cannot both be: Kazakhstan hosts both, with 4 whole days between; a plan keeps 5"
    assert said in refused.json()["detail"]


async def test_a_day_off_that_comes_after_a_convocation_is_news_until_the_secretary_settles_it(
    embedded: Stage,
) -> None:
    await proposed(embedded)
    await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    (opened,) = await embedded.said(PollOpened)
    on = await convoked(embedded, opened.poll)
    ruling = {"on": str(on), "ruling": "holiday", "name": "Навруз", "source": "Decree 112"}
    dated = str(START.date() - timedelta(days=90))
    await embedded.post("/parties/uzbekistan/routine/days", {**ruling, "dated": dated})
    plan = await proposed(embedded, f"/plans/{FIRST}/replanning")
    assert [one["meeting"] for one in plan["moved"]] == ["customs-heads-2028-1"]
    settled = {"reason": "Узбекистан согласен"}
    await embedded.post("/rechecks/customs-heads-2028-1/settlement", settled)
    stands = await proposed(embedded, f"/plans/{plan['id']}/replanning")
    assert (stands["moved"], dates(stands)["customs-heads-2028-1"]) == ([], str(on))
    (customs,) = [one for one in stands["meetings"] if one["mechanism"] == "customs-heads"]
    (day_off,) = customs["broken"]
    assert day_off["text"].endswith("is a day off in Uzbekistan: Навруз")
    assert day_off["let_stand"] == settled["reason"]
    page = (await embedded.http.get(f"/plans/{stands['id']}")).text
    assert "breaks a rule, as convoked" not in page
    decided = page[page.index('id="decided"') :].split("</section>")[0]
    assert "Навруз" in decided
    assert "Узбекистан согласен" in decided
    picture = await embedded.get(f"/plans/{stands['id']}/picture.svg")
    assert f"stands as decided: {day_off['text']}; “Узбекистан согласен”" in picture.text
    moved = {"on": str(on), "ruling": "holiday", "name": "Выборы", "source": "Decree 113"}
    await embedded.post("/parties/china/routine/days", {**moved, "dated": dated})
    again = await proposed(embedded, f"/plans/{stands['id']}/replanning")
    (other,) = again["moved"]
    assert "a day off in China: Выборы" in other["because"]


async def test_a_plan_tells_of_all_polls_that_wait_about_its_meetings_but_of_hidden_ones(
    embedded: Stage,
) -> None:
    """One was let stand after a plan moved it, the other is asked about for an earlier plan."""
    await proposed(embedded, pains={"work": 0.1})
    await embedded.post(f"/plans/{FIRST}/acceptance", {"all": True})
    on = await convoked(embedded, "customs-heads-2028-1.poll1")
    ruling = {"on": str(on), "ruling": "holiday", "name": "Навруз", "source": "Decree 112"}
    dated = {**ruling, "dated": str(START.date())}
    await embedded.post("/parties/uzbekistan/routine/days", dated)
    second = await proposed(embedded, f"/plans/{FIRST}/replanning", pains={"work": 0.1})
    await embedded.post(f"/plans/{second['id']}/acceptance", {"bodies": ["customs-heads"]})
    settled = {"reason": "Узбекистан согласен"}
    await embedded.post("/rechecks/customs-heads-2028-1/settlement", settled)
    plan = await proposed(embedded, f"/plans/{second['id']}/replanning", pains={"work": 0.1})
    assert (plan["polls"], dates(plan)["customs-heads-2028-1"]) == ([], str(on))
    told = {one["poll"]: one for one in plan["asked_now"]}
    moves, waits = "customs-heads-2028-1.poll2", "heads-of-state-2028-1.poll1"
    assert set(told) == {moves, waits}
    assert [told[waits][name] for name in ("plan", "kept", "stands")] == [FIRST, True, False]
    assert [told[moves][name] for name in ("plan", "kept", "stands")] == [second["id"], False, True]
    assert f"it asks for {second['id']} about 4 dates from " in told[moves]["text"]
    page = (await embedded.http.get(f"/plans/{plan['id']}")).text
    asked = page[page.index('id="asked"') :].split("</section>")[0]
    assert asked.count("<tr>") == 1 + 2
    assert f'of <a href="/plans/{FIRST}">' in asked
    assert "withdraw the poll if it is to stand" in asked
    assert ">proposed<" not in page
    before = (await embedded.get(f"/plans/{FIRST}")).json()["asked_now"]
    assert [one["poll"] for one in before] == sorted(told, key=lambda id_: told[id_]["first"])
    await embedded.post("/meetings/customs-heads-2028-1/restriction", {"restricted": True})
    await embedded.program.settle()
    for path in (f"/api/v1/plans/{plan['id']}", "/api/v1/plans", f"/plans/{plan['id']}"):
        to_others = (await embedded.http.get(path)).text
        assert waits in to_others
        assert moves not in to_others


async def test_a_plan_is_dismissed(embedded: Stage) -> None:
    await proposed(embedded)
    answer = await embedded.post(f"/plans/{FIRST}/dismissal", {"reason": "Мы ждём выборов"})
    assert answer.json()["stage"] == "dismissed"
    (event,) = await embedded.said(PlanDismissed)
    assert event.reason == "Мы ждём выборов"
    assert (await embedded.post(f"/plans/{FIRST}/acceptance", {"all": True})).status_code == 409


async def test_hosts_follow_turns_that_are_declined_taken_back_swapped_and_reordered(
    embedded: Stage,
) -> None:
    await embedded.tell(
        TurnDeclined(mechanism="customs-heads", party="china", reason="no venue"),
        TurnsSwapped(
            mechanism="customs-heads", first="kazakhstan", second="uzbekistan", reason="agreed"
        ),
        TurnDeclined(mechanism="heads-of-state", party="china", reason="no venue"),
        TurnTakenBack(
            mechanism="heads-of-state", party="china", reason="it was found", on=date(2027, 1, 4)
        ),
    )
    plan = await proposed(embedded)
    hosts = {one["mechanism"]: one["host"] for one in plan["meetings"]}
    assert hosts == {"customs-heads": "uzbekistan", "heads-of-state": "china"}
    order = ("tajikistan", "kyrgyzstan")
    rules = CUSTOMS.rules.model_copy(update={"version": 2, "host_order": order})
    await embedded.tell(RulesAmended(mechanism="customs-heads", rules=rules))
    again = await proposed(embedded)
    assert {one["host"] for one in again["meetings"]} == {"china", "kyrgyzstan"}


async def test_one_person_in_two_bodies_is_not_in_two_places(embedded: Stage) -> None:
    for mechanism in ("customs-heads", "heads-of-state"):
        await embedded.tell(
            CoordinatorNamed(mechanism=mechanism, party="kazakhstan", coordinator="А. Омарова")
        )
    fixed = [
        {"mechanism": "heads-of-state", "on": "2028-06-15"},
        {"mechanism": "customs-heads", "on": "2028-06-15"},
    ]
    refused = await embedded.post("/plans", {"year": 2028, "wanted": {"fixed": fixed}})
    assert "А. Омарова must be at both" in refused.json()["detail"]


async def test_the_year_is_a_table_and_a_picture_and_a_page(embedded: Stage) -> None:
    plan = await proposed(embedded)
    table = await embedded.get(f"/plans/{FIRST}/table.csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(table.text.splitlines()))
    assert {line["meeting"]: line["first"] for line in lines} == dates(plan)
    assert sum(int(line["cost"]) for line in lines) == plan["cost"]
    picture = await embedded.get(f"/plans/{FIRST}/picture.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    titles = [title.text or "" for title in ET.fromstring(picture.content).iter(SVG_TITLE)]
    assert sum("customs-heads-2028-1" in title for title in titles) == 1
    assert any("China: " in title for title in titles)
    page = (await embedded.http.get(f"/plans/{FIRST}")).text
    assert "2028, as planned" in page
    tall = await embedded.http.get(f"/api/v1/plans/{FIRST}/picture.svg?tall=true")
    drawn = ET.fromstring(tall.content)
    assert sum("customs-heads-2028-1" in (each.text or "") for each in drawn.iter(SVG_TITLE)) == 1
    words = [float(text.attrib["y"]) for text in drawn.iter(SVG_TEXT) if text.attrib["x"] == "80"]
    assert len(words) == len(plan["meetings"])
    assert all(later - before >= 16 for before, later in pairwise(words)), "words lie apart"
    assert f'srcset="/api/v1/plans/{FIRST}/picture.svg?tall=true"' in page
    assert f"/api/v1/plans/{FIRST}/picture.svg" in page
    assert (await embedded.http.get("/plans/nothing")).status_code == 404
    assert page.count("It is proven") + page.count("proven the least") <= 1
    assert "prefers-color-scheme: dark" in picture.text


async def test_the_page_tells_the_costs_of_what_costs_and_every_date_once(embedded: Stage) -> None:
    weighed = {"first": "2028-01-01", "last": "2028-12-31", "text": "Year of rest", "weight": 7}
    wanted = {"periods": [{**weighed, "mechanisms": ["customs-heads"]}]}
    plan = await proposed(embedded, pains={"work": 0.5}, wanted=wanted)
    page = (await embedded.http.get(f"/plans/{FIRST}")).text
    costly = page[page.index('id="costs"') :].split("</section>")[0]
    assert costly.count("<tr>") == 1 + sum(bool(one["broken"]) for one in plan["meetings"])
    assert "<b>7</b>" in costly
    assert f"Together: {plan['cost']}." in costly
    every = page[page.index('id="dates"') :].split("</section>")[0]
    assert every.count("<tr>") == 1 + len(plan["meetings"])


async def test_a_secretary_asks_the_delegations_of_all_bodies_at_once(embedded: Stage) -> None:
    await proposed(embedded, pains={"work": 0.5})
    taken = await embedded.http.post(
        f"/plans/{FIRST}/accept", data={"all": "yes"}, headers={"actor": "secretary"}
    )
    assert taken.status_code == 303
    assert (await embedded.get(f"/plans/{FIRST}")).json()["stage"] == "accepted"


async def test_the_page_says_which_rules_a_date_breaks_that_was_fixed_by_hand(
    embedded: Stage,
) -> None:
    sunday = {"mechanism": "customs-heads", "on": "2028-09-17"}
    await proposed(embedded, pains={"work": 0.5}, wanted={"fixed": [sunday]})
    page = (await embedded.http.get(f"/plans/{FIRST}")).text
    assert "breaks a rule, as fixed: 17 September 2028 is a day off in China: weekend" in page


SVG_TITLE = "{http://www.w3.org/2000/svg}title"
SVG_TEXT = "{http://www.w3.org/2000/svg}text"


async def test_a_year_is_planned_again_from_its_newest_plan_with_a_button(
    embedded: Stage,
) -> None:
    await proposed(embedded, pains={"work": 0.5})
    path, as_secretary = f"/plans/{FIRST}/replan", {"actor": "secretary"}
    for page in ("/plans", f"/plans/{FIRST}"):
        assert f'action="{path}"' in (await embedded.http.get(page)).text
    again = await embedded.http.post(path, headers=as_secretary)
    assert (again.status_code, again.headers["location"]) == (303, "/plans/plan-2028-2")
    await searched(embedded)
    replaced = await embedded.http.post(path, headers=as_secretary)
    assert replaced.status_code == 422
    assert "“Plan the year again” on the page of plan-2028-2" in replaced.text
    assert f'action="{path}"' not in replaced.text
    assert 'action="/plans/plan-2028-2/replan"' in (await embedded.http.get("/plans")).text


async def test_a_poll_about_other_dates_than_those_of_the_plan_is_told_apart(
    embedded: Stage,
) -> None:
    await proposed(embedded, pains={"work": 0.5})
    await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    reason = {"reason": "Мы ждём выборов"}
    await embedded.post("/polls/customs-heads-2028-1.poll1/withdrawal", reason)
    ask = {
        "slots": [{"wall": "2028-12-06T09:30:00", "zone": "Asia/Tashkent", "minutes": 240}],
        "closes": {"wall": "2028-01-20T18:00:00", "zone": "Asia/Tashkent"},
    }
    opened = await embedded.post("/meetings/customs-heads-2028-1/polls", ask)
    assert opened.status_code == 201, opened.text
    await embedded.program.settle()
    page = (await embedded.http.get(f"/plans/{FIRST}")).text
    assert "<span>asked about other dates</span>" in page
    assert "poll 2</a> open, about 6 December 2028</small>" in page


async def test_a_restricted_meeting_takes_no_cost_and_no_reason_from_a_plan(
    embedded: Stage,
) -> None:
    weighed = {"first": "2028-01-01", "last": "2028-12-31", "text": "Year of rest", "weight": 7}
    await proposed(embedded, pains={"work": 0.5}, wanted={"periods": [weighed]})
    await embedded.post(f"/plans/{FIRST}/acceptance", {"bodies": ["customs-heads"]})
    (opened,) = await embedded.said(PollOpened)
    await convoked(embedded, opened.poll)
    plan = await proposed(embedded, f"/plans/{FIRST}/replanning", pains={"work": 0.5})
    path, said = f"/plans/{plan['id']}", "Of restricted meetings only the time is told here"
    assert said not in (await embedded.http.get(path)).text
    await embedded.post("/meetings/customs-heads-2028-1/restriction", {"restricted": True})
    await embedded.program.settle()
    told = await embedded.http.get(path)
    assert said in told.text
    assert f"broken wishes cost {plan['cost']}" in told.text
    assert "a period that the secretary has named" in told.text
    read = await embedded.http.get(path, headers={"actor": "secretary"})
    assert said not in read.text
    assert "Year of rest" in read.text


async def test_a_year_without_any_body_known_is_refused(staged: Any) -> None:
    empty = await staged(planning, known=False)
    refused = await empty.post("/plans", {"year": 2028})
    assert refused.status_code == 422
    assert "load a registry first" in refused.json()["detail"]


async def test_dates_leave_time_to_ask_and_to_convoke(embedded: Stage) -> None:
    plan = await proposed(embedded, year=2027)
    lead = timedelta(days=CUSTOMS.rules.notice_days + 21)
    assert min(dates(plan).values()) >= str((START + lead).date())


@asynccontextmanager
async def served(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the stage over a socket."""
    async with (
        serving(stage) as address,
        httpx.AsyncClient(base_url=address, timeout=60) as client,
    ):
        yield client


async def messages(answer: httpx.Response) -> list[tuple[str | None, Any]]:
    """The id and the data of every event, as the HTML standard has a client read them."""
    found, fields = [], {}
    async for line in answer.aiter_lines():
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            fields[name] = value
        elif fields:
            found.append((fields.get("id"), json.loads(fields["data"])))
            fields = {}
    return found


async def test_who_follows_a_search_hears_of_every_change_and_how_it_ended(stage: Stage) -> None:
    await stage.post("/plans", {"year": 2028, "pains": {"work": 0.5}})
    path = f"/api/v1/plans/{FIRST}/progress/stream"
    async with served(stage) as client:
        async with client.stream("GET", path) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            hearing = asyncio.create_task(messages(answer))
            await asyncio.sleep(0)
            await searched(stage)
            heard = await hearing
        again = await client.get(path, headers={"last-event-id": "end"})
        nothing = await client.get("/api/v1/plans/nothing/progress/stream")
    assert [id_ for id_, _ in heard] == [*(None for _ in heard[1:]), "end"]
    stages = [said["stage"] for _, said in heard]
    assert stages == [*("making" for _ in heard[1:]), "proposed"]
    last = heard[-1][1]["now"]
    assert last["best"]["left_out"] == len((await stage.get(f"/plans/{FIRST}")).json()["left_out"])
    assert (again.status_code, nothing.status_code) == (204, 404)


async def test_a_form_in_no_character_set_is_taken_with_what_can_be_read(embedded: Stage) -> None:
    await proposed(embedded)
    headers = {"actor": "secretary", "content-type": "application/x-www-form-urlencoded"}
    path = f"/plans/{FIRST}/dismiss"
    sent = await embedded.http.post(path, content=b"reason=Moved\xff", headers=headers)
    assert sent.status_code == 303, re.findall(r"role=\"alert\">(.*)<", sent.text)
    assert "Moved" in (await embedded.http.get(f"/plans/{FIRST}")).text


async def test_a_plan_waits_for_the_one_that_was_asked_for_before_it(embedded: Stage) -> None:
    await embedded.post("/plans", {"year": 2030, "pains": {"work": 600}})
    await embedded.clock.set(START + timedelta(minutes=1))
    await embedded.post("/plans", {"year": 2028, "pains": {"work": 600}})
    page = await embedded.http.get(f"/plans/{FIRST}")
    assert '<a href="/plans/plan-2030-1">plan-2030-1</a> is made' in page.text
    assert "It waits until" not in (await embedded.http.get("/plans/plan-2030-1")).text


async def test_the_page_of_a_search_shows_how_it_goes_and_stops_it(embedded: Stage) -> None:
    await embedded.post("/plans", {"year": 2028, "pains": {"work": 600}})
    database = embedded.program.workers["planning"].database
    brief = Brief(year=2028, today=START.date(), bodies=(), meetings=(), offices=())
    search = searching.Search(brief, Pains())
    search.scale = Scale(move=10, out=100)
    page = await embedded.http.get(f"/plans/{FIRST}")
    assert f'data-live="/api/v1/plans/{FIRST}/progress/stream"' in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert "no plan yet" in page.text
    for cost in (213, 19, 15):
        search.progress = Progress(cost=cost, bound=12)
        await searching.note(database, FIRST, search)
    text = (await embedded.http.get(f"/plans/{FIRST}")).text
    assert '<path class="best" d="M0.0' in text
    assert '<path class="least" d="M0.0' in text
    assert 'text-anchor="end">5</text>' in text  # on the axis of costs
    assert "by their logarithm" in text
    assert '<dd><span class="big">5</span><small>at least 2</small>' in text
    stop = f"/plans/{FIRST}/stop"
    nobody = await embedded.http.post(stop)
    assert (nobody.status_code, "logged in as the secretary" in nobody.text) == (422, True)
    delegate = await embedded.http.post(stop, headers={"actor": "china/delegate"})
    assert "only the secretary may interrupt" in delegate.text
    assert "Stop, and keep" not in delegate.text
    assert not await searching.note(database, FIRST, search)
    stopped = await embedded.http.post(stop, headers={"actor": "secretary"})
    assert (stopped.status_code, stopped.headers["location"]) == (303, f"/plans/{FIRST}")
    assert await searching.note(database, FIRST, search)


async def test_plans_are_listed_with_who_asked_and_what_became_of_them(embedded: Stage) -> None:
    assert "No plan was asked for yet" in (await embedded.http.get("/plans")).text
    asked = await embedded.http.post(
        "/plans", data={"year": "2028"}, headers={"actor": "secretary A. Omarova"}
    )
    assert asked.headers["location"] == f"/plans/{FIRST}"
    await embedded.program.settle()
    await searched(embedded)
    text = (await embedded.http.get("/plans")).text
    assert "4 January 2027, 06:00 UTC" in text
    assert "by secretary A. Omarova" in text
    again = await embedded.http.post(
        "/plans", data={"year": "2020"}, headers={"actor": "secretary"}
    )
    assert (again.status_code, "2020 is over" in again.text) == (422, True)
    wrong = await embedded.http.post(
        "/plans", data={"year": "soon"}, headers={"actor": "secretary"}
    )
    assert "write the year in digits" in wrong.text


async def test_a_plan_leads_to_the_polls_and_meetings_that_it_became(embedded: Stage) -> None:
    plan = await proposed(embedded)
    path = f"/plans/{FIRST}"
    none = await embedded.http.post(f"{path}/accept", headers={"actor": "secretary"})
    assert "mark the bodies" in none.text
    assert "checked" not in none.text
    marks = {"body": ["customs-heads", "think-tanks"]}
    lacking = await embedded.http.post(f"{path}/accept", data=marks, headers={"actor": "secretary"})
    assert lacking.status_code == 422
    assert lacking.text.count("checked") == 1
    assert 'value="customs-heads" checked' in lacking.text
    sent = {"body": "customs-heads"}
    taken = await embedded.http.post(f"{path}/accept", data=sent, headers={"actor": "secretary"})
    assert (taken.status_code, taken.headers["location"]) == (303, f"{path}?asked")
    waits = (await embedded.http.get(f"{path}?asked")).text
    assert "✓ The delegations are asked.</strong> Their polls open in a moment." in waits
    assert 'http-equiv="refresh"' in waits
    await embedded.program.settle()
    text = (await embedded.http.get(f"{path}?asked")).text
    assert "✓ The delegations are asked.</strong></p>" in text
    assert '<a href="/polls/customs-heads-2028-1.poll1">5 dates from ' in text
    text = (await embedded.http.get(path)).text
    assert "✓" not in text
    assert '<a href="/polls/customs-heads-2028-1.poll1">poll</a> open' in text
    assert '<a href="/meetings/customs-heads-2028-1">' in text
    assert '<a href="/bodies/heads-of-state"' in text
    assert '<a href="/lineage/heads-of-state-2028-1">' not in text
    assert ">1 of 2 bodies<" in (await embedded.http.get("/plans")).text
    on = await convoked(embedded, "customs-heads-2028-1.poll1")
    assert "2028 has 1 convoked meeting already" in (await embedded.http.get("/plans")).text
    text = (await embedded.http.get(path)).text
    assert "poll</a> closed" in text
    planned = date.fromisoformat(dates(plan)["customs-heads-2028-1"])
    assert ("convoked for" in text) == (on != planned)
    silent = await embedded.http.post(f"{path}/dismiss", headers={"actor": "secretary"})
    assert "say why it is given up" in silent.text
    reason = {"reason": "Год перенесён"}
    await embedded.http.post(f"{path}/dismiss", data=reason, headers={"actor": "secretary"})
    assert "Год перенесён" in (await embedded.http.get(path)).text


async def test_a_meeting_that_is_planned_beside_a_plan_is_told_as_missing_in_it(
    embedded: Stage,
) -> None:
    """Planning hears of the second one a moment later than of the plan."""
    as_secretary = {"actor": "secretary"}
    another = {"mechanism": "customs-heads", "year": 2028, "extraordinary": True}
    await embedded.post("/meetings", another)
    await embedded.http.post("/api/v1/meetings", json=another, headers=as_secretary)
    plan = await proposed(embedded, pains={"work": 0.1})
    missing = "customs-heads-2028-2"
    assert plan["planned_since"] == [missing]
    page = await embedded.http.get(f"/plans/{FIRST}")
    assert f'<li><a href="/meetings/{missing}">' in page.text
    refused = await embedded.post(f"/plans/{FIRST}/acceptance", {"meetings": [missing]})
    assert f"{missing} was planned since {FIRST} was asked for" in refused.json()["detail"]
    again = await proposed(embedded, f"/plans/{FIRST}/replanning", pains={"work": 0.1})
    assert (missing in dates(again), again["planned_since"]) == (True, [])
    assert (await embedded.get(f"/plans/{FIRST}")).json()["planned_since"] == []
    await embedded.post("/meetings", another)
    path, latest = f"/plans/{again['id']}", "customs-heads-2028-3"
    assert (await embedded.get(path)).json()["planned_since"] == [latest]
    await embedded.post(f"/meetings/{latest}/restriction", {"restricted": True})
    await embedded.program.settle()
    for address in (f"/api/v1{path}", path):
        assert latest not in (await embedded.http.get(address)).text
