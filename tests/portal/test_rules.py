"""Where meetings and bodies stand, whatever order their services speak in."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from events.agendas import AgendaAdopted, AgendaCirculated
from events.event import Event
from events.followups import (
    FollowUpAccepted,
    FollowUpEscalated,
    FollowUpExtended,
    FollowUpOpened,
    FollowUpOverdue,
    FollowUpReported,
    FollowUpReturned,
    FollowUpWithdrawn,
)
from events.mechanisms import DecisionMode, MechanismRegistered, Rules
from events.meetings import (
    MeetingCancelled,
    MeetingClosed,
    MeetingOpened,
    MeetingPlanned,
    MeetingRescheduled,
    MeetingScheduled,
    Turn,
)
from events.minutes import (
    BreakKind,
    MinutesAdopted,
    MinutesCirculated,
    MinutesDrafted,
    SilenceBroken,
    SilenceStarted,
    SilenceSubject,
)
from events.moments import Moment, Span, written
from services.http import words
from services.http.words import instant
from services.portal.rules import followup as followups
from services.portal.rules import meeting as meetings
from services.portal.rules.meeting import FINISHED, LOOP, Meeting, Stage
from services.portal.rules.picture import ABOVE, BELOW, HEIGHT, WIDTH, stations
from services.portal.rules.standing import standing

RULES = Rules(symbol_prefix="CAC/CUSTOMS")
TURN = Turn(host="uzbekistan", chair="china", because="its turn")
BODY = MechanismRegistered(
    mechanism="customs-heads",
    number=9,
    short_name="Heads of customs",
    full_name="Heads of customs services",
    kind="customs",
    level="heads_of_service",
    status="initiated",
    parent=None,
    parties=(),
    rules=RULES,
    agreements=(),
)
HERE = {"mechanism": "customs-heads", "meeting": "customs-heads-2027-1"}


def span(day: int = 0, zone: str = "Asia/Tashkent", hours: int = 6) -> Span:
    starts = datetime(2027, 9, 14, 4, 30, tzinfo=UTC) + timedelta(days=day)
    return Span(
        starts=Moment.of(starts, zone), ends=Moment.of(starts + timedelta(hours=hours), zone)
    )


def planned(ordinal: int = 1, year: int = 2027) -> Meeting:
    return meetings.begin(
        MeetingPlanned(
            mechanism="customs-heads",
            meeting=f"customs-heads-{year}-{ordinal}",
            year=year,
            ordinal=ordinal,
            title="Meeting",
            turn=TURN,
        )
    )


SCHEDULED = MeetingScheduled(
    **HERE, title="Meeting", span=span(), place="塔什干", turn=TURN, sequence=0, rules=RULES
)
CIRCULATED = AgendaCirculated(**HERE, revision=0, items=())
OPENED = MeetingOpened(**HERE, chair="china", attendance=(), quorum=4)
AGENDA = AgendaAdopted(**HERE, items=())
DRAFTED = MinutesDrafted(**HERE)
CLOSED = MeetingClosed(**HERE, attendance=())
SENT = MinutesCirculated(**HERE, revision=0, comments_until=datetime(2027, 10, 1, tzinfo=UTC))
SILENT = SilenceStarted(
    **HERE,
    silence="customs-heads.s1",
    subject_kind=SilenceSubject.MINUTES,
    text=None,
    expires=Moment.of(datetime(2027, 10, 4, 7, tzinfo=UTC), "Asia/Tashkent"),
)
BROKEN = SilenceBroken(
    **HERE, silence="customs-heads.s1", party="china", kind=BreakKind.OBJECTION, text="不同意"
)
FINAL = MinutesAdopted(
    **HERE, symbol="CAC/CUSTOMS/2027/MIN/1", mode=DecisionMode.SILENCE, decisions=()
)


def after(*events: Event, meeting: Meeting | None = None) -> Meeting:
    found = meeting or planned()
    for event in events:
        found = meetings.evolve(found, event)
    return found


def test_a_meeting_passes_every_stage_of_the_loop_in_order() -> None:
    way = [SCHEDULED, CIRCULATED, OPENED, AGENDA, DRAFTED, CLOSED, SENT, SILENT, FINAL]
    stages = [planned().stage, *(after(*way[: n + 1]).stage for n in range(len(way)))]
    passed = [stage for stage, _ in itertools.groupby(stages)]
    assert passed == list(LOOP)


@pytest.mark.parametrize("events", list(itertools.permutations((AGENDA, DRAFTED, CLOSED))))
def test_closing_with_a_draft_shows_the_draft_whoever_speaks_first(events: Any) -> None:
    """Minutes and scheduling speak independently of each other."""
    assert after(SCHEDULED, OPENED, *events).stage is Stage.DRAFTED


def test_broken_silence_leads_back_to_the_draft() -> None:
    broken = after(SCHEDULED, OPENED, AGENDA, DRAFTED, CLOSED, SENT, SILENT, BROKEN)
    assert (broken.stage, broken.until) == (Stage.DRAFTED, None)


def test_a_meeting_closed_without_an_agenda_gets_no_minutes() -> None:
    assert after(SCHEDULED, OPENED, CLOSED).stage is Stage.CLOSED


def test_a_moved_meeting_keeps_its_stage_and_says_its_former_date() -> None:
    moved = MeetingRescheduled(
        **HERE, span=span(7), place="Ташкент", previous=span(), sequence=1, reason="weather"
    )
    found = after(SCHEDULED, CIRCULATED, moved)
    assert (found.stage, found.span, found.previous) == (Stage.PROVISIONAL, span(7), span())


def test_a_revision_that_comes_late_does_not_lead_back() -> None:
    assert after(SCHEDULED, CIRCULATED, OPENED, CIRCULATED).stage is Stage.OPEN


def test_an_event_of_another_kind_is_no_business_of_a_meeting() -> None:
    with pytest.raises(TypeError, match="no meeting changes"):
        after(BODY)


class MeetingsOfOneBody(RuleBasedStateMachine):
    """Meetings on their ways; the body always stands at the earliest unfinished one."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[Meeting] = []

    def move(self, number: int, event: Event) -> None:
        self.all[number] = meetings.evolve(self.all[number], event)

    def at(self, *stages: Stage) -> list[int]:
        return [number for number, meeting in enumerate(self.all) if meeting.stage in stages]

    @rule()
    def plan(self) -> None:
        self.all.append(planned(len(self.all) + 1))

    @precondition(lambda self: self.at(Stage.PLANNED))
    @rule(data=st.data(), day=st.integers(0, 40))
    def schedule(self, data: Any, day: int) -> None:
        number = data.draw(st.sampled_from(self.at(Stage.PLANNED)))
        self.move(number, SCHEDULED.model_copy(update={"span": span(day)}))

    @precondition(lambda self: self.at(*LOOP[1:-1]))
    @rule(data=st.data())
    def go_on(self, data: Any) -> None:
        number = data.draw(st.sampled_from(self.at(*LOOP[1:-1])))
        onward: dict[Stage, tuple[Event, ...]] = {
            Stage.SCHEDULED: (CIRCULATED,),
            Stage.PROVISIONAL: (OPENED,),
            Stage.OPEN: (AGENDA, DRAFTED),
            Stage.AGENDA_ADOPTED: (CLOSED,),
            Stage.DRAFTED: (SENT,),
            Stage.CIRCULATED: (SILENT,),
            Stage.SILENCE: (FINAL,),
        }
        before = self.all[number].stage
        for event in onward[before]:
            self.move(number, event)
        assert LOOP.index(self.all[number].stage) == LOOP.index(before) + 1

    @precondition(lambda self: self.at(Stage.SILENCE))
    @rule()
    def break_silence(self) -> None:
        self.move(self.at(Stage.SILENCE)[0], BROKEN)

    @precondition(lambda self: self.at(Stage.PLANNED, Stage.SCHEDULED))
    @rule()
    def cancel(self) -> None:
        number = self.at(Stage.PLANNED, Stage.SCHEDULED)[0]
        self.move(number, MeetingCancelled(**HERE, span=None, sequence=1, reason="no host"))

    @invariant()
    def the_body_stands_at_its_earliest_unfinished_meeting(self) -> None:
        found = standing(BODY, self.all[::-1], decisions=0, follow_ups={})
        unfinished = [meeting for meeting in self.all if meeting.stage not in FINISHED]
        if unfinished:
            assert found.current == unfinished[0]
        else:
            assert found.stage in {Stage.ADOPTED, None}
        assert (found.passed > 0) == (found.stage is not None)
        assert found.coming is None or found.coming.stage in LOOP[:5]
        assert found.last is None or found.last.stage not in LOOP[:5]


