"""The pages of meetings: one by itself, and all by date."""

import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.agendas import AgendaCirculated, AgendaItem, ItemKind
from events.mechanisms import MechanismRegistered, MilestoneKind, Rules
from events.meetings import (
    MeetingCancelled,
    MeetingHandedOver,
    MeetingPlanned,
    MeetingRechecked,
    MeetingRescheduled,
    Milestone,
    MilestonesMet,
    MilestonesSet,
    RestrictionSet,
    Turn,
)
from events.moments import Moment, Span
from events.polls import (
    Answer,
    PollAnswered,
    PollClosed,
    PollEnded,
    PollOpened,
    PollWithdrawn,
    Slot,
)
from services import milestones
from services.milestones import Standing
from services.portal.service import portal
from services.portal.tables import CourseRow
from services.spacing import apart
from tests.portal.test_service import (
    DECISION,
    HERE,
    HOSTILE,
    MEETING,
    STARTS,
    TASK,
    Tags,
    decision,
    lasting,
    page,
    planned,
    scheduled,
    task,
)

ZONE = "Asia/Tashkent"
BEFORE = timedelta(days=-30)
K = MilestoneKind


def due(kind: MilestoneKind, days: int, **more: Any) -> Milestone:
    return Milestone(kind=kind, due=Moment.of(STARTS + timedelta(days=days), ZONE), **more)


def set_at(days: int, reason: str | None = None) -> MilestonesSet:
    """Invitation, proposals and minutes of a meeting `days` after STARTS."""
    kinds = ((K.INVITATION, -60), (K.PROPOSALS, -30), (K.MINUTES, 14))
    start = Moment.of(STARTS + timedelta(days=days), ZONE)
    found = tuple(due(kind, days + away, counted_from=start) for kind, away in kinds)
    return MilestonesSet(**HERE, milestones=found, reason=reason)


INVITED = MilestonesMet(**HERE, kinds=(K.INVITATION,), at=STARTS - timedelta(days=61))


@pytest.fixture
async def stage(staged: Any) -> Any:
    return await staged(portal)


@pytest.fixture
async def customs(stage: Any) -> MechanismRegistered:
    (found,) = [e for e in await stage.said(MechanismRegistered) if e.mechanism == "customs-heads"]
    assert isinstance(found, MechanismRegistered)
    return found


def texts(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text.partition("<main")[2]).split())


async def words_of(stage: Any, path: str = f"/meetings/{MEETING}") -> str:
    return texts(await page(stage, path))


async def test_a_meeting_shows_when_it_is_in_every_capital_and_what_is_due(
    stage: Any, customs: Any
) -> None:
    await stage.tell(planned(), scheduled(customs), set_at(0), INVITED)
    await stage.advance(STARTS - timedelta(days=27))
    said = await words_of(stage)
    assert "Tuesday, 14 September 2027 09:30–15:30 Asia/Tashkent, UTC+05:00" in said
    assert "Ташкент 塔什干" in said
    assert "Beijing 12:30–18:30 Asia/Shanghai, UTC+08:00" in said
    assert "1 deadline is overdue. Next: draft minutes go out, 28 September 2027" in said
    assert "Last day for proposals 15 August 2027 09:30 overdue by 3 days 30 days before" in said
    assert "the beginning each delegation" in said
    assert "Invitations go out 16 July 2027 09:30 met" in said
    assert "Draft minutes go out 28 September 2027 09:30 due in 41 days" in said


def on_former_clocks(moment: Moment) -> Moment:
    """The same wall time, said when clocks were an hour ahead of those of today."""
    return Moment(at=moment.at - timedelta(hours=1), zone=moment.zone, offset=moment.offset + 60)


