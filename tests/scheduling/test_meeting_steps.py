"""The pages on which the secretary takes the next step with a meeting."""

import re
from datetime import timedelta
from typing import Any

import pytest

from events.mechanisms import MilestoneKind
from events.meetings import (
    MeetingCancelled,
    MeetingRescheduled,
    MeetingScheduled,
    MilestonesMet,
    RestrictionSet,
)
from events.polls import PollOpened, PollWithdrawn
from services.portal.service import portal
from services.scheduling.pages.meetings import TAKEN
from services.scheduling.pages.spoken import in_words_of_page
from services.scheduling.service import scheduling
from services.steps import Step
from tests.scheduling.test_poll_pages import sent
from tests.scheduling.test_polls import answered, opened

MEETING = "customs-heads-2027-1"
HERE = f"/meetings/{MEETING}"
ASTANA = {"zone": "Asia/Almaty", "place": "Astana, Дворец"}
DATE = {"begins": "2027-05-11T09:30", **ASTANA}
ALL = {step.value for step in Step}


@pytest.fixture
async def stage(staged: Any) -> Any:
    found = await staged(scheduling, portal)
    planned = await found.post("/meetings", {"mechanism": "customs-heads", "year": 2027})
    assert planned.status_code == 201
    return found


def words(page: Any) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page.text.partition("<main")[2]).split())


async def read(stage: Any, step: str, actor: str | None = None, **more: str) -> Any:
    named = {"actor": actor, **more} if actor else more
    return await stage.http.get(f"{HERE}/{step}", headers=named)


async def offered(stage: Any, actor: str | None = None, **more: str) -> set[str]:
    """The steps that the meeting's own page leads to."""
    headers = {"actor": actor, **more} if actor else more
    page = (await stage.http.get(HERE, headers=headers)).text
    return set(re.findall(rf'class="button quiet" href="{HERE}/([a-z]+)"', page))


async def held(stage: Any) -> Any:
    return (await stage.get(HERE)).json()


async def test_what_the_state_allows_is_offered_and_nothing_else(stage: Any) -> None:
    assert await offered(stage) == {"polls", "convocation", "restriction", "cancellation"}
    await sent(stage, f"{HERE}/convocation", **DATE)
    assert await offered(stage) == ALL - {"convocation"}
    assert "by the secretary" in words(await stage.http.get(HERE))
    late = await read(stage, "convocation")
    assert "cannot be done with a meeting that is scheduled" in words(late)
    assert "<form" not in late.text
    await sent(stage, f"{HERE}/cancellation", reason="No host", sure="true")
    assert await offered(stage) == {"restriction"}


async def test_no_page_says_that_a_step_is_taken_which_is_not(stage: Any) -> None:
    for step in TAKEN:
        answer = await stage.http.get(f"{HERE}/{step}?done")
        assert answer.status_code == 200
        shown = step in {Step.NOTE, Step.RESTRICT}
        assert ('class="taken"' in answer.text) is shown, step


async def test_a_held_meeting_takes_notes_of_what_is_done_and_moves_no_more(stage: Any) -> None:
    await sent(stage, f"{HERE}/convocation", **DATE)
    (convoked,) = await stage.said(MeetingScheduled)
    await stage.advance(convoked.span.starts.at)
    there = [{"party": party, "presence": "in_person"} for party in (await held(stage))["parties"]]
    assert (await stage.post(f"{HERE}/opening", {"attendance": there})).is_success
    assert await offered(stage) == {"deadlines", "restriction"}


async def test_who_is_not_the_secretary_sees_no_button_and_may_not(stage: Any) -> None:
    delegate = "china/coordinator"
    assert await offered(stage, delegate) == set()
    assert await offered(stage, gateway="1") == set()
    assert await offered(stage, "secretary A. Ospanova", gateway="1") != set()
    form = await read(stage, "convocation", delegate)
    assert "Only the secretary may do this" in words(form)
    assert "<form" not in form.text
    refused = await sent(stage, f"{HERE}/convocation", delegate, **DATE)
    assert (refused.status_code, "<form" in refused.text) == (422, False)
    assert "only the secretary may convoke a meeting" in words(refused)
    unknown = await stage.http.post(f"{HERE}/cancellation", data={"reason": "x", "sure": "true"})
    assert unknown.status_code == 422
    assert (await held(stage))["stage"] == "planned"


