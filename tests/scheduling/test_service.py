"""Scheduling as its callers see it: over HTTP and on the road."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from events.meetings import (
    MeetingCancelled,
    MeetingClosed,
    MeetingHandedOver,
    MeetingOpened,
    MeetingPlanned,
    MeetingRescheduled,
    MeetingScheduled,
    RestrictionSet,
    TurnTakenBack,
)
from services.scheduling.service import scheduling

MEETING = "customs-heads-2027-1"
PLAN = {"mechanism": "customs-heads", "year": 2027}
WHEN = {"wall": "2027-09-14T09:30:00", "zone": "Asia/Tashkent", "minutes": 360}
CONVOCATION = {"when": WHEN, "place": "Tashkent, Palace of Conventions"}
EVERYBODY = [
    {"party": party, "presence": "in_person"}
    for party in ("china", "kazakhstan", "kyrgyzstan", "tajikistan", "turkmenistan", "uzbekistan")
]


@pytest.fixture
async def stage(staged: Any) -> Any:
    return await staged(scheduling)


@pytest.fixture
async def convoked(stage: Any) -> Any:
    await stage.post("/meetings", PLAN)
    await stage.post(f"/meetings/{MEETING}/convocation", CONVOCATION)
    return stage


async def test_a_meeting_goes_from_the_plan_to_its_closing(convoked: Any) -> None:
    move = {**CONVOCATION, "when": {**WHEN, "wall": "2027-09-21T09:30:00"}, "reason": "Погода"}
    there = {**move, "place": "Самарканд", "despite_clashes": True}
    moved = await convoked.post(f"/meetings/{MEETING}/move", there)
    assert moved.json()["sequence"] == 1
    (event,) = await convoked.said(MeetingRescheduled)
    assert (event.previous_place, event.place) == (CONVOCATION["place"], "Самарканд")
    await convoked.advance(datetime(2027, 9, 21, 4, 30, tzinfo=UTC))
    opened = await convoked.post(
        f"/meetings/{MEETING}/opening", {"attendance": EVERYBODY}, actor="china/chair 王毅"
    )
    assert opened.status_code == 200, opened.text
    closed = await convoked.post(f"/meetings/{MEETING}/closing", actor="china/chair")
    assert closed.json()["stage"] == "closed"
    kinds = (MeetingPlanned, MeetingScheduled, MeetingRescheduled, MeetingOpened, MeetingClosed)
    assert [len(await convoked.said(kind)) for kind in kinds] == [1, 1, 1, 1, 1]
    actors = [e.actor for e in await convoked.envelopes() if e.type == MeetingOpened.type]
    assert actors == ["china/chair 王毅"]


async def test_the_next_turn_follows_the_rotation_and_says_why(stage: Any) -> None:
    await stage.post("/meetings", PLAN)
    declined = await stage.post(
        "/mechanisms/customs-heads/rotation/declines",
        {"reason": "elections"},
        actor="kazakhstan/coordinator",
    )
    assert declined.status_code == 200
    turn = (await stage.get("/mechanisms/customs-heads/rotation/next")).json()
    assert turn["host"] == "kyrgyzstan"
    assert turn["because"] == "Kazakhstan declined on 4 January 2027: elections"


async def test_a_reason_of_several_lines_declines_a_turn_and_the_next_meeting_is_planned(
    stage: Any,
) -> None:
    await stage.post(
        "/mechanisms/customs-heads/rotation/declines",
        {"reason": "Elections.\nNext year, please."},
        actor="china/coordinator",
    )
    body = {"mechanism": "customs-heads", "year": 2027}
    planned = (await stage.post("/meetings", body)).json()
    because = "China declined on 4 January 2027: Elections. Next year, please"
    assert planned["turn"]["because"] == because


async def test_a_delegate_declines_no_turn_and_a_coordinator_takes_it_back(stage: Any) -> None:
    declines = "/mechanisms/customs-heads/rotation/declines"
    refused = await stage.post(declines, {"reason": "elections"}, actor="china/delegate")
    assert refused.status_code == 403
    assert "the coordinator of china may decline its turn to host" in refused.json()["detail"]
    await stage.post(declines, {"reason": "elections"}, actor="china/coordinator")
    path, reason = f"{declines}/china/withdrawal", {"reason": "They are over"}
    assert (await stage.post(path, reason, actor="china/delegate")).status_code == 403
    again = await stage.post(path, reason, actor="china/coordinator")
    assert again.json()["queue"][0] == "china"
    (said,) = await stage.said(TurnTakenBack)
    assert (said.party, said.on.isoformat()) == ("china", "2027-01-04")
    assert (await stage.post(path, reason, actor="china/coordinator")).status_code == 409


async def test_a_host_declines_a_meeting_that_has_no_date_and_its_polls_end(stage: Any) -> None:
    await stage.post("/meetings", {"mechanism": "customs-heads", "year": 2027})
    closes = {"wall": "2027-02-01T18:00:00", "zone": "Asia/Tashkent"}
    asked = {"closes": closes, "slots": [{**WHEN, "zone": "Asia/Shanghai"}]}
    assert (await stage.post(f"/meetings/{MEETING}/polls", asked)).status_code == 201
    declines = "/mechanisms/customs-heads/rotation/declines"
    refused = await stage.post(declines, {"reason": "no"}, actor="china/delegate")
    assert refused.status_code == 403
    body = {"reason": "Выборы."}
    passed = (await stage.post(declines, body, actor="china/coordinator")).json()
    assert (passed["handed_over"], passed["withdrawn"]) == (MEETING, [f"{MEETING}.poll1"])
    assert (passed["queue"][0], passed["queue"][-1]) == ("china", "kazakhstan")
    turn = (await stage.get(f"/meetings/{MEETING}")).json()["turn"]
    because = "China declined on 4 January 2027: Выборы"
    assert turn == {
        "host": "kazakhstan",
        "chair": "kazakhstan",
        "because": because,
        "co_hosts": [],
    }
    poll = (await stage.get(f"/polls/{MEETING}.poll1")).json()
    assert poll["reason"] == f"Another party hosts the meeting now: Kazakhstan, because {because}"
    assert [event.party for event in await stage.said(MeetingHandedOver)] == ["china"]


async def test_a_host_declines_no_meeting_that_is_convoked_and_is_told_the_way(
    convoked: Any,
) -> None:
    more = {"mechanism": "customs-heads", "year": 2027, "extraordinary": True}
    await convoked.post("/meetings", more)
    await convoked.post("/meetings", more)
    declines, reason = "/mechanisms/customs-heads/rotation/declines", {"reason": "Выборы"}
    refused = await convoked.post(declines, reason, actor="china/coordinator")
    assert refused.status_code == 409
    assert "the secretary may cancel it, which gives the turn back" in refused.json()["detail"]
    third = {**reason, "meeting": "customs-heads-2027-3"}
    strange = await convoked.post(declines, third, actor="kazakhstan/coordinator")
    assert strange.status_code == 403
    passed = (await convoked.post(declines, third)).json()
    assert passed["hosts"]["customs-heads-2027-3"] == "tajikistan"


async def test_a_cancelled_meeting_gives_its_host_the_turn_back(convoked: Any) -> None:
    await convoked.post(f"/meetings/{MEETING}/cancellation", {"reason": "no host"})
    turn = (await convoked.get("/mechanisms/customs-heads/rotation/next")).json()
    assert turn["host"] == "china"
    (cancelled,) = await convoked.said(MeetingCancelled)
    assert cancelled.span is not None
    again = await convoked.post(f"/meetings/{MEETING}/cancellation", {"reason": "no host"})
    assert again.json()["detail"] == f"{MEETING} is cancelled already"


async def test_the_same_command_sent_twice_happens_once(stage: Any) -> None:
    body = {"mechanism": "customs-heads", "year": 2027}
    first = await stage.post("/meetings", body, idempotency_key="k1")
    again = await stage.post("/meetings", body, idempotency_key="k1")
    assert (again.status_code, again.text) == (201, first.text)
    assert len(await stage.said(MeetingPlanned)) == 1
    other = await stage.post("/meetings", {**body, "year": 2028}, idempotency_key="k1")
    assert other.status_code == 422
    assert other.json()["type"] == "urn:secretariat:problem:key-reused"


async def test_a_stale_if_match_is_refused_with_what_stands_now(convoked: Any) -> None:
    refused = await convoked.post(
        f"/meetings/{MEETING}/cancellation", {"reason": "late"}, if_match='"0"'
    )
    assert refused.status_code == 412
    assert refused.json()["current"]["revision"] == 1
    assert not await convoked.said(MeetingCancelled)


@pytest.mark.parametrize(
    ("path", "body", "status", "says"),
    [
        (f"/meetings/{MEETING}/opening", {"attendance": EVERYBODY}, 409, "called for"),
        (f"/meetings/{MEETING}/closing", None, 409, "must be open to be closed"),
        (
            f"/meetings/{MEETING}/convocation",
            CONVOCATION,
            409,
            "is convoked already, for 2027-09-14",
        ),
        ("/meetings/none/closing", None, 404, "nothing called none"),
        ("/meetings", {"mechanism": "nobody", "year": 2027}, 404, "no mechanism called nobody"),
        (f"/meetings/{MEETING}/cancellation", {"reason": "a\u0000b"}, 422, "U+0000"),
        (f"/meetings/{MEETING}/cancellation", {"reason": "x" * 2_000_000}, 413, "shorten"),
        (
            f"/meetings/{MEETING}/move",
            {"when": {**WHEN, "wall": "2026-09-14T09:30:00"}, "reason": "r"},
            409,
            "has passed",
        ),
        (
            f"/meetings/{MEETING}/move",
            {"when": {**WHEN, "wall": "2027-02-01T09:30:00"}, "reason": "r"},
            409,
            "60 days' notice, which for",
        ),
        (
            f"/meetings/{MEETING}/move",
            {"when": {**WHEN, "wall": "2027-09-21T09:30:30"}, "reason": "r"},
            422,
            "begin at whole minutes; write 2027-09-21T09:30, without seconds",
        ),
        (
            f"/meetings/{MEETING}/move",
            {"when": {**WHEN, "wall": "2027-09-21"}, "reason": "r"},
            422,
            "write date and hour",
        ),
        ("/meetings", {"mechanism": "customs-heads", "year": 2026}, 409, "2026 is over"),
        (
            f"/meetings/{MEETING}/move",
            {
                "when": {**WHEN, "wall": "2027-03-28T02:30:00", "zone": "Europe/Paris"},
                "reason": "r",
            },
            422,
            "does not exist",
        ),
        (
            f"/meetings/{MEETING}/move",
            {
                "when": {**WHEN, "wall": "2027-10-31T02:30:00", "zone": "Europe/Paris"},
                "reason": "r",
            },
            422,
            "happens twice",
        ),
        (
            f"/meetings/{MEETING}/move",
            {
                "when": {"wall": "2027-10-31T00:30:00", "zone": "Europe/London", "minutes": 90},
                "reason": "r",
            },
            422,
            "its end, 2027-10-31T01:00:00 happens twice",
        ),
        (
            f"/meetings/{MEETING}/move",
            {
                "when": {"wall": "9999-12-30T23:00:00", "zone": "Asia/Almaty", "minutes": 20160},
                "reason": "r",
            },
            422,
            "out of the calendar; check the year",
        ),
        (
            f"/meetings/{MEETING}/move",
            {"when": {**WHEN, "wall": "2027-09-21T03:30:00"}, "reason": "r"},
            422,
            "03:30 to 09:30 in Tashkent is outside the office hours that China keeps, 09:00",
        ),
        (
            f"/meetings/{MEETING}/move",
            {"when": {**WHEN, "wall": "2027-05-17T09:30:00"}, "reason": "r"},
            422,
            "17 May 2027 may be a day off in Turkmenistan",
        ),
        (
            f"/meetings/{MEETING}/move",
            {"when": {**WHEN, "wall": "2028-09-12T09:30:00"}, "reason": "r"},
            422,
            "choose a date in 2027, or cancel it and plan one for 2028",
        ),
        (f"/meetings/{MEETING}/move", {"reason": "r"}, 422, "change one of them"),
        (
            f"/meetings/{MEETING}/move",
            {"when": {**WHEN, "zone": "Asia/Astana"}, "reason": "r"},
            422,
            "no IANA time zone",
        ),
        (
            f"/meetings/{MEETING}/move",
            {"when": {**WHEN, "zone": "Factory"}, "reason": "r"},
            422,
            "the zone of no place",
        ),
    ],
)
async def test_a_refused_command_says_what_to_do_and_changes_nothing(
    convoked: Any, path: str, body: Any, status: int, says: str
) -> None:
    before = await convoked.envelopes()
    refused = await convoked.post(path, body)
    assert refused.status_code == status, refused.text
    assert refused.headers["content-type"] == "application/problem+json"
    assert says in refused.json()["detail"]
    assert await convoked.envelopes() == before


async def test_an_actor_without_the_right_is_refused(convoked: Any) -> None:
    refused = await convoked.post(
        f"/meetings/{MEETING}/cancellation", {"reason": "no"}, actor="china/delegate"
    )
    assert refused.status_code == 403
    assert "only the secretary" in refused.json()["detail"]


async def test_a_body_is_given_no_more_meetings_than_its_rules_ask_for_unless_that_is_said(
    stage: Any,
) -> None:
    await stage.post("/meetings", PLAN)
    refused = await stage.post("/meetings", PLAN)
    assert refused.status_code == 409
    assert refused.json()["detail"] == (
        "customs-heads has customs-heads-2027-1 already, and its rules of procedure ask for "
        "1 meeting a year; say extraordinary to plan one more"
    )
    assert (await stage.post("/meetings", PLAN, actor="china/delegate")).status_code == 403
    assert (await stage.post("/meetings", {**PLAN, "year": 2028})).status_code == 201
    await stage.post(f"/meetings/{MEETING}/cancellation", {"reason": "no host"})
    assert (await stage.post("/meetings", PLAN)).json()["id"] == "customs-heads-2027-2"
    one_more = await stage.post("/meetings", {**PLAN, "extraordinary": True})
    assert one_more.json()["id"] == "customs-heads-2027-3"


async def test_meetings_are_listed_page_by_page(stage: Any) -> None:
    for _ in range(3):
        await stage.post("/meetings", {**PLAN, "extraordinary": True})
    first = (await stage.get("/meetings", limit=2)).json()
    rest = (await stage.get("/meetings", limit=2, after=first["next"])).json()
    ids = [meeting["id"] for meeting in first["items"] + rest["items"]]
    assert ids == [f"customs-heads-2027-{n}" for n in (1, 2, 3)]
    assert rest["next"] is None


async def test_co_hosts_share_a_meeting_and_keep_their_own_turns(staged: Any) -> None:
    stage = await staged(scheduling)
    body = {"mechanism": "customs-heads", "year": 2027, "co_hosts": ["uzbekistan", "tajikistan"]}
    planned = (await stage.post("/meetings", body)).json()
    assert planned["turn"]["host"] == "china"
    assert planned["turn"]["co_hosts"] == ["uzbekistan", "tajikistan"]
    following = (await stage.get("/mechanisms/customs-heads/rotation/next")).json()
    assert following["host"] == "kazakhstan"
    for co_hosts, complaint in (
        (["kazakhstan"], "Kazakhstan hosts already"),
        (["china", "china"], "China hosts already"),
        (["france"], "france is not in the host order"),
    ):
        refused = await stage.post("/meetings", {**body, "co_hosts": co_hosts})
        assert refused.status_code == 422
        assert complaint in refused.json()["detail"]


async def test_the_troika_is_the_past_the_present_and_the_coming_host(staged: Any) -> None:
    stage = await staged(scheduling)

    async def troika() -> list[str | None]:
        found = (await stage.get("/mechanisms/customs-heads/rotation/troika")).json()
        return [found["past"], found["present"], found["coming"]]

    async def given() -> list[str]:
        page = await stage.http.get("/bodies/customs-heads/turns")
        return re.findall(r'<th scope="row"><a href="/meetings/([^"]+)"', page.text)

    assert await troika() == [None, None, "china"]
    for _ in range(2):
        await stage.post("/meetings", {**PLAN, "extraordinary": True})
    assert await troika() == [None, "china", "kazakhstan"]
    await stage.post("/meetings/customs-heads-2027-2/convocation", CONVOCATION)
    assert await troika() == [None, "kazakhstan", "china"]
    assert await given() == ["customs-heads-2027-2", "customs-heads-2027-1"]
    await stage.post("/meetings/customs-heads-2027-1/cancellation", {"reason": "Форс-мажор"})
    assert await troika() == [None, "kazakhstan", "china"]
    await stage.advance(datetime(2027, 12, 31, tzinfo=UTC))
    assert await troika() == ["kazakhstan", None, "china"]
    assert await given() == []
    await stage.post("/meetings", {**PLAN, "year": 2028})
    assert await troika() == ["kazakhstan", "china", "kyrgyzstan"]


async def test_the_troika_of_others_is_as_if_there_were_no_restricted_meeting(staged: Any) -> None:
    stage = await staged(scheduling)
    await stage.post("/meetings", {**PLAN, "restricted": True})
    await stage.post("/meetings", {**PLAN, "extraordinary": True})
    path = "/mechanisms/customs-heads/rotation/troika"
    assert (await stage.get(path)).json()["present"] == "kazakhstan"
    told = await stage.http.get(f"/api/v1{path}", headers={"actor": "secretary"})
    assert told.json()["present"] == "china"


async def test_a_meeting_is_restricted_from_its_plan_on_or_later(stage: Any) -> None:
    plan = {"mechanism": "customs-heads", "year": 2027, "restricted": True}
    await stage.post("/meetings", plan)
    await stage.post(f"/meetings/{MEETING}/convocation", CONVOCATION)
    assert [event.restricted for event in await stage.said(MeetingScheduled)] == [True]
    at = f"/meetings/{MEETING}/restriction"
    again = await stage.post(at, {"restricted": True})
    assert (again.status_code, "restricted already" in again.text) == (409, True)
    lifted = await stage.post(at, {"restricted": False})
    assert lifted.json()["restricted"] is False
    assert [event.restricted for event in await stage.said(RestrictionSet)] == [False]
    assert (await stage.post(at, {"restricted": True}, actor="china/chair")).status_code == 403


async def test_a_meeting_is_given_another_place_alone(convoked: Any) -> None:
    before = (await convoked.get(f"/meetings/{MEETING}")).json()
    moved = await convoked.post(f"/meetings/{MEETING}/move", {"place": "Душанбе", "reason": "R"})
    assert moved.json()["place"] == "Душанбе", moved.text
    assert moved.json()["span"] == before["span"]
    assert moved.json()["milestones"] == before["milestones"]


@pytest.mark.parametrize(
    ("wall", "says"),
    [("2027-09-14T03:30:00", "outside the office"), ("2027-05-17T09:30:00", "may be a day off")],
)
async def test_a_date_at_odd_hours_or_on_what_may_be_a_day_off_takes_a_word(
    stage: Any, wall: str, says: str
) -> None:
    await stage.post("/meetings", PLAN)
    path = f"/meetings/{MEETING}/convocation"
    body = {**CONVOCATION, "when": {**WHEN, "wall": wall}}
    refused = await stage.post(path, body)
    assert refused.status_code == 422
    assert says in refused.json()["detail"]
    assert (await stage.post(path, {**body, "despite_clashes": True})).is_success


async def test_a_date_without_notice_and_on_a_weekend_is_refused_for_both(stage: Any) -> None:
    await stage.post("/meetings", PLAN)
    sunday = {**WHEN, "wall": "2027-01-10T09:30:00"}
    body = {**CONVOCATION, "when": sunday}
    refused = await stage.post(f"/meetings/{MEETING}/convocation", body)
    detail = refused.json()["detail"]
    assert refused.status_code == 409
    assert "say short_notice if the parties agreed to it. And 2027-01-10 09:30" in detail
    assert "weekend in " in detail
    await stage.post(f"/meetings/{MEETING}/convocation", CONVOCATION)
    move = {**body, "reason": "Погода"}
    moved = await stage.post(f"/meetings/{MEETING}/move", move)
    assert "say short_notice if the parties agreed to it. And 2027-01-10 09:30" in moved.text


async def test_a_decline_that_would_end_a_poll_with_answers_is_refused_unless_it_is_meant(
    stage: Any,
) -> None:
    await stage.post("/meetings", {"mechanism": "customs-heads", "year": 2027})
    closes = {"wall": "2027-02-01T18:00:00", "zone": "Asia/Tashkent"}
    asked = {"closes": closes, "slots": [{**WHEN, "zone": "Asia/Shanghai"}]}
    await stage.post(f"/meetings/{MEETING}/polls", asked)
    answers = {"answers": {"s1": "yes"}}
    await stage.post(f"/polls/{MEETING}.poll1/answers", answers, actor="china/delegate")
    declines, body = "/mechanisms/customs-heads/rotation/declines", {"reason": "Выборы"}
    refused = await stage.post(declines, body, actor="china/coordinator")
    assert refused.status_code == 409
    assert f"{MEETING}.poll1, which 1 of 6 delegations have answered" in refused.json()["detail"]
    assert "say despite_polls" in refused.json()["detail"]
    assert (await stage.get(f"/polls/{MEETING}.poll1")).json()["stage"] == "open"
    passed = await stage.post(declines, body | {"despite_polls": True}, actor="china/coordinator")
    assert passed.json()["withdrawn"] == [f"{MEETING}.poll1"]
