"""Coming meetings whose days or clocks become otherwise: listed, with what to do about it."""

import re
import zoneinfo
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from events.mechanisms import MilestoneKind, RulesAmended
from events.meetings import Change, MeetingRechecked, MilestonesSet
from events.polls import PollRechecked
from services.program.commands.recheck import lines_of
from services.scheduling import rechecking
from services.scheduling.service import scheduling
from services.scheduling.tables import RecheckRow
from services.working_time import days, stretches
from services.working_time.public_holidays import Holiday, Year, public_holidays
from tests.conftest import CUSTOMS
from tests.scheduling.test_meeting_steps import words
from tests.scheduling.test_poll_pages import sent

MEETING = "customs-heads-2027-1"
SUMMIT = "heads-of-state-2027-1"
PLACE = "Tashkent, Palace of Conventions"
SAY_SO = {"source": "Decree 112", "dated": "2026-12-15"}
IN_CHINA = "2027-09-14"


@pytest.fixture
async def stage(staged: Any) -> Any:
    return await staged(scheduling)


async def convoke(
    stage: Any,
    wall: str = f"{IN_CHINA}T09:30:00",
    mechanism: str = "customs-heads",
    **more: bool,
) -> None:
    await stage.post("/meetings", {"mechanism": mechanism, "year": 2027})
    when = {"wall": wall, "zone": "Asia/Tashkent", "minutes": 360}
    answer = await stage.post(
        f"/meetings/{mechanism}-2027-1/convocation", {"when": when, "place": PLACE, **more}
    )
    assert answer.status_code == 200, answer.text


async def rule(stage: Any, party: str, on: str, ruling: str) -> None:
    body = {"on": on, "ruling": ruling, "name": "День памяти · 纪念日", **SAY_SO}
    answer = await stage.post(f"/parties/{party}/routine/days", body)
    assert answer.status_code == 200, answer.text


async def listed(stage: Any) -> dict[str, list[tuple[str, str]]]:
    """What is found, and for whom, by meeting."""
    items = (await stage.get("/rechecks")).json()["items"]
    return {
        item["id"]: [(found["change"], found["party"]) for found in item["findings"]]
        for item in items
    }


async def test_a_day_that_becomes_a_day_off_is_listed_with_what_to_do(stage: Any) -> None:
    await convoke(stage)
    await convoke(stage, "2027-10-12T09:30:00", "heads-of-state")
    assert await listed(stage) == {}
    await rule(stage, "china", IN_CHINA, "holiday")
    assert await listed(stage) == {MEETING: [(Change.DAY_OFF, "china")]}
    (said,) = await stage.said(MeetingRechecked)
    (finding,) = said.findings
    assert finding.on == date(2027, 9, 14)
    assert "День памяти · 纪念日" in finding.found
    assert "reschedule" in finding.action


IN_BEIJING = {"wall": f"{IN_CHINA}T09:30:00", "zone": "Asia/Shanghai", "minutes": 360}


async def convoke_at(stage: Any, place: str) -> None:
    await stage.post("/meetings", {"mechanism": "customs-heads", "year": 2027})
    answer = await stage.post(
        f"/meetings/{MEETING}/convocation", {"when": IN_BEIJING, "place": place}
    )
    assert answer.status_code == 200, answer.text


async def keep_hours(stage: Any, party: str, opens: str, closes: str) -> None:
    weekend = ["saturday", "sunday"]
    body = {"opens": opens, "closes": closes, "lunch": None, "weekend": weekend}
    answer = await stage.put(f"/parties/{party}/routine/hours", body)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(("opens", "closes"), [("10:00", "18:00"), ("08:00", "15:00")])
async def test_a_meeting_that_the_host_s_new_hours_leave_outside_is_listed(
    stage: Any, opens: str, closes: str
) -> None:
    await convoke_at(stage, "Beijing")
    await keep_hours(stage, "kazakhstan", "12:00", "18:00")  # whose delegates are in Beijing then
    assert await listed(stage) == {}
    await keep_hours(stage, "china", opens, closes)
    assert await listed(stage) == {MEETING: [(Change.HOURS, "china")]}
    (said,) = await stage.said(MeetingRechecked)
    (finding,) = said.findings
    assert f"China works from {opens} to {closes} by now" in finding.found
    assert "it begins at 09:30 and ends at 15:30 in Beijing" in finding.found
    assert "reschedule" in finding.action
    assert "other office hours" in (await stage.http.get("/rechecks")).text
    await keep_hours(stage, "china", "09:00", "15:30")
    assert await listed(stage) == {}


