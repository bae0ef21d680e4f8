"""Any life of a meeting, and any history of turns, against what must hold."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from events.event import Event
from events.mechanisms import Quorum
from events.meetings import (
    Attendance,
    MeetingCancelled,
    MeetingHandedOver,
    MeetingOpened,
    MeetingPlanned,
    MeetingRescheduled,
    MeetingScheduled,
    Presence,
    Turn,
    TurnDeclined,
    TurnTakenBack,
)
from events.moments import Moment, Span
from events.plans import Planned
from events.vocabulary import Actor
from services import rotation as turns
from services.refusals import NotAllowedError, RefusedError, UnacceptableError, WrongStateError
from services.rotation import Rotation
from services.scheduling.rules import handover
from services.scheduling.rules import meeting as rules
from services.scheduling.rules import rotation as rotations
from services.scheduling.rules.meeting import EARLY_OPENING, LONGEST, Meeting, Stage, lasting
from services.scheduling.rules.overtaken import overtaken
from services.working_time.calendar import Calendar
from services.working_time.hours import Office
from tests.conftest import CUSTOMS, PARTIES

NAMES = tuple(party.id for party in PARTIES)
SIX = Calendar(tuple(Office.of(party) for party in PARTIES))
SECRETARY = Actor.parse("secretary")
CHAIR = Actor.parse("china/chair 王毅")
STRANGERS = tuple(
    Actor.parse(text) for text in ("kazakhstan/chair", "china/delegate", "china/coordinator")
)
ACTORS = st.just(SECRETARY) | st.just(CHAIR) | st.sampled_from(STRANGERS)
START = datetime(2027, 1, 4, 6, tzinfo=UTC)
ZONES = st.sampled_from(sorted({party.zone for party in PARTIES}))
ATTENDANCE = st.lists(
    st.builds(Attendance, party=st.sampled_from(NAMES), presence=st.sampled_from(Presence)),
    max_size=8,
) | st.permutations(NAMES).map(
    lambda names: [Attendance(party=party, presence=Presence.ONLINE) for party in names]
)


def planned() -> Meeting:
    turn = Turn(host="uzbekistan", chair="china", because="it is the turn of uzbekistan")
    event = MeetingPlanned(
        mechanism="customs-heads",
        meeting="customs-heads-2027-1",
        year=2027,
        ordinal=1,
        title="Heads of customs 2027",
        turn=turn,
    )
    return rules.begin(event, NAMES)


def span(days: float, *, hours: int = 6, zone: str = "Asia/Tashkent") -> Any:
    return lasting(Moment.of(START + timedelta(days=days), zone), timedelta(hours=hours))


def convoked(when: Span) -> list[Event]:
    return rules.schedule(
        planned(),
        span=when,
        place="Ташкент",
        rules=CUSTOMS.rules,
        calendar=SIX,
        short_notice=False,
        actor=SECRETARY,
        now=START,
    )


class Life(RuleBasedStateMachine):
    """One meeting under commands of anybody at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.meeting = planned()
        self.said: list[Any] = []

    def attempt(self, command: Any, **said: Any) -> list[Any]:
        try:
            events: list[Any] = command(self.meeting, **said)
        except RefusedError:
            return []
        for event in events:
            self.meeting = rules.evolve(self.meeting, event)
        self.said += events
        return events

    @rule(hours=st.integers(1, 2000))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @precondition(lambda self: self.meeting.stage is Stage.PLANNED)
    @rule()
    def it_is_convoked_in_time(self) -> None:
        self.convoke(SECRETARY, CUSTOMS.rules.notice_days, False, "Asia/Bishkek")
        assert self.meeting.stage is Stage.SCHEDULED

    @precondition(lambda self: self.meeting.stage is Stage.SCHEDULED)
    @rule()
    def it_opens_on_its_day(self) -> None:
        assert self.meeting.span is not None
        self.now = max(self.now, self.meeting.span.starts.at)
        self.open(CHAIR, list(everybody(Presence.ONLINE)))
        assert self.meeting.stage is Stage.OPEN

    @rule(actor=ACTORS, days=st.integers(-30, 200), short=st.booleans(), zone=ZONES)
    def convoke(self, actor: Actor, days: int, short: bool, zone: str) -> None:
        starts = Moment.of(self.now + timedelta(days=days), zone)
        events = self.attempt(
            rules.schedule,
            span=lasting(starts, timedelta(hours=6)),
            place="Ташкент",
            rules=CUSTOMS.rules,
            calendar=SIX,
            short_notice=short,
            actor=actor,
            now=self.now,
        )
        if events:
            assert actor == SECRETARY
            assert days > 0
            assert short or days >= CUSTOMS.rules.notice_days

    @rule(actor=ACTORS, days=st.integers(-30, 200), short=st.booleans(), zone=ZONES)
    def move(self, actor: Actor, days: int, short: bool, zone: str) -> None:
        before = self.meeting
        starts = Moment.of(self.now + timedelta(days=days), zone)
        events = self.attempt(
            rules.reschedule,
            span=lasting(starts, timedelta(hours=3)),
            place=None,
            reason="погода",
            calendar=SIX,
            short_notice=short,
            actor=actor,
            now=self.now,
        )
        if events:
            assert before.stage is Stage.SCHEDULED
            assert days > 0
            assert short or days >= CUSTOMS.rules.notice_days
            assert events[0].previous == before.span
            assert self.meeting.sequence == before.sequence + 1

    @precondition(lambda self: len(self.said) > 1)
    @rule(actor=ACTORS)
    def cancel(self, actor: Actor) -> None:
        if self.attempt(rules.cancel, reason="нет", actor=actor):
            assert actor == SECRETARY

    @rule(actor=ACTORS, attendance=ATTENDANCE)
    def open(self, actor: Actor, attendance: list[Attendance]) -> None:
        before = self.meeting
        events = self.attempt(
            rules.open_meeting, attendance=tuple(attendance), actor=actor, now=self.now
        )
        if events:
            assert actor in {SECRETARY, CHAIR}
            assert before.span is not None
            assert self.now >= before.span.starts.at - EARLY_OPENING

    @rule(actor=ACTORS, party=st.sampled_from(NAMES), presence=st.sampled_from(Presence))
    def correct_attendance(self, actor: Actor, party: str, presence: Presence) -> None:
        line = Attendance(party=party, presence=presence)
        if self.attempt(rules.record_attendance, line=line, actor=actor):
            assert line in self.meeting.attendance

    @precondition(lambda self: len(self.said) > 2)
    @rule(actor=ACTORS)
    def close(self, actor: Actor) -> None:
        before = self.meeting
        if events := self.attempt(rules.close, actor=actor):
            assert before.stage is Stage.OPEN
            assert events[0].attendance == before.attendance

    @precondition(lambda self: self.meeting.stage in {Stage.CLOSED, Stage.CANCELLED})
    @rule()
    def nothing_moves_what_has_ended(self) -> None:
        last = self.meeting
        self.convoke(SECRETARY, 90, False, "Asia/Tashkent")
        self.move(SECRETARY, 90, False, "Asia/Tashkent")
        self.open(CHAIR, [Attendance(party=x, presence=Presence.ONLINE) for x in NAMES])
        self.attempt(rules.close, actor=CHAIR)
        self.attempt(rules.cancel, reason="x", actor=SECRETARY)
        assert self.meeting == last

    @invariant()
    def a_sequence_counts_what_changed_after_the_convocation(self) -> None:
        changes = [e for e in self.said if isinstance(e, MeetingRescheduled | MeetingCancelled)]
        assert self.meeting.sequence == len(changes)

    @invariant()
    def a_meeting_beyond_its_plan_has_a_date_a_place_and_rules(self) -> None:
        if self.meeting.stage in {Stage.SCHEDULED, Stage.OPEN, Stage.CLOSED}:
            assert self.meeting.span
            assert self.meeting.place
            assert self.meeting.rules

    @invariant()
    def it_opened_with_a_quorum(self) -> None:
        for event in self.said:
            if isinstance(event, MeetingOpened):
                present = [x for x in event.attendance if x.presence is not Presence.ABSENT]
                assert len({x.party for x in present}) >= event.quorum == 4

    @invariant()
    def attendance_lists_each_delegation_once_in_the_order_of_parties(self) -> None:
        listed = [NAMES.index(line.party) for line in self.meeting.attendance]
        assert listed == sorted(set(listed))

    @invariant()
    def the_state_is_the_fold_of_what_was_said(self) -> None:
        state = planned()
        for event in self.said:
            state = rules.evolve(state, event)
        assert state == self.meeting