async def test_where_a_zone_has_other_rules_by_now_every_capital_has_the_hour_that_stands(
    stage: Any, customs: Any
) -> None:
    told = scheduled(customs)
    starts, ends = (on_former_clocks(at) for at in (told.span.starts, told.span.ends))
    as_said = told.model_copy(update={"span": Span(starts=starts, ends=ends)})
    owed = due(K.PROPOSALS, -30, counted_from=starts)
    owed = owed.model_copy(update={"due": on_former_clocks(owed.due)})
    await stage.tell(planned(), as_said, MilestonesSet(**HERE, milestones=(owed,)))
    assert '<time datetime="2027-08-15T04:30:00+00:00">' in await page(
        stage, f"/meetings/{MEETING}"
    )
    said = await words_of(stage)
    assert "Last day for proposals 15 August 2027 09:30 due in" in said
    assert "Hours are those of Asia/Tashkent, UTC+05:00." in said
    assert "UTC+06:00" not in said.partition("In each capital")[0]
    assert "14 September 2027 09:30–15:30 Asia/Tashkent, UTC+05:00" in said
    assert "Tashkent 09:30–15:30 Asia/Tashkent, UTC+05:00" in said
    assert "Beijing 12:30–18:30 Asia/Shanghai" in said


async def test_a_move_is_told_with_its_reason_and_what_it_moved(stage: Any, customs: Any) -> None:
    moved = MeetingRescheduled(
        **HERE,
        span=lasting(STARTS + timedelta(days=7)),
        place="Самарканд",
        previous=lasting(STARTS),
        sequence=1,
        reason="天气",
    )
    await stage.tell(planned(), scheduled(customs), set_at(0), INVITED, moved, set_at(7, "天气"))
    said = await words_of(stage)
    assert (
        "Moved from Tuesday, 14 September 2027, 09:30–15:30 to Tuesday, 21 September 2027, "
        "09:30–15:30 (Asia/Tashkent, UTC+5), and from Ташкент 塔什干 to Самарканд 天气" in said
    )
    assert "Deadlines counted again" not in said, "that goes with the move"
    await stage.advance(stage.clock.now() + timedelta(minutes=1))
    await stage.tell(set_at(6, "День траура"))
    assert "Deadlines counted again День траура" in await words_of(stage)
    assert said.count("UTC , by itself") == 3
    assert "Last day for proposals 22 August 2027 09:30 moved from 15 August 2027" in said
    elsewhere = moved.model_copy(
        update={"place": "Бухара", "previous": moved.span, "sequence": 2, "reason": "The hall"}
    )
    await stage.tell(elsewhere)
    assert "Given another place: Бухара instead of Самарканд The hall" in await words_of(stage)


async def test_a_meeting_that_its_host_declines_has_the_other_and_says_why(stage: Any) -> None:
    because = "Uzbekistan declined on 2 December 2026: Saylovlar"
    turn = Turn(host="china", chair="china", because=because)
    said = {"party": "uzbekistan", "reason": "Saylovlar", "on": date(2026, 12, 2)}
    await stage.tell(planned(), MeetingHandedOver(**HERE, turn=turn, **said))
    shown = await words_of(stage)
    assert f"Host and chair China {because}" in shown
    assert f"Given another host {because}" in shown


async def test_a_cancelled_meeting_says_why_and_owes_nothing(stage: Any, customs: Any) -> None:
    cancelled = MeetingCancelled(**HERE, span=lasting(STARTS), sequence=1, reason="нет хозяина")
    await stage.tell(planned(), scheduled(customs), set_at(0), INVITED, cancelled)
    await stage.advance(STARTS)
    said = await words_of(stage)
    assert "Cancelled: нет хозяина" in said
    assert "overdue" not in said
    assert said.count("not due any more") == 2 * 2 + 2  # both pictures, and the table