async def test_the_secretary_fixes_a_date_and_is_told_which(stage: Any) -> None:
    form = await read(stage, "convocation")
    assert form.headers["cache-control"] == "no-store"
    assert "60 days' notice: a date from 5 March 2027 on has it" in words(form).replace(
        "&#39;", "'"
    )
    answer = await sent(stage, f"{HERE}/convocation", ends="2027-05-12T16:00", **DATE)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{HERE}/convocation?done")
    (convoked,) = await stage.said(MeetingScheduled)
    assert str(convoked.span.starts).startswith("2027-05-11 09:30 Asia/Almaty")
    assert convoked.span.ends.at - convoked.span.starts.at == timedelta(hours=30, minutes=30)
    done = await stage.http.get(answer.headers["location"])
    assert "is convoked: Tuesday, 11 May 2027, 09:30 – 12 May 2027, 16:00" in words(done)
    assert "Due already" not in words(done)


def test_a_refusal_is_in_the_words_of_the_pages() -> None:
    said = "2028-04-26 13:00 Asia/Shanghai (UTC+08:00): 2028-02-30 is no date, china; say ask_again"
    assert in_words_of_page(said, {"china": "China"}) == (
        "26 April 2028, 13:00 Asia/Shanghai, UTC+08:00: 2028-02-30 is no date, China; "
        "tick “Although a poll about its date is not closed yet”"
    )


async def test_what_was_due_before_the_date_was_fixed_is_said(stage: Any) -> None:
    soon = {**DATE, "begins": "2027-02-16T09:30"}
    refused = await sent(stage, f"{HERE}/convocation", **soon)
    assert refused.status_code == 422
    assert "or tick “The parties agreed to less notice”" in words(refused)
    assert "which for 16 February 2027, 09:30 Asia/Almaty, UTC+05:00 had to be" in words(refused)
    assert ">short_notice<" not in refused.text
    answer = await sent(stage, f"{HERE}/convocation", short_notice="true", **soon)
    done = words(await stage.http.get(answer.headers["location"]))
    assert "Due already when the date was fixed: delegations are named (2 January 2027)." in done


WRONG: list[tuple[dict[str, str], str]] = [
    ({"place": "Astana"}, "say when the meeting begins"),
    ({"begins": "2027-05-11T09:30", "place": ""}, "say where the meeting is held"),
    ({**DATE, "ends": "2027-05-11T09:30"}, "ends before it begins"),
    ({**DATE, "ends": "2027-06-11T09:30"}, "lasts at most 14 days"),
    ({**DATE, "begins": "2027-05-11"}, "write date and hour"),
    ({**DATE, "zone": "Asia/Astana"}, "no IANA time zone"),
    ({**DATE, "begins": "2028-05-11T09:30"}, "this is the meeting of 2027"),
]


async def test_a_form_that_makes_no_sense_says_why_and_keeps_what_was_entered(stage: Any) -> None:
    for entered, wrong in WRONG:
        refused = await sent(stage, f"{HERE}/convocation", **{**ASTANA, **entered})
        assert refused.status_code == 422
        assert wrong in words(refused)
        for said in entered.values():
            assert f'value="{said}"' in refused.text
    assert (await held(stage))["stage"] == "planned"


async def test_the_secretary_moves_a_meeting_to_another_date_or_place_with_a_reason(
    stage: Any,
) -> None:
    await sent(stage, f"{HERE}/convocation", ends="2027-05-11T16:30", **DATE)
    assert 'value="2027-05-11T09:30"' in (await read(stage, "move")).text
    without = await sent(stage, f"{HERE}/move", **{**DATE, "place": "Astana, Зал 2"})
    assert "say why the meeting moves" in words(without)
    assert 'value="Astana, Зал 2"' in without.text
    same = await sent(stage, f"{HERE}/move", reason="Why not", **DATE)
    assert "the date and the place it has" in words(same)
    place = {**DATE, "place": "Astana, Зал 2", "reason": "The palace is closed"}
    assert (await sent(stage, f"{HERE}/move", **place)).status_code == 303
    date = {**place, "begins": "2027-05-12T09:30", "reason": "A visit"}
    answer = await sent(stage, f"{HERE}/move", **date)
    assert "is on Wednesday, 12 May 2027, 09:30–16:30" in words(
        await stage.http.get(answer.headers["location"])
    )
    first, second = await stage.said(MeetingRescheduled)
    assert (first.span, first.place, first.reason) == (
        first.previous,
        "Astana, Зал 2",
        "The palace is closed",
    )
    assert (second.place, second.reason) == ("Astana, Зал 2", "A visit")


def typed(answer: Any) -> dict[str, str]:
    """What the page says was entered and is not in its form."""
    (fields,) = re.findall('aria-labelledby="typed">(.*?)</dl>', answer.text, re.DOTALL)
    return dict(re.findall("<dt>(.*?)</dt><dd[^>]*>(.*?)</dd>", fields))