Life.TestCase.settings = settings(deadline=None, max_examples=150, stateful_step_count=30)
TestLife = Life.TestCase


class Turns(RuleBasedStateMachine):
    """The queue of one mechanism, and its meetings that can still be cancelled."""

    def __init__(self) -> None:
        super().__init__()
        self.rotation = turns.start("customs-heads", NAMES)
        self.ahead: dict[str, Meeting] = {}
        self.chairs: dict[str, str | None] = {}
        self.refused: dict[str, set[str]] = {}
        self.declined: set[str] = set()

    def happen(self, events: list[Any]) -> None:
        for event in events:
            self.rotation = turns.evolve(self.rotation, event)

    @rule(chair=st.none() | st.sampled_from(NAMES), year=st.integers(2027, 2029))
    def plan(self, chair: str | None, year: int) -> None:
        first = self.rotation.queue[0]
        (event,) = rotations.plan(
            self.rotation, year=year, title="Meeting", chair=chair, actor=SECRETARY, now=START
        )
        self.happen([event])
        assert isinstance(event, MeetingPlanned)
        assert event.meeting not in self.ahead
        assert (event.turn.host, event.turn.chair) == (first, chair or first)
        assert self.rotation.queue[-1] == first
        self.ahead[event.meeting] = rules.begin(event, NAMES)
        self.chairs[event.meeting] = chair if chair != first else None
        self.refused[event.meeting] = set(self.declined)
        self.declined.clear()

    @precondition(lambda self: self.ahead)
    @rule(data=st.data())
    def hand_over(self, data: st.DataObject) -> None:
        """A meeting without a date that its host declines goes to the first who has not."""
        meeting = self.ahead[data.draw(st.sampled_from(sorted(self.ahead)))]
        party, refused = meeting.turn.host, self.refused[meeting.id]
        said: Any = {"reason": "выборы", "on": START.date(), "actor": SECRETARY}
        refused.add(party)
        willing = [each for each in self.rotation.queue if each not in refused]
        if not willing:
            refused.remove(party)
            with pytest.raises(WrongStateError, match="every other party has declined"):
                handover.hand_over(self.rotation, meeting, **said)
            return
        before, chair = self.rotation.queue, self.chairs[meeting.id]
        (event,) = handover.hand_over(self.rotation, meeting, **said)
        self.happen([event])
        assert isinstance(event, MeetingHandedOver)
        assert event.turn.host == self.rotation.hosts[meeting.id] == willing[0]
        assert event.turn.chair == (chair or willing[0])
        assert all(f"{each} declined" in event.turn.because for each in refused)
        if not self.declined:
            assert self.rotation.queue == turns.exchanged(before, party, willing[0])
        self.ahead[meeting.id] = rules.evolve(meeting, event)

    @rule(party=st.sampled_from(NAMES))
    def decline(self, party: str) -> None:
        before = self.rotation.queue
        first, actor = before[0], Actor.parse(f"{party}/coordinator")
        if party != first:
            with pytest.raises(UnacceptableError, match=f"the next turn is {first}'s"):
                rotations.decline(self.rotation, reason="выборы", on=START.date(), actor=actor)
            return
        willing = [each for each in before[1:] if each not in self.declined]
        if not willing:
            with pytest.raises(WrongStateError, match="every other party has declined this turn"):
                rotations.decline(self.rotation, reason="выборы", on=START.date(), actor=actor)
            return
        self.happen(
            rotations.decline(
                self.rotation, reason="выборы\nи отпуск", on=START.date(), actor=actor
            )
        )
        self.declined.add(first)
        after = self.rotation.queue
        assert (after[0], after.index(first)) == (willing[0], before.index(willing[0]))
        because = rotations.next_turn(self.rotation).because
        assert all(each in because for each in self.declined)

    @precondition(lambda self: self.declined)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        party = data.draw(st.sampled_from(sorted(self.declined)))
        said: Any = {"party": party, "reason": "место есть", "on": START.date()}
        event = TurnTakenBack(mechanism="customs-heads", **said)
        if turns.evolve(self.rotation, event).queue[0] != party:
            first = self.rotation.queue[0]
            with pytest.raises(WrongStateError, match=f"the turn is {first}'s by now"):
                rotations.take_back(self.rotation, actor=SECRETARY, **said)
            return
        self.happen(rotations.take_back(self.rotation, actor=SECRETARY, **said))
        self.declined.remove(party)

    @rule(first=st.sampled_from(NAMES), second=st.sampled_from(NAMES))
    def swap(self, first: str, second: str) -> None:
        said = {"first": first, "second": second, "reason": "по договорённости"}
        if first == second:
            with pytest.raises(UnacceptableError):
                rotations.swap(self.rotation, actor=SECRETARY, **said)
            return
        before = self.rotation.queue
        self.happen(rotations.swap(self.rotation, actor=SECRETARY, **said))
        after = self.rotation.queue
        assert (after.index(first), after.index(second)) == (
            before.index(second),
            before.index(first),
        )
        assert [x for x in after if x not in {first, second}] == [
            x for x in before if x not in {first, second}
        ]
        self.declined.discard(after[0])

    @precondition(lambda self: self.ahead)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        meeting = data.draw(st.sampled_from(sorted(self.ahead)))
        host = self.ahead.pop(meeting).turn.host
        event = MeetingCancelled(
            mechanism="customs-heads", meeting=meeting, span=None, sequence=1, reason="x"
        )
        self.happen([event])
        assert self.rotation.queue[0] == host
        assert "gets its turn back" in rotations.next_turn(self.rotation).because
        self.declined.discard(host)

    @invariant()
    def every_party_stands_in_the_queue_once(self) -> None:
        assert sorted(self.rotation.queue) == sorted(NAMES)

    @invariant()
    def nobody_comes_first_who_declined_while_another_would(self) -> None:
        assert self.rotation.queue[0] not in self.declined or self.declined >= set(NAMES)