async def test_a_poll_is_named_while_it_asks_and_after(stage: Any) -> None:
    poll = f"{MEETING}.poll1"
    where = {"mechanism": "customs-heads", "poll": poll}
    opened = PollOpened(
        **where,
        meeting=MEETING,
        parties=("china", "kazakhstan"),
        slots=(Slot(slot="s1", span=lasting(STARTS)),),
        closes=Moment.of(STARTS + BEFORE, ZONE),
    )
    yes = PollAnswered(**where, party="china", answers={"s1": Answer.YES}, binding=False)
    await stage.tell(planned(), opened, yes, yes)
    said = await words_of(stage)
    assert "The delegations are being asked for a date." in said
    assert "Stands at polled" in said
    for path in ("/", "/meetings", "/bodies/customs-heads"):
        assert 'data-stage="polled">polled' in (await stage.http.get(path)).text
    assert f"{poll} 1 1 of 2 delegations" in said
    assert "1 poll waits for answers" in await words_of(stage, "/")
    await stage.tell(PollEnded(**where, silent=("kazakhstan",)))
    assert "1 poll waits for a date to be chosen" in await words_of(stage, "/")
    await stage.tell(PollWithdrawn(**where, reason="Other dates"))
    said = await words_of(stage)
    assert "Planned for 2027, and has no date yet." in said
    assert "Stands at planned" in said
    assert "withdrawn" in said
    assert "poll" not in await words_of(stage, "/")
    stray = PollClosed(mechanism="customs-heads", poll="customs-heads-2027-9.poll1", slot="s1")
    await stage.tell(stray)
    assert "withdrawn" in await words_of(stage)


async def test_what_came_of_it_is_there_with_links(stage: Any, customs: Any) -> None:
    item = AgendaItem(item=f"{MEETING}.i1", number="3.1", title="Коридоры", kind=ItemKind.PROPOSED)
    circulated = AgendaCirculated(**HERE, revision=0, items=(item,))
    settled = MeetingRechecked(**HERE, findings=(), data="d", reason="They come all the same")
    await stage.tell(planned(), scheduled(customs), circulated, settled, decision("好"), task())
    text = await page(stage, f"/meetings/{MEETING}")
    for path in (f"/lineage/{DECISION}", f"/lineage/{TASK}", f"/lineage/{MEETING}.i1"):
        assert f'href="{path}"' in text
    assert f'href="/lineage/{MEETING}"' in text
    assert 'href="/calendars/mechanisms/customs-heads"' in text
    said = texts(text)
    assert "Let stand They come all the same" in said
    assert "Kazakhstan : Open the lane , due 31 December 2027, end of day, Asia/Almaty" in said


async def test_a_restricted_meeting_is_busy_to_others_and_not_there_without_a_date(
    stage: Any, customs: Any
) -> None:
    await stage.tell(planned(HOSTILE), RestrictionSet(**HERE, restricted=True))
    assert (await stage.http.get(f"/meetings/{MEETING}")).status_code == 404
    assert "0 meetings" in await words_of(stage, "/meetings")
    await stage.tell(scheduled(customs))
    for path in (f"/meetings/{MEETING}", "/meetings"):
        said = await words_of(stage, path)
        assert "Busy" in said
        assert "Tuesday, 14 September 2027" in said
        for hidden in ("Ташкент", "Tashkent", "Uzbekistan,", "meeting 1"):
            assert hidden not in said
    assert "Busy" not in await words_of(stage, "/meetings?host=uzbekistan")
    second = {**HERE, "meeting": "customs-heads-2027-2"}
    await stage.tell(planned().model_copy(update={**second, "ordinal": 2}))
    start = await words_of(stage, "/")
    assert "14 September 2027 04:30–10:30 UTC Busy: a restricted meeting" in start
    assert "no date yet" not in start
    body = (await stage.http.get("/bodies/customs-heads")).text.partition("</dl>")[0]
    assert "14 September 2027 04:30–10:30 UTC Busy: a restricted meeting" in texts(body)
    assert "no date yet" not in body
    mine = await stage.http.get(f"/meetings/{MEETING}", headers={"actor": "secretary"})
    assert "Ташкент" in mine.text
    assert "Only its parties read of it" in mine.text