async def test_who_fixes_a_date_that_somebody_fixed_meanwhile_keeps_what_was_entered(
    stage: Any,
) -> None:
    await sent(stage, f"{HERE}/convocation", **DATE)
    late = await sent(
        stage, f"{HERE}/convocation", **{**DATE, "place": "Astana, Зал 2", "short_notice": "true"}
    )
    assert late.status_code == 422
    assert typed(late) == {
        "It begins": "11 May 2027, 09:30",
        "As clocks show it in": DATE["zone"],
        "The place": "Astana, Зал 2",
        "Ticked": "The parties agreed to less notice",
    }


async def test_a_form_that_was_opened_before_a_move_undoes_nothing(stage: Any) -> None:
    await sent(stage, f"{HERE}/convocation", ends="2027-05-11T16:30", **DATE)
    (seen,) = re.findall('name="sequence" value="([0-9]+)"', (await read(stage, "move")).text)
    tuesday = {**DATE, "begins": "2027-05-12T09:30", "reason": "The hall is taken"}
    assert (await sent(stage, f"{HERE}/move", sequence=seen, **tuesday)).status_code == 303
    stale = {**DATE, "place": "Astana, Зал 2", "reason": "Another hall", "sequence": seen}
    refused = await sent(stage, f"{HERE}/move", **stale)
    assert (
        "was moved since you opened this: by now it is on 12 May 2027, 09:30 Asia/Almaty, "
        "UTC+05:00, place: Astana, Дворец; look again"
    ) in words(refused)
    for shown in ('value="2027-05-12T09:30"', 'value="Astana, Дворец"', ">Another hall<"):
        assert shown in refused.text
    assert typed(refused)["The place"] == "Astana, Зал 2"
    assert typed(refused)["It begins"] == "11 May 2027, 09:30"
    cancelled = await sent(
        stage, f"{HERE}/cancellation", reason="No host", sure="true", sequence=seen
    )
    assert "look again" in words(cancelled)
    assert " checked" not in cancelled.text
    by_api = await stage.post(f"{HERE}/move", {"place": "Astana", "reason": "x", "sequence": 0})
    assert (by_api.status_code, by_api.json()["current"]["sequence"]) == (412, 1)
    assert (await held(stage))["place"] == "Astana, Дворец"
    (seen,) = re.findall('name="sequence" value="([0-9]+)"', refused.text)
    again = {**tuesday, "place": "Astana, Зал 2", "sequence": seen}
    assert (await sent(stage, f"{HERE}/move", **again)).status_code == 303


async def test_a_poll_that_a_step_ends_is_named_before(stage: Any) -> None:
    poll = await opened(stage)
    said = words(await read(stage, "cancellation"))
    assert f"{poll} , which nobody has answered yet, is withdrawn with it" in said
    await answered(stage, poll, "china/delegate", "yes", "yes", "yes")
    for step in ("convocation", "cancellation"):
        said = words(await read(stage, step))
        assert f"{poll} , which 1 of 6 delegations have answered, is withdrawn with it" in said
    refused = await sent(stage, f"{HERE}/convocation", **DATE)
    tick = "Although delegations have answered the poll that is withdrawn with it"
    assert f"would be withdrawn with it; choose one of its dates, or tick “{tick}”" in words(
        refused
    )
    assert await stage.said(PollWithdrawn) == []
    fixed = await sent(stage, f"{HERE}/convocation", despite_polls="true", **DATE)
    done = words(await stage.http.get(fixed.headers["location"]))
    assert f"{poll} , which 1 of 6 delegations had answered, is withdrawn with it" in done
    other = await opened(stage, ask_again=True)
    await answered(stage, other, "china/delegate", "yes", "yes", "yes")
    hall = {"place": "Astana, Зал 2", "reason": "Ремонт"}
    assert (await sent(stage, f"{HERE}/move", **hall)).status_code == 303
    date = {**DATE, "begins": "2027-05-14T09:30", "reason": "Саммит"}
    assert (await sent(stage, f"{HERE}/move", **date)).status_code == 422
    await sent(stage, f"{HERE}/move", despite_polls="true", **date)
    assert [(event.poll, event.reason) for event in await stage.said(PollWithdrawn)] == [
        (poll, "The meeting is convoked without it"),
        (other, "The meeting is moved without it: Саммит"),
    ]