Turns.TestCase.settings = settings(deadline=None, max_examples=80, stateful_step_count=30)
TestTurns = Turns.TestCase


def hosts(rotation: Rotation, meetings: int) -> list[str]:
    found = []
    for _ in range(meetings):
        (event,) = rotations.plan(
            rotation, year=2027, title="M", chair=None, actor=SECRETARY, now=START
        )
        assert isinstance(event, MeetingPlanned)
        found.append(event.turn.host)
        rotation = turns.evolve(rotation, event)
    return found


@given(order=st.permutations(NAMES), rounds=st.integers(1, 4))
def test_each_party_hosts_once_in_every_round(order: list[str], rounds: int) -> None:
    rotation = turns.start("customs-heads", tuple(order))
    assert hosts(rotation, rounds * len(order)) == order * rounds


def test_who_declined_comes_next() -> None:
    rotation = turns.start("customs-heads", NAMES)
    (event,) = rotations.decline(
        rotation, reason="x", on=START.date(), actor=Actor.parse("china/coordinator")
    )
    rotation = turns.evolve(rotation, event)
    assert hosts(rotation, 3) == ["kazakhstan", "china", "kyrgyzstan"]


def planned_next(rotation: Rotation, *, chair: str | None = None) -> tuple[Rotation, Meeting]:
    """The next meeting, planned, and the turns after that."""
    (event,) = rotations.plan(
        rotation, year=2027, title="M", chair=chair, actor=SECRETARY, now=START
    )
    assert isinstance(event, MeetingPlanned)
    return turns.evolve(rotation, event), rules.begin(event, NAMES)