async def test_a_copy_that_began_in_the_middle_shows_what_it_has(stage: Any, customs: Any) -> None:
    await stage.tell(planned(), scheduled(customs))
    async with stage.program.workers["portal"].database.write() as session:
        session.remove(CourseRow, MEETING)
    assert "What is due" not in await words_of(stage)
    await stage.tell(set_at(0))
    assert "Last day for proposals 15 August 2027" in await words_of(stage)


async def test_meetings_are_listed_by_date_and_found_by_year_body_and_party(
    stage: Any, customs: Any
) -> None:
    other = customs.model_copy(
        update={
            "mechanism": "forum",
            "number": 2,
            "short_name": "Forum",
            "parties": customs.parties[:2],
        }
    )
    without = {"mechanism": "forum", "meeting": "forum-2027-1"}
    later = MeetingPlanned(**without, year=2027, ordinal=1, title="Форум", turn=planned().turn)
    await stage.tell(other, planned(), scheduled(customs), later)
    said = await words_of(stage, "/meetings")
    assert said.index("September 2027 Tuesday") < said.index("No date yet planned for 2027 Форум")
    assert "2 meetings" in said
    for query, there in (
        ("body=forum", (False, True)),
        ("party=uzbekistan", (True, False)),
        ("host=uzbekistan&year=2027", (True, True)),
        ("host=china", (False, False)),
        ("year=1999&body=forum", (False, True)),
        ("year=all&party=china", (True, True)),
        ("body=%3Cscript%3E", (False, False)),
    ):
        assert await listed(stage, query) == there, query
    assert "There is none that fits." in await words_of(stage, "/meetings?host=china&year=2027")
    assert "Coming meetings" in said
    await stage.advance(lasting(STARTS).ends.at)
    assert await listed(stage, "") == (False, True)
    assert await listed(stage, "year=2027") == (True, True)
    gone = MeetingCancelled(**without, span=None, sequence=1, reason="нет хозяина")
    await stage.tell(gone)
    assert "None that fits is coming." in await words_of(stage, "/meetings")


async def listed(stage: Any, query: str) -> tuple[bool, bool]:
    """Whether the two meetings are."""
    text = await page(stage, f"/meetings?{query}")
    return f'href="/meetings/{MEETING}"' in text, 'href="/meetings/forum-2027-1"' in text


@pytest.mark.parametrize("path", ["/meetings", f"/meetings/{MEETING}", "/meetings/nothing"])
async def test_hostile_texts_stay_texts_and_nothing_is_taken_from_elsewhere(
    stage: Any, customs: Any, path: str
) -> None:
    hostile = customs.model_copy(update={"short_name": HOSTILE, "full_name": HOSTILE})
    item = AgendaItem(item=f"{MEETING}.i1", number="1", title=HOSTILE, kind=ItemKind.PROPOSED)
    moved = MeetingRescheduled(
        **HERE,
        span=lasting(STARTS),
        place="P",
        previous=lasting(STARTS),
        sequence=1,
        reason=HOSTILE,
    )
    await stage.tell(
        hostile,
        planned(HOSTILE),
        scheduled(customs, place=HOSTILE),
        set_at(0),
        AgendaCirculated(**HERE, revision=0, items=(item,)),
        moved,
        decision(HOSTILE),
        task(HOSTILE),
    )
    answer = await stage.http.get(path)
    assert answer.status_code == (404 if path.endswith("nothing") else 200)
    tags = Tags(answer.text.replace("/>", ">").replace("<option", "<!--").replace("</option>", ""))
    assert tags.scripts == {"/static/reading.js"}
    assert not [attrs for _, attrs in tags.seen if "style" in attrs]


def now(days: float) -> datetime:
    return STARTS + timedelta(days=days)


RULES = Rules(symbol_prefix="CAC/CUSTOMS", working_days=(K.PROPOSALS,), proposals_days=31)