async def test_the_secretary_asks_the_delegations_for_a_date_that_is_found(stage: Any) -> None:
    form = await read(stage, "polls")
    assert 'name="closes" required value="2027-01-18T18:00"' in form.text
    assert 'name="first" value="2027-03-20"' in form.text
    assert 'name="last" value="2027-05-01"' in form.text
    proposed = {"closes": "2027-01-18T18:00", "first": "2027-03-20", "last": "2027-05-01"}
    asked = await sent(stage, f"{HERE}/polls", zone="Asia/Almaty", limit="3", **proposed)
    assert (asked.status_code, asked.headers["location"]) == (303, f"/polls/{MEETING}.poll1")
    (poll,) = await stage.said(PollOpened)
    assert len(poll.slots) == 3
    refused = await sent(stage, f"{HERE}/polls", zone="Asia/Almaty", limit="3", **proposed)
    assert f"{MEETING}.poll1 (open) asks for the date" in words(refused)
    assert "or tick “Although a poll about its date is not closed yet”" in words(refused)


async def test_the_secretary_asks_about_other_dates_of_a_meeting_that_has_one(stage: Any) -> None:
    await sent(stage, f"{HERE}/convocation", ends="2027-05-11T16:30", **DATE)
    form = await read(stage, "polls")
    assert "keeps its date until you close the poll" in words(form)
    assert 'name="ask_again"' in form.text
    again = {"closes": "2027-01-18T18:00", "zone": "Asia/Almaty", "ask_again": "true"}
    found = {**again, "first": "2027-05-10", "last": "2027-05-13", "limit": "3"}
    assert "say why another date is asked for" in words(await sent(stage, f"{HERE}/polls", **found))
    again["reason"] = "Зал занят"
    await sent(stage, f"{HERE}/polls", date2="2027-05-13T09:30", date4="2027-05-14T09:30", **again)
    (poll,) = await stage.said(PollOpened)
    assert [f"{slot.span.starts.wall:%d %H:%M}" for slot in poll.slots] == ["13 09:30", "14 09:30"]
    assert {slot.span.ends.at - slot.span.starts.at for slot in poll.slots} == {timedelta(hours=7)}
    assert poll.reason == "Зал занят"
    asked = await sent(stage, f"{HERE}/polls", **{**found, "reason": "x"})
    _, best = await stage.said(PollOpened)
    days = sorted(slot.span.starts.wall.day for slot in best.slots)
    assert (asked.status_code, days) == (303, [12, 13])


async def test_what_is_done_is_noted_with_a_button_beside_it(stage: Any) -> None:
    await sent(stage, f"{HERE}/convocation", **DATE)
    listed = await read(stage, "deadlines")
    assert re.findall(r"\?kind=(\w+)", listed.text).count("nominations") == 1
    for kind in ("invitation", "minutes"):
        assert f"?kind={kind}" not in listed.text
        assert "<form" not in (await read(stage, f"deadlines?kind={kind}")).text
    asking = words(await read(stage, "deadlines?kind=nominations"))
    assert "Delegations are named: is it done? Due on 27 March 2027, 09:30 Asia/Almaty," in asking
    assert "it is noted as done now, 4 January 2027, 06:00 UTC. It stays done when the" in asking
    assert len(await stage.said(MilestonesMet)) == 1
    assert "choose what is done" in words(await sent(stage, f"{HERE}/deadlines"))
    noted = await sent(stage, f"{HERE}/deadlines", kind="nominations")
    page = await stage.http.get(noted.headers["location"])
    assert "It is noted" in words(page)
    assert "?kind=nominations" not in page.text
    twice = await sent(stage, f"{HERE}/deadlines", kind="nominations")
    assert "noted as done already, on 4 January 2027" in words(twice)
    assert [event.kinds for event in await stage.said(MilestonesMet)] == [
        (MilestoneKind.INVITATION,),
        (MilestoneKind.NOMINATIONS,),
    ]


async def test_a_meeting_is_cancelled_for_a_reason_by_who_is_sure(stage: Any) -> None:
    form = await read(stage, "cancellation")
    assert "China gets its turn to host back" in words(form)
    assert "Everybody invited" not in words(form)
    unsure = await sent(stage, f"{HERE}/cancellation", reason="Нет хозяина")
    assert "nobody can take that back" in words(unsure)
    assert ">Нет хозяина</textarea>" in unsure.text
    assert "say why" in words(await sent(stage, f"{HERE}/cancellation", sure="true"))
    assert await stage.said(MeetingCancelled) == []
    answer = await sent(stage, f"{HERE}/cancellation", reason="Нет хозяина", sure="true")
    assert "is cancelled" in words(await stage.http.get(answer.headers["location"]))
    assert [event.reason for event in await stage.said(MeetingCancelled)] == ["Нет хозяина"]