def handed_over(rotation: Rotation, meeting: Meeting, reason: str) -> tuple[Rotation, Meeting]:
    (event,) = handover.hand_over(
        rotation, meeting, reason=reason, on=date(2027, 3, 3), actor=SECRETARY
    )
    return turns.evolve(rotation, event), rules.evolve(meeting, event)


def test_who_was_named_the_chair_stays_it_though_it_declines_to_host_as_well() -> None:
    planned = planned_next(turns.start("customs-heads", NAMES), chair=NAMES[1])
    rotation, meeting = handed_over(*planned, "Elections")
    assert (meeting.turn.host, meeting.turn.chair) == (NAMES[1], NAMES[1])
    rotation, meeting = handed_over(rotation, meeting, "No venue")
    assert (meeting.turn.host, meeting.turn.chair) == (NAMES[2], NAMES[1])
    assert meeting.turn.because == (
        f"{NAMES[0]} declined on 3 March 2027: Elections. Then {NAMES[1]} declined on "
        f"3 March 2027: No venue. {NAMES[1]} stays the chair that it was named"
    )


def test_the_turns_say_why_whoever_declined_a_meeting_is_next() -> None:
    planned = planned_next(turns.start("customs-heads", NAMES))
    rotation, _ = handed_over(*planned, "No venue.")
    assert rotation.queue[0] == NAMES[0]
    assert rotation.because == (
        f"{NAMES[0]} declined customs-heads-2027-1 on 3 March 2027 (No venue), and "
        f"{NAMES[1]} took its turn"
    )