MeetingsOfOneBody.TestCase.settings = settings(max_examples=40, stateful_step_count=20)
TestMeetingsOfOneBody = MeetingsOfOneBody.TestCase


def test_a_body_without_meetings_stands_nowhere() -> None:
    found = standing(BODY, [], decisions=0, follow_ups={})
    assert (found.current, found.coming, found.last, found.passed) == (None, None, None, 0)


def test_unadopted_minutes_come_before_the_next_meeting() -> None:
    late = after(SCHEDULED, OPENED, AGENDA, DRAFTED, CLOSED)
    soon = after(SCHEDULED.model_copy(update={"span": span(90)}), meeting=planned(2))
    found = standing(BODY, [soon, late], decisions=0, follow_ups={})
    assert (found.current, found.coming, found.last) == (late, soon, late)


def test_a_meeting_without_a_date_comes_after_those_with_one() -> None:
    dated = after(SCHEDULED, meeting=planned(2))
    assert standing(BODY, [planned(1), dated], decisions=0, follow_ups={}).coming == dated


def test_the_picture_has_every_stage_once_and_inside_the_frame() -> None:
    places = [
        (s.label, s.x, s.y)
        for s in stations([standing(BODY, [planned()], decisions=0, follow_ups={})])
    ]
    assert [label for label, _, _ in places] == list(LOOP)
    assert len({place[1:] for place in places}) == len(LOOP)
    assert all(60 <= x <= WIDTH - 60 and y in {ABOVE, BELOW} and y < HEIGHT for _, x, y in places)