async def test_a_meeting_is_restricted_and_opened_on_a_page_that_others_do_not_find(
    stage: Any,
) -> None:
    done = await sent(stage, f"{HERE}/restriction", restricted="true")
    assert done.status_code == 200
    assert "✓ It is restricted: only its parties read more" in words(done)
    assert "finds nothing there from now on, unless they read as the secretary" in words(done)
    for step in TAKEN:
        assert (await read(stage, step)).status_code == 404
        assert (await stage.http.post(f"{HERE}/{step}")).status_code == 404
    form = await read(stage, "restriction", "secretary")
    assert "Everybody reads again of the meeting" in words(form)
    await sent(stage, f"{HERE}/restriction", restricted="false")
    assert [event.restricted for event in await stage.said(RestrictionSet)] == [True, False]


async def test_the_dates_are_looked_at_with_what_they_cost_before_anybody_is_asked(
    stage: Any,
) -> None:
    form = {"closes": "2027-02-01T18:00", "zone": "Asia/Shanghai", "limit": "3"}
    between = {"first": "2027-04-05", "last": "2027-05-07"}
    page = await sent(stage, f"{HERE}/polls", **form, **between, look="yes")
    assert page.status_code == 200
    assert await stage.said(PollOpened) == []
    marks = re.findall(r'name="marked" value="([^"]+)" checked', page.text)
    assert len(marks) == 3
    assert "Those that are marked are asked; the best stands first" in words(page)
    assert 'value="2027-04-05"' in page.text, "what was entered stays"
    none = await sent(stage, f"{HERE}/polls", **form, **between, shown="yes")
    assert "mark the dates that are to be asked" in words(none)
    asked = await sent(stage, f"{HERE}/polls", **form, **between, shown="yes", marked=marks[1:])
    assert asked.status_code == 303, words(asked)
    (opened,) = await stage.said(PollOpened)
    starts = {f"{slot.span.starts.wall:%Y-%m-%dT%H:%M}" for slot in opened.slots}
    assert starts == {mark.partition("/")[0] for mark in marks[1:]}


async def test_where_no_date_fits_whoever_looks_first_is_told_what_would_give_way(
    stage: Any,
) -> None:
    form = {"closes": "2027-02-01T18:00", "zone": "Asia/Shanghai"}
    page = await sent(
        stage, f"{HERE}/polls", **form, first="2027-05-01", last="2027-05-02", look="yes"
    )
    assert page.status_code == 422
    assert "no date fits" in words(page)
    assert 'value="2027-05-01"' in page.text


async def test_whoever_looks_at_a_date_first_is_told_what_it_is_beside_and_nothing_is_fixed(
    stage: Any,
) -> None:
    await stage.post("/meetings", {"mechanism": "heads-of-state", "year": 2027})
    when = {"wall": "2027-05-12T09:30:00", "zone": "Asia/Shanghai", "minutes": 240}
    summit = {"when": when, "place": "Beijing"}
    assert (await stage.post("/meetings/heads-of-state-2027-1/convocation", summit)).is_success
    near = {"begins": "2027-05-14T09:30", "zone": "Asia/Shanghai", "place": "Beijing"}
    despite = {"despite_clashes": "true"}
    page = await sent(stage, f"{HERE}/convocation", **near, **despite, look="yes")
    assert page.status_code == 200
    said = words(page)
    assert "It would be on Friday, 14 May 2027" in said
    assert (
        "China hosts Heads of state: meeting 1 of 2027 on 12 May 2027, with 1 day between" in said
    )
    assert 'value="2027-05-14T09:30"' in page.text
    assert len(await stage.said(MeetingScheduled)) == 1
    sooner = {**near, "begins": "2027-01-20T09:30", "short_notice": "true"}
    said = words(await sent(stage, f"{HERE}/convocation", **sooner, look="yes"))
    assert "Due already then: delegations are named (6 December 2026)" in said
    weekend = {**near, "begins": "2027-05-15T09:30"}
    refused = await sent(stage, f"{HERE}/convocation", **weekend, look="yes")
    assert (refused.status_code, "weekend in China" in words(refused)) == (422, True)
    assert (await sent(stage, f"{HERE}/convocation", **near, **despite)).status_code == 303
    moved = {"begins": "2027-06-22T09:30", "zone": "Asia/Shanghai", "reason": "Выборы"}
    said = words(await sent(stage, f"{HERE}/move", **moved, look="yes"))
    assert "It would be on Tuesday, 22 June 2027" in said
    assert "The date is too near to nothing that is known" in said
    assert await stage.said(MeetingRescheduled) == []