def test_who_declined_the_next_turn_is_no_reason_for_another_that_comes_first_since() -> None:
    """The first declines a meeting, and then the next turn too; and so does who took the one."""
    planned = planned_next(turns.start("customs-heads", NAMES))
    rotation, meeting = handed_over(*planned, "No venue")
    rotation = declined(rotation, "Again")
    rotation, _ = handed_over(rotation, meeting, "Elections")
    assert rotation.queue[0] == NAMES[1]
    assert rotation.because == (
        f"{NAMES[1]} declined customs-heads-2027-1 on 3 March 2027 (Elections), and "
        f"{NAMES[2]} took its turn"
    )


def test_a_meeting_and_a_date_that_is_dropped_say_why_without_naming_another_meeting() -> None:
    planned = planned_next(turns.start("customs-heads", NAMES))
    rotation, first = handed_over(*planned, "No venue.")
    of_turn = f"it is the turn of {NAMES[0]}"
    assert planned_next(rotation)[1].turn.because == of_turn
    on = date(2027, 9, 7)
    accepted = Planned(
        mechanism="customs-heads",
        meeting="customs-heads-2027-2",
        host=NAMES[2],
        first=on,
        last=on,
    )
    why = overtaken(accepted, 2027, None, rotation, START.date())
    assert why == f"{NAMES[0]} hosts it, and no longer {NAMES[2]}: {of_turn}"
    old = first.model_copy(update={"turn": rotations.next_turn(rotation)})
    assert first.id in old.turn.because
    why = overtaken(accepted, 2027, old, rotation, START.date())
    assert why == f"{NAMES[0]} hosts it, and no longer {NAMES[2]}: it is the turn of the host"


def test_a_reason_that_names_no_meeting_is_kept_in_the_plan() -> None:
    rotation = declined(turns.start("customs-heads", NAMES), "No venue")
    _, meeting = planned_next(rotation)
    assert meeting.turn.because == f"{NAMES[0]} declined on 3 March 2027: No venue"


def declined(rotation: Rotation, reason: str = "x") -> Rotation:
    """After whoever has the turn has declined it."""
    actor = Actor.parse(f"{rotation.queue[0]}/coordinator")
    (event,) = rotations.decline(rotation, reason=reason, on=date(2027, 3, 3), actor=actor)
    return turns.evolve(rotation, event)


