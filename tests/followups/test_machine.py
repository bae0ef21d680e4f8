"""Any life of a follow-up: commands at any time, deadlines at theirs, against what must hold."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from events.followups import FollowUpEscalated, FollowUpOpened, FollowUpOverdue
from events.vocabulary import Actor
from services.followups.rules import followup as rules
from services.followups.rules.followup import FINAL, FollowUp, Stage
from services.refusals import NotAllowedError, RefusedError, UnacceptableError, WrongStateError
from tests.conftest import CUSTOMS, PARTIES

SECRETARY = Actor.parse("secretary")
ZONES = {party.id: party.zone for party in PARTIES}
DUE = date(2027, 9, 14)
ACTORS = tuple(
    Actor.parse(text)
    for text in ("secretary", "china/chair", "kazakhstan/delegate Ә. Қасымова", "china/coordinator")
)


def opened(party: str = "kazakhstan", due: date = DUE) -> FollowUp:
    event = FollowUpOpened(
        mechanism="customs-heads",
        follow_up=f"customs-heads-2027-d1-{party}",
        decision="CAC/CUSTOMS/2027/DEC/1",
        party=party,
        task="Открыть зелёный коридор",
        due=due,
        serves=("A15.1",),
    )
    return rules.begin(event, CUSTOMS)


@given(party=st.sampled_from(sorted(ZONES)), due=st.dates(date(2027, 1, 1), date(2050, 12, 31)))
def test_a_due_day_ends_at_midnight_where_the_party_is(party: str, due: date) -> None:
    follow_up = opened(party, due)
    hours = {"Asia/Shanghai": 8, "Asia/Bishkek": 6}.get(ZONES[party], 5)
    midnight = datetime(due.year, due.month, due.day, tzinfo=UTC) + timedelta(days=1)
    assert follow_up.ends == midnight - timedelta(hours=hours)
    assert follow_up.reminder_at == follow_up.ends - timedelta(days=CUSTOMS.rules.reminder_days)
    assert follow_up.escalation_at == follow_up.ends + timedelta(days=CUSTOMS.rules.escalation_days)


def test_a_report_returned_a_moment_before_the_day_ends_leaves_the_task_open() -> None:
    reported = after(opened(), rules.report, text="Готово", evidence=None, actor=ACTORS[2])
    last_moment = reported.ends - timedelta(microseconds=1)
    (returned,) = rules.give_back(
        reported, reason="мало", chair="china", actor=SECRETARY, now=last_moment
    )
    assert rules.evolve(reported, returned).stage is Stage.OPEN
    late = rules.give_back(
        reported, reason="мало", chair="china", actor=SECRETARY, now=reported.ends
    )
    assert isinstance(late[-1], FollowUpOverdue)


@pytest.mark.parametrize("due", [DUE - timedelta(days=1), DUE])
def test_an_extension_names_a_later_day(due: date) -> None:
    with pytest.raises(UnacceptableError, match="later day"):
        rules.extend(
            opened(), due=due, reason="x", actor=SECRETARY, now=datetime(2027, 1, 1, tzinfo=UTC)
        )


def test_an_extension_of_more_than_ten_years_is_refused() -> None:
    now = datetime(2027, 1, 1, tzinfo=UTC)
    with pytest.raises(UnacceptableError, match="more than ten years ahead"):
        rules.extend(opened(), due=date(2999, 1, 1), reason="x", actor=SECRETARY, now=now)


@pytest.mark.parametrize(
    "text", ["china/delegate", "secretary", "kazakhstan/chair", "nowhere/delegate"]
)
def test_only_the_responsible_party_reports(text: str) -> None:
    actor = Actor.parse(text)
    if actor.party == "kazakhstan":
        assert rules.report(opened(), text="x", evidence=None, actor=actor)
    else:
        with pytest.raises(NotAllowedError):
            rules.report(opened(), text="x", evidence=None, actor=actor)


def test_the_top_body_has_nobody_to_escalate_to() -> None:
    top = opened().model_copy(update={"parent": None, "stage": Stage.OVERDUE})
    assert rules.escalate(top) == []


def after(follow_up: FollowUp, command: Any, **said: Any) -> FollowUp:
    for event in command(follow_up, **said):
        follow_up = rules.evolve(follow_up, event)
    return follow_up


class Life(RuleBasedStateMachine):
    """One follow-up; time moves on, and what is due comes as the service's deadlines bring it."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2027, 6, 1, tzinfo=UTC)
        self.follow_up = opened()
        self.said: list[Any] = []
        self.escalated_while: list[Stage] = []

    def happen(self, events: list[Any]) -> None:
        for event in events:
            if isinstance(event, FollowUpEscalated):
                self.escalated_while.append(self.follow_up.stage)
            self.follow_up = rules.evolve(self.follow_up, event)
            self.said.append((self.now, event))

    def attempt(self, command: Any, **said: Any) -> None:
        before = self.follow_up
        try:
            self.happen(command(before, **said))
        except RefusedError:
            assert self.follow_up == before

    @rule(days=st.integers(0, 60))
    def time_passes(self, days: int) -> None:
        until = self.now + timedelta(days=days)
        for instant, comes in (
            (self.follow_up.ends, rules.day_is_over),
            (self.follow_up.escalation_at, rules.escalate),
        ):
            if self.now < instant <= until:
                self.now = instant
                self.happen(comes(self.follow_up))
        self.now = until

    @rule(actor=st.sampled_from(ACTORS))
    def report(self, actor: Actor) -> None:
        self.attempt(rules.report, text="已完成", evidence=None, actor=actor)

    @rule(actor=st.sampled_from(ACTORS))
    def accept(self, actor: Actor) -> None:
        self.attempt(rules.accept, chair="china", actor=actor)

    @rule(actor=st.sampled_from(ACTORS))
    def give_back(self, actor: Actor) -> None:
        self.attempt(rules.give_back, reason="мало", chair="china", actor=actor, now=self.now)

    @rule(days=st.integers(-5, 90))
    def extend(self, days: int) -> None:
        due = self.now.date() + timedelta(days=days)
        self.attempt(rules.extend, due=due, reason="тендер", actor=SECRETARY, now=self.now)

    @precondition(lambda self: len(self.said) > 6)
    @rule()
    def withdraw(self) -> None:
        self.attempt(rules.withdraw, reason="снято", actor=SECRETARY)

    @precondition(lambda self: self.follow_up.stage in FINAL)
    @rule(actor=st.sampled_from(ACTORS))
    def nothing_moves_what_is_settled(self, actor: Actor) -> None:
        for command, said in (
            (rules.report, {"text": "x", "evidence": None, "actor": ACTORS[2]}),
            (rules.accept, {"chair": "china", "actor": SECRETARY}),
            (rules.withdraw, {"reason": "x", "actor": SECRETARY}),
        ):
            with pytest.raises(WrongStateError):
                command(self.follow_up, **said)
        assert rules.remind(self.follow_up) == []
        assert rules.day_is_over(self.follow_up) == []
        assert rules.escalate(self.follow_up) == []

    @invariant()
    def an_open_task_is_never_past_its_day(self) -> None:
        if self.follow_up.stage is Stage.OPEN:
            assert self.now < self.follow_up.ends

    @invariant()
    def only_what_is_overdue_is_escalated(self) -> None:
        assert set(self.escalated_while) <= {Stage.OVERDUE}

    @invariant()
    def it_is_accepted_only_with_a_report(self) -> None:
        if self.follow_up.stage is Stage.ACCEPTED:
            assert self.follow_up.reports

    @invariant()
    def reports_are_numbered_without_gaps(self) -> None:
        keys = [report.id for report in self.follow_up.reports]
        assert keys == [f"{self.follow_up.id}.r{n}" for n in range(1, len(keys) + 1)]

    @invariant()
    def the_state_is_the_fold_of_what_was_said(self) -> None:
        state = opened()
        for _, event in self.said:
            state = rules.evolve(state, event)
        assert state == self.follow_up


Life.TestCase.settings = settings(deadline=None, max_examples=80, stateful_step_count=30)
TestLife = Life.TestCase