TASK: dict[str, Any] = {"mechanism": "customs-heads", "follow_up": "customs-heads-2027-d1-china"}
DUE = date(2027, 12, 31)
TASK_EVENTS: dict[Event, followups.Stage] = {
    FollowUpReported(**TASK, report="r1", party="china", text="已完成"): followups.Stage.REPORTED,
    FollowUpAccepted(**TASK, report="r1"): followups.Stage.ACCEPTED,
    FollowUpReturned(**TASK, report="r1", reason="unclear"): followups.Stage.OPEN,
    FollowUpOverdue(**TASK, party="china", due=DUE): followups.Stage.OVERDUE,
    FollowUpEscalated(
        **TASK, party="china", task="t", to="heads-of-state", due=DUE
    ): followups.Stage.ESCALATED,
    FollowUpExtended(**TASK, party="china", due=DUE, reason="agreed"): followups.Stage.OPEN,
    FollowUpWithdrawn(**TASK, reason="obsolete"): followups.Stage.WITHDRAWN,
}


@given(events=st.lists(st.sampled_from(list(TASK_EVENTS)), min_size=1, max_size=8))
def test_a_follow_up_stands_as_its_last_event_says(events: list[Event]) -> None:
    task = followups.begin(
        FollowUpOpened(
            **TASK, decision="CAC/CUSTOMS/2027/DEC/1", party="china", task="Report", due=DUE
        )
    )
    for event in events:
        task = followups.evolve(task, event)
    assert task.stage is TASK_EVENTS[events[-1]]


@pytest.mark.parametrize(
    ("when", "said", "clock"),
    [
        (span(), "09:30\u201315:30", "Asia/Tashkent, UTC+05:00"),
        (span(hours=30), "09:30 \u2013 15 September 2027, 15:30", "Asia/Tashkent, UTC+05:00"),
        (span(zone="Asia/Kathmandu"), "10:15\u201316:15", "Asia/Kathmandu, UTC+05:45"),
        (span(zone="America/St_Johns"), "02:00\u201308:00", "America/St_Johns, UTC-02:30"),
    ],
)
def test_hours_are_shown_on_the_clocks_of_the_place(when: Span, said: str, clock: str) -> None:
    assert words.hours(when) == said
    assert words.place_of_clock(when.starts) == clock
    assert written(when.starts.wall.date()) == "14 September 2027"


def test_an_instant_without_a_place_is_shown_in_utc() -> None:
    said = datetime(2027, 1, 1, 9, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert instant(said) == "1 January 2027, 01:05 UTC"