def test_a_turn_that_two_decline_passes_to_a_third_and_says_who_declined() -> None:
    start = turns.start("customs-heads", NAMES)
    rotation = declined(declined(start, "Elections.\nNext year."), "No venue")
    turn = rotations.next_turn(rotation)
    assert turn.host == NAMES[2]
    assert turn.because == (
        f"{NAMES[0]} declined on 3 March 2027: Elections. Next year. "
        f"Then {NAMES[1]} declined on 3 March 2027: No venue"
    )
    assert hosts(rotation, 3) == [NAMES[2], NAMES[0], NAMES[1]]


def taken_back(rotation: Rotation, party: str, *, by: str | None = None) -> Rotation:
    actor = Actor.parse(by or f"{party}/coordinator")
    (event,) = rotations.take_back(
        rotation, party=party, reason="A venue was found.", on=date(2027, 3, 5), actor=actor
    )
    return turns.evolve(rotation, event)


@pytest.mark.parametrize("by", [None, "secretary"])
def test_a_turn_that_was_declined_is_taken_again(by: str | None) -> None:
    start = turns.start("customs-heads", NAMES)
    rotation = taken_back(declined(start, "No venue"), NAMES[0], by=by)
    assert rotation.queue == NAMES
    assert rotation.because == (
        f"{NAMES[0]} declined on 3 March 2027: No venue. "
        f"Then {NAMES[0]} took its turn again on 5 March 2027: A venue was found"
    )


def test_of_two_who_declined_whoever_comes_back_is_first_and_the_first_of_them_before_all() -> None:
    both = declined(declined(turns.start("customs-heads", NAMES)))
    second = taken_back(both, NAMES[1])
    assert second.queue[0] == NAMES[1]
    first = taken_back(second, NAMES[0])
    assert first.queue == NAMES
    with pytest.raises(WrongStateError, match=f"the turn is {NAMES[0]}'s by now"):
        taken_back(taken_back(both, NAMES[0]), NAMES[1])


def test_who_had_a_turn_that_was_taken_back_hosts_later_because_it_is_its_turn() -> None:
    both = declined(declined(turns.start("customs-heads", NAMES)))
    assert "declined" in both.reason(NAMES[2])
    again = taken_back(both, NAMES[0])
    assert again.reason(NAMES[2]) == f"it is the turn of {NAMES[2]}"


@pytest.mark.parametrize("several", range(1, len(NAMES) - 1))
def test_a_turn_that_is_taken_back_comes_as_if_it_had_not_been_declined(several: int) -> None:
    rotation = turns.start("customs-heads", NAMES)
    for _ in range(several):
        before, rotation = rotation, declined(rotation)
    assert taken_back(rotation, before.queue[0]).queue == before.queue


def test_a_turn_that_a_meeting_has_is_not_taken_back() -> None:
    rotation = declined(turns.start("customs-heads", NAMES))
    (planned,) = rotations.plan(
        rotation, year=2027, title="M", chair=None, actor=SECRETARY, now=START
    )
    after = turns.evolve(rotation, planned)
    with pytest.raises(WrongStateError, match="is still to be given to a meeting; the next one is"):
        taken_back(after, NAMES[0])
    with pytest.raises(WrongStateError, match="and let the secretary record a swap"):
        taken_back(after, NAMES[1])


def test_a_turn_that_was_swapped_since_is_not_taken_back() -> None:
    rotation = declined(turns.start("customs-heads", NAMES))
    (swap,) = rotations.swap(
        rotation, first=NAMES[1], second=NAMES[3], reason="agreed", actor=SECRETARY
    )
    with pytest.raises(WrongStateError, match=f"the turn is {NAMES[3]}'s by now"):
        taken_back(turns.evolve(rotation, swap), NAMES[0])