async def test_online_the_hours_of_all_count_on_their_own_clocks(stage: Any) -> None:
    await convoke_at(stage, "Online")
    await keep_hours(stage, "turkmenistan", "07:00", "18:00")  # 06:30 was outside already
    assert await listed(stage) == {}
    await keep_hours(stage, "kazakhstan", "06:00", "13:00")
    await keep_hours(stage, "kazakhstan", "07:00", "13:00")
    await keep_hours(stage, "china", "10:00", "18:00")
    assert await listed(stage) == {MEETING: [(Change.HOURS, "china")]}


async def test_a_date_that_was_settled_or_fixed_outside_of_office_hours_is_no_news(
    stage: Any,
) -> None:
    await convoke_at(stage, "Beijing")
    await keep_hours(stage, "china", "10:00", "18:00")
    await stage.post(f"/rechecks/{MEETING}/settlement", {"reason": "They open early"})
    await keep_hours(stage, "china", "11:00", "18:00")
    assert await listed(stage) == {}


async def test_what_was_known_when_the_date_was_fixed_is_no_news(stage: Any) -> None:
    await rule(stage, "china", IN_CHINA, "holiday")
    await convoke(stage, despite_clashes=True)
    await rule(stage, "kazakhstan", "2027-09-15", "holiday")
    assert await listed(stage) == {}
    assert await stage.said(MeetingRechecked) == []


async def test_a_day_that_is_given_back_is_listed_no_more(stage: Any) -> None:
    await convoke(stage)
    await rule(stage, "china", IN_CHINA, "holiday")
    body = {"on": IN_CHINA, "ruling": "working", "source": "Decree 113", "dated": "2026-12-16"}
    await stage.post("/parties/china/routine/days", body)
    assert await listed(stage) == {}
    assert [len(said.findings) for said in await stage.said(MeetingRechecked)] == [1, 0]


async def test_an_estimate_that_is_confirmed_is_news(stage: Any) -> None:
    """The feast of sacrifice of 2027 is computed for 16 May and 17 May."""
    sure = "2027-05-17"
    (day,) = (
        await stage.get("/parties/uzbekistan/routine/days", first=sure, last=sure)
    ).json() or [None]
    if day is None or not day["provisional"]:
        pytest.fail("the holidays package knows more of 2027 by now: take a later year")
    await convoke(stage, f"{sure}T09:30:00", despite_clashes=True)
    assert await listed(stage) == {}
    await rule(stage, "uzbekistan", sure, "certain")
    assert (Change.DAY_OFF, "uzbekistan") in (await listed(stage))[MEETING]


async def test_another_date_stands_on_what_is_known_by_then(stage: Any) -> None:
    await convoke(stage)
    await rule(stage, "china", IN_CHINA, "holiday")
    when = {"wall": "2027-09-21T09:30:00", "zone": "Asia/Tashkent", "minutes": 360}
    await stage.post(f"/meetings/{MEETING}/move", {"when": when, "reason": "A day off in China"})
    assert await listed(stage) == {}
    assert [len(said.findings) for said in await stage.said(MeetingRechecked)] == [1, 0]


async def go_to(stage: Any, place: str, **more: bool) -> Any:
    return await stage.post(f"/meetings/{MEETING}/move", {"place": place, "reason": "R", **more})