@pytest.mark.parametrize(
    ("one", "at", "more", "said"),
    [
        (due(K.PROPOSALS, -30), -31, {}, "due in 1 day"),
        (due(K.PROPOSALS, -30), -30.01, {}, "due today"),
        (due(K.PROPOSALS, -30), -30, {}, "overdue since today"),
        (due(K.PROPOSALS, -30), -29, {}, "overdue by 1 day"),
        (due(K.PROPOSALS, -30, late=True), -20, {}, "overdue by 10 days; past when it was set"),
        (due(K.PROPOSALS, -30), 1, {"begun": True}, "never noted as met"),
        (due(K.MINUTES, 14), 15, {"begun": True}, "overdue by 1 day"),
        (due(K.MINUTES, 14), 15, {"cancelled": True}, "not due any more"),
        (due(K.MINUTES, 14, met=now(13)), 99, {"cancelled": True}, "met"),
        (due(K.MINUTES, 14, met=now(16)), 99, {}, "met 2 days late"),
    ],
)
def test_a_deadline_says_how_it_stands(one: Milestone, at: float, more: Any, said: str) -> None:
    (found,) = milestones.deadlines([one], RULES, lasting(STARTS), now=now(at), **more)
    assert found.said == said
    assert (found.standing is Standing.MET) == (one.met is not None)


def test_a_deadline_says_by_which_rule_it_is_due() -> None:
    said = {kind: milestones.rule_of(kind, RULES) for kind in K}
    assert said[K.PROPOSALS] == "31 working days before the beginning"
    assert said[K.COMMENTS] == "10 days after the draft minutes"
    assert said[K.SILENCE] == "72 hours after the last day for comments"
    assert set(milestones.OWNERS) == set(K)


async def test_what_was_met_before_a_move_says_for_which_date_it_was_due(
    stage: Any, customs: Any
) -> None:
    later = {**HERE, "previous": lasting(STARTS), "sequence": 1, "reason": "A visit"}
    moved = MeetingRescheduled(**later, span=lasting(STARTS + timedelta(days=90)), place="Хива")
    anew = set_at(90, "A visit")
    kept = (set_at(0).milestones[0].model_copy(update={"met": INVITED.at}), *anew.milestones[1:])
    await stage.tell(planned(), scheduled(customs), set_at(0), INVITED, moved)
    await stage.tell(anew.model_copy(update={"milestones": kept}))
    said = await words_of(stage)
    assert (
        "Invitations go out was due 16 July 2027 09:30 met 15 July 2027, 04:30 UTC "
        "60 days before 14 September 2027 the secretary" in said
    )
    assert "Invitation 15 July met" in said, "in the picture"
    assert "30 days before the beginning each delegation" in said


async def test_a_deadline_that_nobody_sees_being_met_says_how_it_is_noted(
    stage: Any, customs: Any
) -> None:
    documents = due(K.DOCUMENTS, -24)
    await stage.tell(planned(), scheduled(customs))
    await stage.tell(MilestonesSet(**HERE, milestones=(due(K.PROPOSALS, -30), documents)))
    how = f'<a href="/meetings/{MEETING}/deadlines">is noted by hand</a>'
    assert how in (await stage.http.get(f"/meetings/{MEETING}")).text
    assert "secretariat meeting" not in await words_of(stage)
    await stage.tell(MilestonesMet(**HERE, kinds=(K.DOCUMENTS,), at=STARTS))
    assert how not in (await stage.http.get(f"/meetings/{MEETING}")).text


@given(
    places=st.lists(st.floats(50, 950), max_size=9).map(sorted),
    least=st.integers(1, 90),
)
def test_words_never_lie_on_each_other_nor_outside_the_picture(
    places: list[float], least: int
) -> None:
    found = apart(places, least, 50, 950)
    assert all(after - before >= least - 1e-6 for before, after in pairwise(found))
    assert all(50 - 1e-6 <= place <= 950 + 1e-6 for place in found)
    if all(after - before >= least for before, after in pairwise(places)):
        assert found == pytest.approx(places)