@pytest.mark.parametrize("who", ["china/delegate", "china/chair", "kazakhstan/coordinator"])
def test_only_a_party_s_coordinator_or_the_secretary_speaks_of_its_turn(who: str) -> None:
    rotation = turns.start("customs-heads", NAMES)
    actor = Actor.parse(who)
    with pytest.raises((NotAllowedError, UnacceptableError)):
        rotations.decline(rotation, reason="x", on=START.date(), actor=actor)
    with pytest.raises(NotAllowedError, match="or the coordinator of china may"):
        taken_back(declined(rotation), "china", by=who)


def test_the_secretary_declines_for_whose_turn_it_is() -> None:
    (event,) = rotations.decline(
        turns.start("customs-heads", NAMES), reason="x", on=START.date(), actor=SECRETARY
    )
    assert isinstance(event, TurnDeclined)
    assert event.party == NAMES[0]


def test_a_reason_of_any_length_and_form_says_why_in_a_line() -> None:
    rotation = declined(turns.start("customs-heads", NAMES), "选举。\n\t明年再说 " * 1000)
    because = rotations.next_turn(rotation).because
    assert because.startswith("china declined on 3 March 2027: 选举。 明年再说 选举。")


def test_a_turn_that_everybody_declined_waits_for_a_swap() -> None:
    rotation = turns.start("customs-heads", NAMES)
    for _ in NAMES[1:]:
        rotation = declined(rotation)
    with pytest.raises(WrongStateError, match="let the secretary record a swap"):
        declined(rotation)
    (event,) = rotations.swap(
        rotation, first=rotation.queue[0], second=NAMES[2], reason="y", actor=SECRETARY
    )
    assert turns.evolve(rotation, event).queue[0] == NAMES[2]


def test_a_turn_does_not_fall_to_who_declined_it_when_another_leaves() -> None:
    rotation = declined(turns.start("customs-heads", NAMES))
    assert turns.reorder(rotation, (NAMES[0], *NAMES[2:])).queue[0] == NAMES[2]


def test_who_left_the_host_order_gets_no_turn_back() -> None:
    rotation = turns.start("customs-heads", NAMES)
    (planned,) = rotations.plan(
        rotation, year=2027, title="M", chair=None, actor=SECRETARY, now=START
    )
    rotation = turns.reorder(turns.evolve(rotation, planned), NAMES[1:])
    assert isinstance(planned, MeetingPlanned)
    cancelled = MeetingCancelled(
        mechanism="customs-heads", meeting=planned.meeting, span=None, sequence=1, reason="x"
    )
    after = turns.evolve(rotation, cancelled)
    assert (after.queue, after.hosts) == (NAMES[1:], {})


@given(order=st.lists(st.sampled_from((*NAMES, "mongolia")), unique=True, min_size=1))
def test_amended_rules_keep_the_places_of_parties_that_stay(order: list[str]) -> None:
    before = turns.start("customs-heads", NAMES)
    after = turns.reorder(before, tuple(order))
    assert sorted(after.queue) == sorted(order)
    stayed = [party for party in after.queue if party in NAMES]
    assert stayed == [party for party in NAMES if party in order]


@given(total=st.integers(1, 30), top=st.integers(1, 7), bottom=st.integers(1, 7))
def test_a_quorum_is_the_least_number_that_reaches_the_share(
    total: int, top: int, bottom: int
) -> None:
    if top > bottom:
        top, bottom = bottom, top
    needed = Quorum(numerator=top, denominator=bottom).needed(total)
    share = Fraction(top, bottom)
    assert Fraction(needed, total) >= share > Fraction(needed - 1, total)


@pytest.mark.parametrize(
    ("meeting_span", "error", "says"),
    [
        (span(-1), WrongStateError, "has passed"),
        (span(0), WrongStateError, "has passed"),
        (span(59.9), WrongStateError, "60 days' notice, which for"),
        (span(800), UnacceptableError, "the meeting of 2027; choose a date in 2027"),
        (span(90, hours=24 * LONGEST.days + 1), UnacceptableError, "at most 14 days"),
    ],
)
def test_a_convocation_that_can_not_be_says_why(
    meeting_span: Any, error: type[RefusedError], says: str
) -> None:
    with pytest.raises(error, match=says):
        convoked(meeting_span)