async def test_another_place_alone_is_held_against_the_hours_there_and_stands_on_them(
    stage: Any,
) -> None:
    await convoke(stage)
    before = await stage.envelopes()
    refused = await go_to(stage, "Beijing")
    assert refused.status_code == 422
    assert refused.json()["detail"] == (
        "Beijing, 2027-09-14 09:30 Asia/Tashkent (UTC+05:00): 12:30 to 18:30 in Beijing is outside "
        "the office hours that China keeps, 09:00 to 18:00; choose another place, or say "
        "despite_clashes"
    )
    assert await stage.envelopes() == before
    assert (await go_to(stage, "Beijing", despite_clashes=True)).is_success
    await rule(stage, "kazakhstan", "2027-09-16", "holiday")
    assert await listed(stage) == {}
    assert (await go_to(stage, "北京, Diaoyutai (Beijing)")).is_success, "it is no graver there"
    assert (await go_to(stage, "Tashkent")).is_success
    await keep_hours(stage, "china", "10:00", "18:00")
    assert await listed(stage) == {MEETING: [(Change.HOURS, "china")]}


async def test_what_is_found_of_a_date_stands_when_the_meeting_gets_another_place_alone(
    stage: Any,
) -> None:
    await convoke(stage)
    await rule(stage, "china", IN_CHINA, "holiday")
    await keep_hours(stage, "china", "10:00", "18:00")
    found = [(Change.HOURS, "china"), (Change.DAY_OFF, "china")]
    assert (await go_to(stage, "Tashkent, Forum Hall")).is_success
    assert await listed(stage) == {MEETING: found}
    assert (await go_to(stage, "Bishkek")).is_success
    assert await listed(stage) == {MEETING: found[1:]}


async def test_the_secretary_may_let_a_meeting_stand(stage: Any) -> None:
    await convoke(stage)
    await rule(stage, "china", IN_CHINA, "holiday")
    because = {"reason": "The Chinese delegation comes all the same"}
    path = f"/rechecks/{MEETING}/settlement"
    refused = await stage.post(path, because, actor="china/delegate 王毅")
    assert refused.status_code == 403
    assert (await stage.post(path, because)).status_code == 200
    assert await listed(stage) == {}
    assert (await stage.said(MeetingRechecked))[-1].reason == because["reason"]
    again = await stage.post(path, because)
    assert again.status_code == 422
    await rule(stage, "china", "2027-09-15", "holiday")
    assert await listed(stage) == {}


async def test_a_meeting_that_is_not_to_come_is_not_checked(stage: Any) -> None:
    await convoke(stage)
    await rule(stage, "china", IN_CHINA, "holiday")
    await stage.post(f"/meetings/{MEETING}/cancellation", {"reason": "A state visit"})
    assert await listed(stage) == {}
    none = await stage.get(f"/rechecks/{MEETING}")
    assert none.status_code == 404
    assert f"{MEETING} is cancelled: only the date of a" in none.json()["detail"]