def test_exactly_the_notice_that_the_rules_ask_for_is_enough() -> None:
    assert convoked(span(CUSTOMS.rules.notice_days))


def scheduled() -> Meeting:
    event = MeetingScheduled(
        mechanism="customs-heads",
        meeting="customs-heads-2027-1",
        title="Heads of customs 2027",
        span=span(90),
        place="Ташкент",
        turn=planned().turn,
        sequence=0,
        rules=CUSTOMS.rules,
    )
    return rules.evolve(planned(), event)


def everybody(presence: Presence, parties: tuple[str, ...] = NAMES) -> tuple[Attendance, ...]:
    return tuple(Attendance(party=party, presence=presence) for party in parties)


@pytest.mark.parametrize(
    ("attendance", "error", "says"),
    [
        (everybody(Presence.IN_PERSON, NAMES[:3]), WrongStateError, "3 of 6 .* 4 make a quorum"),
        (everybody(Presence.ABSENT), WrongStateError, "0 of 6"),
        (everybody(Presence.ONLINE, (*NAMES, "china")), UnacceptableError, "twice"),
        (everybody(Presence.ONLINE, ("mongolia",)), UnacceptableError, "mongolia is no party"),
    ],
)
def test_a_meeting_that_can_not_open_says_why(
    attendance: tuple[Attendance, ...], error: type[RefusedError], says: str
) -> None:
    day = span(90).starts.at
    with pytest.raises(error, match=says):
        rules.open_meeting(scheduled(), attendance=attendance, actor=CHAIR, now=day)


@pytest.mark.parametrize("presence", [Presence.IN_PERSON, Presence.ONLINE])
def test_delegations_online_count_as_those_in_the_room(presence: Presence) -> None:
    day = span(90).starts.at
    four = everybody(presence, NAMES[:4])
    assert rules.open_meeting(scheduled(), attendance=four, actor=CHAIR, now=day)


def test_a_meeting_opens_at_most_half_a_day_early() -> None:
    early = span(90).starts.at - EARLY_OPENING
    too_early = early - timedelta(microseconds=1)
    present = everybody(Presence.IN_PERSON)
    assert rules.open_meeting(scheduled(), attendance=present, actor=CHAIR, now=early)
    with pytest.raises(WrongStateError, match="open it then"):
        rules.open_meeting(scheduled(), attendance=present, actor=CHAIR, now=too_early)


def test_the_chair_of_another_party_opens_nothing() -> None:
    with pytest.raises(NotAllowedError, match="china"):
        rules.open_meeting(
            scheduled(),
            attendance=everybody(Presence.IN_PERSON),
            actor=Actor.parse("kazakhstan/chair"),
            now=span(90).starts.at,
        )


def test_a_move_to_where_it_is_is_refused() -> None:
    with pytest.raises(UnacceptableError, match="change one of them"):
        rules.reschedule(
            scheduled(),
            span=span(90),
            place=None,
            reason="x",
            calendar=SIX,
            short_notice=False,
            actor=SECRETARY,
            now=START,
        )


def test_another_place_alone_needs_no_notice() -> None:
    (moved,) = rules.reschedule(
        scheduled(),
        span=span(90),
        place="Самарканд",
        reason="x",
        calendar=SIX,
        short_notice=False,
        actor=SECRETARY,
        now=span(89).starts.at,
    )
    assert isinstance(moved, MeetingRescheduled)
    assert moved.place == "Самарканд"


def test_a_meeting_is_held_in_the_year_that_it_is_the_meeting_of() -> None:
    with pytest.raises(UnacceptableError, match="choose a date in 2027, or cancel it and plan one"):
        convoked(span(370))


def test_a_year_that_is_over_is_not_planned() -> None:
    rotation = turns.start("customs-heads", NAMES)
    with pytest.raises(WrongStateError, match="2026 is over; plan a meeting for 2027 or later"):
        rotations.plan(rotation, year=2026, title="M", chair=None, actor=SECRETARY, now=START)