async def test_days_that_the_data_move_are_found_when_a_process_starts(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await convoke(stage)

    def otherwise(country: str | None, year: int) -> Year:
        known = public_holidays(country, year)
        if country != "CN":
            return known
        bridged = {**known.holidays, date(2027, 9, 14): Holiday("Mid-Autumn Festival", True)}
        return Year(known=True, holidays=bridged, made_up=known.made_up)

    monkeypatch.setattr(days, "public_holidays", otherwise)
    days.days_of.cache_clear()
    worker = stage.program.workers["scheduling"]
    for _ in range(2):
        await rechecking.recheck(worker.database, stage.clock)
        await stage.program.settle()
    days.days_of.cache_clear()
    assert await listed(stage) == {MEETING: [(Change.MAY_BE_OFF, "china")]}
    assert len(await stage.said(MeetingRechecked)) == 1


@pytest.fixture
def omsk_time_in_almaty(tmp_path: Path) -> Iterator[None]:
    """Zone data in which Almaty has gone back to the offset that it had until 2024."""
    changed = tmp_path / "zones" / "Asia" / "Almaty"
    changed.parent.mkdir(parents=True)
    changed.write_bytes(files("tzdata.zoneinfo.Asia").joinpath("Omsk").read_bytes())
    yield
    zoneinfo.reset_tzpath(to=[])
    zoneinfo.ZoneInfo.clear_cache()
    stretches.stretches_of.cache_clear()


async def start_with_other_zones(stage: Any, tmp_path: Path) -> None:
    zoneinfo.reset_tzpath(to=[str(tmp_path / "zones")])
    zoneinfo.ZoneInfo.clear_cache()
    await rechecking.recheck(stage.program.workers["scheduling"].database, stage.clock)
    await stage.program.settle()


@pytest.mark.usefixtures("omsk_time_in_almaty")
async def test_clocks_that_the_data_move_are_found_when_a_process_starts(
    stage: Any, tmp_path: Path
) -> None:
    await convoke(stage)
    await start_with_other_zones(stage, tmp_path)
    assert await listed(stage) == {MEETING: [(Change.CLOCKS, "kazakhstan")]}
    ((finding,),) = (said.findings for said in await stage.said(MeetingRechecked))
    assert finding.found == (
        "Asia/Almaty has other rules: it begins at 10:30 in Kazakhstan, no longer at 09:30"
    )
    assert finding.action == "tell Kazakhstan that it begins at 10:30"


@pytest.mark.usefixtures("omsk_time_in_almaty")
async def test_the_wall_time_of_a_date_stands_and_it_is_the_clocks_of_others_that_are_told(
    stage: Any, tmp_path: Path
) -> None:
    """Nor is any deadline another one."""
    in_almaty = {"wall": f"{IN_CHINA}T09:30:00", "zone": "Asia/Almaty", "minutes": 240}
    await stage.post("/meetings", {"mechanism": "customs-heads", "year": 2027})
    body = {"when": in_almaty, "place": "Astana"}
    assert (await stage.post(f"/meetings/{MEETING}/convocation", body)).is_success
    due = (await stage.get(f"/meetings/{MEETING}/deadlines")).json()
    await start_with_other_zones(stage, tmp_path)
    (item,) = (await stage.get("/rechecks")).json()["items"]
    assert item["shifts"] == []
    told = {one["party"]: (one["found"], one["action"]) for one in item["findings"]}
    assert told.keys() == {party.id for party in CUSTOMS.parties} - {"kazakhstan"}
    assert told["uzbekistan"] == (
        "Asia/Almaty has other rules: it begins at 08:30 in Uzbekistan, no longer at 09:30",
        "tell Uzbekistan that it begins at 08:30",
    )
    assert "11:30 in China, no longer at 12:30" in told["china"][0]
    assert (await stage.get(f"/meetings/{MEETING}/deadlines")).json() == due
    assert (
        '09:30–13:30</span> <span class="clock">Asia/Almaty, UTC+06:00'
        in (await stage.http.get("/rechecks")).text
    )
    keep = {"when": in_almaty, "reason": "The hour stands"}
    assert (await stage.post(f"/meetings/{MEETING}/move", keep)).is_success
    assert await listed(stage) == {}


async def test_meetings_that_were_fixed_before_are_kept_in_view_from_then_on(stage: Any) -> None:
    """A database that an earlier version filled knows nothing of what dates stood on."""
    await convoke(stage)
    worker = stage.program.workers["scheduling"]
    async with worker.database.write() as session:
        session.remove(RecheckRow, MEETING)
    await rechecking.recheck(worker.database, stage.clock)
    await rule(stage, "china", IN_CHINA, "holiday")
    assert await listed(stage) == {MEETING: [(Change.DAY_OFF, "china")]}


async def test_meetings_of_the_past_are_left_alone(stage: Any) -> None:
    await convoke(stage)
    await stage.advance(datetime(2027, 9, 14, 12, tzinfo=UTC))
    await rule(stage, "china", IN_CHINA, "holiday")
    assert await stage.said(MeetingRechecked) == []


async def test_a_secretary_sees_on_a_page_what_to_check_and_settles_it_there(stage: Any) -> None:
    await convoke(stage)
    assert "Nothing has changed since the dates" in (await stage.http.get("/rechecks")).text
    await rule(stage, "china", IN_CHINA, "holiday")
    text = (await stage.http.get("/rechecks")).text
    assert "1 date to check again" in text
    assert "secretariat " not in text, "there are buttons for it"
    assert "Fixed on a day off" not in text
    assert (
        "14 September 2027 is a day off in China: День памяти · 纪念日 (Decree 112, 2026-12-15)"
        in text
    )
    assert "reschedule, or let it stand if China comes all the same" in text
    assert f'<a href="/meetings/{MEETING}"' in text
    assert f'href="/meetings/{MEETING}/move"' in text
    path = f"/rechecks/{MEETING}/settle"
    because = {"reason": "代表团照常出席 <b>"}
    nobody = await stage.http.post(path, data=because)
    assert (nobody.status_code, "logged in as the secretary" in nobody.text) == (422, True)
    as_delegate = {"actor": "china/delegate"}
    refused = await stage.http.post(path, data=because, headers=as_delegate)
    assert "only the secretary may let a meeting stand" in refused.text
    assert "Let it stand" not in (await stage.http.get("/rechecks", headers=as_delegate)).text
    as_secretary = {"actor": "secretary"}
    silent = await stage.http.post(path, headers=as_secretary)
    assert "say why it may stand" in silent.text
    settled = await stage.http.post(path, data=because, headers=as_secretary)
    assert settled.headers["location"] == f"/rechecks?stands={MEETING}"
    await stage.program.settle()
    assert await listed(stage) == {}
    assert (await stage.said(MeetingRechecked))[-1].reason == because["reason"]
    text = (await stage.http.get("/rechecks")).text
    assert "Nothing has changed since the dates" in text
    (line,) = re.findall(r"<tr><th scope=.row.*?</tr>", text, re.DOTALL)
    assert "in China: День памяти" in line
    assert "代表团照常出席 &lt;b&gt;" in line
    shown = (await stage.get(f"/rechecks/{MEETING}")).json()
    assert shown["settled"] == because["reason"]


async def test_to_let_a_meeting_stand_tells_of_the_poll_that_still_asks_for_another_date(
    stage: Any,
) -> None:
    await convoke(stage)
    await rule(stage, "china", IN_CHINA, "holiday")
    poll = await asked(stage, "2027-09-16T09:30:00", ask_again=True)
    body = {"reason": "The host comes all the same"}
    settled = await stage.post(f"/rechecks/{MEETING}/settlement", body)
    assert settled.json()["polls"] == [poll]
    page = (await stage.http.get(f"/rechecks?stands={MEETING}")).text
    assert f"✓ {MEETING} stands as it is." in page
    assert f'<a href="/polls/{poll}">{poll}</a> still asks its delegations' in page
    assert f'action="/polls/{poll}/withdraw"' in page
    assert 'value="The host comes all the same"' in page
    assert "asked for another date" in (await stage.http.get("/rechecks")).text
    gone = f"/polls/{poll}/withdraw"
    assert (await stage.http.post(gone, data=body, headers={"actor": "secretary"})).is_redirect
    assert poll not in (await stage.http.get(f"/rechecks?stands={MEETING}")).text


async def test_a_date_that_has_passed_is_on_the_page_no_more(stage: Any) -> None:
    await convoke(stage)
    await rule(stage, "china", IN_CHINA, "holiday")
    await stage.advance(datetime(2027, 9, 15, tzinfo=UTC))
    assert "Nothing has changed since the dates" in (await stage.http.get("/rechecks")).text


async def test_who_asks_first_for_slots_does_not_wait_for_holidays(stage: Any) -> None:
    stretches.stretches_of.cache_clear()
    await rechecking.recheck(stage.program.workers["scheduling"].database, stage.clock)
    ready = stretches.stretches_of.cache_info().misses
    assert ready
    await stage.post("/meetings", {"mechanism": "customs-heads", "year": 2027})
    asked = {"first": "2027-03-01", "last": "2027-12-31"}
    found = await stage.get("/meetings/customs-heads-2027-1/slots", **asked)
    assert found.json()["slots"]
    assert stretches.stretches_of.cache_info().misses == ready


async def asked(stage: Any, *walls: str, **more: bool) -> str:
    """A poll of these dates for the meeting; its id."""
    await stage.post("/meetings", {"mechanism": "customs-heads", "year": 2027})
    slots = [{"wall": wall, "zone": "Asia/Tashkent", "minutes": 300} for wall in walls]
    closes = {"wall": "2027-02-01T18:00:00", "zone": "Asia/Tashkent"}
    answer = await stage.post(
        f"/meetings/{MEETING}/polls", {"slots": slots, "closes": closes, **more}
    )
    assert answer.status_code == 201, answer.text
    poll: str = answer.json()["id"]
    return poll


async def test_a_date_of_an_open_poll_that_becomes_a_day_off_is_listed(stage: Any) -> None:
    poll = await asked(stage, "2027-09-13T09:30:00", f"{IN_CHINA}T09:30:00")
    assert await listed(stage) == {}
    await rule(stage, "china", IN_CHINA, "holiday")
    assert await listed(stage) == {poll: [(Change.DAY_OFF, "china")]}
    (said,) = await stage.said(PollRechecked)
    (finding,) = said.findings
    assert (said.meeting, finding.slot, finding.on) == (MEETING, "s2", date(2027, 9, 14))
    assert finding.found.startswith("14 September 2027 is a day off in China: День памяти")
    assert "choose another date, or withdraw the poll and ask others" in finding.action
    text = (await stage.http.get("/rechecks")).text
    assert "1 date to check again" in text
    assert f'<a href="/polls/{poll}"' in text
    assert '<span class="slot">s2</span> (14 September 2027)' in text


async def test_what_is_the_same_for_several_dates_of_a_poll_is_told_once(stage: Any) -> None:
    await asked(stage, "2027-09-13T09:30:00", f"{IN_CHINA}T09:30:00")
    await keep_hours(stage, "china", "13:00", "18:00")
    text = (await stage.http.get("/rechecks")).text
    assert text.count("China works from 13:00 to 18:00 by now; it begins at 12:30") == 1
    assert "(13 September 2027), " in text
    (item,) = (await stage.get("/rechecks")).json()["items"]
    ((told, _),) = lines_of(item)
    assert told.startswith("s1 (Mon 13 Sep), s2 (Tue 14 Sep): China works from 13:00")


async def test_a_poll_may_stand_and_one_that_nobody_answers_is_not_checked(stage: Any) -> None:
    poll = await asked(stage, f"{IN_CHINA}T09:30:00", "2027-09-15T09:30:00")
    await rule(stage, "china", IN_CHINA, "holiday")
    assert f'class="button quiet" href="/polls/{poll}"' in (await stage.http.get("/rechecks")).text
    path = f"/rechecks/{poll}/settlement"
    settled = await stage.post(path, {"reason": "China comes all the same"})
    assert settled.status_code == 200
    assert await listed(stage) == {}
    assert (await stage.said(PollRechecked))[-1].reason == "China comes all the same"
    await rule(stage, "china", "2027-09-15", "holiday")
    assert await listed(stage) == {poll: [(Change.DAY_OFF, "china")]}
    await stage.post(f"/polls/{poll}/withdrawal", {"reason": "Other dates are asked"})
    assert await listed(stage) == {}
    for none in (await stage.get(f"/rechecks/{poll}"), await stage.post(path, {"reason": "x"})):
        assert none.status_code == 404
        assert "is withdrawn: nobody answers it, so nothing is to check" in none.json()["detail"]


async def test_a_poll_is_not_closed_on_a_day_that_became_off_unless_that_is_meant(
    stage: Any,
) -> None:
    poll = await asked(stage, f"{IN_CHINA}T09:30:00", "2027-09-15T09:30:00")
    await rule(stage, "china", IN_CHINA, "holiday")
    choice = {"slot": "s1", "place": PLACE, "despite_answers": True}
    refused = await stage.post(f"/polls/{poll}/closing", choice)
    assert refused.status_code == 422
    assert "День памяти · 纪念日" in refused.json()["detail"]
    assert "despite_clashes" in refused.json()["detail"]
    meant = await stage.post(f"/polls/{poll}/closing", {**choice, "despite_clashes": True})
    assert meant.status_code == 200, meant.text
    assert await listed(stage) == {}


async def test_a_poll_is_not_closed_on_a_provisional_day_off_unless_that_is_meant(
    stage: Any,
) -> None:
    """The feast of sacrifice of 2027 is computed for 17 May."""
    poll = await asked(stage, "2027-05-17T09:30:00", "2027-05-27T09:30:00")
    choice = {"slot": "s1", "place": PLACE, "despite_answers": True}
    refused = await stage.post(f"/polls/{poll}/closing", choice)
    assert refused.status_code == 422, refused.text
    assert "17 May 2027 may be a day off in Uzbekistan" in refused.json()["detail"]
    meant = await stage.post(f"/polls/{poll}/closing", {**choice, "despite_clashes": True})
    assert meant.status_code == 200, meant.text


@pytest.mark.parametrize("proposed", [True, False])
async def test_a_date_that_may_yet_be_off_is_asked_about_and_everybody_told(
    stage: Any, proposed: bool
) -> None:
    await stage.post("/meetings", {"mechanism": "customs-heads", "year": 2027})
    closes = {"wall": "2027-02-01T18:00:00", "zone": "Asia/Tashkent"}
    given = [{"wall": f"2027-05-{day}T09:30:00", "zone": "Asia/Tashkent"} for day in (14, 17)]
    found = {"first": "2027-05-15", "last": "2027-05-17", "limit": 2}
    asks = {"propose": found} if proposed else {"slots": given}
    poll = (await stage.post(f"/meetings/{MEETING}/polls", {**asks, "closes": closes})).json()
    (slot,) = (one["slot"] for one in poll["slots"] if "05-17" in one["span"]["starts"]["at"])
    (texts,) = poll["unsure"].values()
    assert list(poll["unsure"]) == [slot]
    assert any(text.startswith("17 May 2027 may be a day off in Uzbekistan") for text in texts)
    page = (await stage.http.get(f"/polls/{poll['id']}", headers={"actor": "secretary"})).text
    (table,) = re.findall("<table class=.register poll.*?</table>", page, re.DOTALL)
    assert table.count("17 May 2027 may be a day off in Uzbekistan") == 1
    options = dict(re.findall(r'<option value="(s\d)"[^>]*>(.*?)</option>', page, re.DOTALL))
    assert [key for key, text in options.items() if "; may be a day off in" in text] == [slot]
    link = await stage.post(f"/polls/{poll['id']}/links", {"party": "uzbekistan"})
    asked = (await stage.http.get(f"{link.json()['address']}?language=en")).text
    assert "Uzbekistan: perhaps a day off, as is known by now" in asked


@pytest.fixture
async def by_working_days(stage: Any) -> Any:
    """A meeting whose proposals are due 30 working days before, with its agenda gone out."""
    rules = CUSTOMS.rules.model_copy(
        update={"proposals_days": 30, "working_days": (MilestoneKind.PROPOSALS,)}
    )
    await stage.tell(RulesAmended(mechanism="customs-heads", rules=rules))
    await convoke(stage)
    return stage


async def milestones(stage: Any) -> dict[str, Any]:
    found = (await stage.get(f"/meetings/{MEETING}")).json()["milestones"]
    return {one["kind"]: one for one in found}


async def test_a_day_off_that_moves_a_deadline_is_listed_and_the_deadline_counted_again(
    by_working_days: Any,
) -> None:
    stage = by_working_days
    before = await milestones(stage)
    await rule(stage, "china", "2027-08-16", "holiday")
    (check,) = (await stage.get("/rechecks")).json()["items"]
    assert check["findings"] == []
    (shift,) = check["shifts"]
    assert shift["kind"] == "proposals"
    assert shift["due"]["at"] == before["proposals"]["due"]["at"]
    assert shift["now"]["at"] < shift["due"]["at"]
    assert "by the days that China works" in shift["found"]
    assert await milestones(stage) == before
    page = (await stage.http.get("/rechecks")).text
    assert "Count deadlines again" in page
    path = f"/rechecks/{MEETING}/recount"
    refused = await stage.post(path, {"reason": "x"}, actor="china/delegate")
    assert refused.status_code == 403
    form = await stage.http.post(path, data={"reason": "假日 "}, headers={"actor": "secretary"})
    assert form.status_code == 303, form.text
    await stage.program.settle()
    after = await milestones(stage)
    assert after["proposals"]["due"] == shift["now"]
    assert after["invitation"] == before["invitation"]
    assert before["invitation"]["met"] is not None
    assert (await stage.said(MilestonesSet))[-1].reason == "假日 "
    assert await listed(stage) == {}
    assert [len(said.shifts) for said in await stage.said(MeetingRechecked)] == [1, 0]
    again = await stage.post(path, {"reason": "x"})
    assert again.status_code == 422


async def test_a_deadline_that_was_let_stand_is_listed_again_only_if_it_moves_again(
    by_working_days: Any,
) -> None:
    stage = by_working_days
    before = await milestones(stage)
    await rule(stage, "china", "2027-08-16", "holiday")
    await stage.post(f"/rechecks/{MEETING}/settlement", {"reason": "The day is kept"})
    await rule(stage, "kazakhstan", "2027-08-17", "holiday")
    assert await listed(stage) == {}
    assert await milestones(stage) == before
    await rule(stage, "china", "2027-08-17", "holiday")
    assert await listed(stage) == {MEETING: []}


async def test_a_deadline_that_is_met_is_not_counted_again(
    by_working_days: Any,
) -> None:
    stage = by_working_days
    await stage.post(f"/meetings/{MEETING}/milestones/proposals")
    await rule(stage, "china", "2027-08-16", "holiday")
    assert await listed(stage) == {}


async def test_who_has_no_seat_hears_nothing_of_a_poll_for_a_restricted_meeting(
    stage: Any,
) -> None:
    poll = await asked(stage, f"{IN_CHINA}T09:30:00")
    await stage.post(f"/meetings/{MEETING}/restriction", {"restricted": True})
    await rule(stage, "china", IN_CHINA, "holiday")
    assert await listed(stage) == {}
    assert (await stage.get(f"/rechecks/{poll}")).status_code == 404
    assert poll not in (await stage.http.get("/rechecks")).text
    seated = await stage.http.get("/rechecks", headers={"actor": "secretary"})
    assert poll in seated.text


async def test_what_is_found_after_the_page_was_opened_is_not_settled_unseen(stage: Any) -> None:
    await convoke(stage)
    await rule(stage, "china", IN_CHINA, "holiday")
    page = (await stage.http.get("/rechecks")).text
    (revision,) = set(re.findall(r'name="revision" value="(\d+)"', page))
    await rule(stage, "kazakhstan", IN_CHINA, "holiday")
    typed = {"reason": "Китай согласен", "revision": revision}
    refused = await sent(stage, f"/rechecks/{MEETING}/settle", **typed)
    assert refused.status_code == 422
    assert "what is found has changed since you opened this" in refused.text
    assert 'value="Китай согласен"' in refused.text
    assert "in Kazakhstan" in refused.text
    (again,) = set(re.findall(r'name="revision" value="(\d+)"', refused.text))
    taken = await sent(stage, f"/rechecks/{MEETING}/settle", **{**typed, "revision": again})
    assert taken.status_code == 303
    *_, settled = await stage.said(MeetingRechecked)
    assert [one.party for one in settled.let_stand] == ["china", "kazakhstan"]


async def test_a_poll_that_asks_for_another_date_already_is_named_beside_what_is_found(
    stage: Any,
) -> None:
    await convoke(stage)
    slots = [{"wall": "2027-09-28T10:00:00", "zone": "Asia/Tashkent", "minutes": 240}]
    closes = {"wall": "2027-02-01T18:00:00", "zone": "Asia/Shanghai"}
    asked = {"slots": slots, "closes": closes, "ask_again": True, "reason": "Зал занят"}
    poll = await stage.post(f"/meetings/{MEETING}/polls", asked)
    assert poll.status_code == 201, poll.text
    await rule(stage, "china", IN_CHINA, "holiday")
    said = words(await stage.http.get("/rechecks"))
    assert f"Its delegations are asked for another date already: {MEETING}.poll1" in said


async def test_a_zone_that_a_registry_has_otherwise_is_checked_at_once(stage: Any) -> None:
    await convoke(stage)
    parties = [
        one.model_copy(update={"zone": "Asia/Urumqi"}) if one.id == "china" else one
        for one in CUSTOMS.parties
    ]
    await stage.tell(CUSTOMS.model_copy(update={"parties": tuple(parties)}))
    found = (await stage.get(f"/rechecks/{MEETING}")).json()["findings"]
    assert next((one["change"], one["party"]) for one in found) == ("clocks", "china")
