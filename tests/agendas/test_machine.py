"""Any history of one mechanism's agendas, meeting after meeting, against what must hold."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from events.agendas import AgendaItem, ItemKind, ItemPostponed, Origin, OriginKind
from events.event import Event
from events.meetings import MeetingScheduled, Turn
from events.moments import Moment
from events.vocabulary import Actor
from services.agendas.rules import agenda as rules
from services.agendas.rules import pool as pools
from services.agendas.rules.agenda import ADOPTION, MOVABLE, Agenda, Stage
from services.agendas.rules.pool import Carried, Next, Pool
from services.refusals import RefusedError
from services.scheduling.rules.meeting import lasting
from tests.conftest import CUSTOMS, PARTIES

SECRETARY = Actor.parse("secretary")
CHAIR = Actor.parse("china/chair 王毅")
DELEGATES = tuple(Actor.parse(f"{party.id}/delegate") for party in PARTIES)
ACTORS = st.just(SECRETARY) | st.just(CHAIR) | st.sampled_from(DELEGATES)
FIRST = datetime(2027, 1, 4, 6, tzinfo=UTC)
UNTIL_MEETING = timedelta(days=120)
RULES = CUSTOMS.rules.model_copy(update={"closing_items": ("Date and place of the next meeting",)})
STANDING = (ADOPTION, *RULES.standing_items, *RULES.closing_items)
TITLES = st.sampled_from(["Зелёные коридоры", "便利通关", "Électronique ✓", "Any other business"])
Matter = tuple[str, str]


class Mechanism(RuleBasedStateMachine):
    """A pool and the agenda of the coming meeting. `waiting` is the model: what no agenda took."""

    def __init__(self) -> None:
        super().__init__()
        self.now = FIRST
        self.pool = Pool(id="customs-heads", mechanism="customs-heads")
        self.meetings = 0
        self.waiting: dict[Matter, bool] = {}
        self.open_tasks: set[str] = set()
        self.referred = 0
        self.names: dict[str, Matter] = {}
        self.convene()

    def convene(self) -> None:
        self.meetings += 1
        self.names = {}
        self.agenda = rules.expect(
            MeetingScheduled(
                mechanism="customs-heads",
                meeting=f"customs-heads-2027-{self.meetings}",
                title="Meeting",
                span=lasting(
                    Moment.of(self.now + UNTIL_MEETING, "Asia/Tashkent"), timedelta(hours=6)
                ),
                place="Tashkent",
                turn=Turn(host="uzbekistan", chair="china", because="its turn"),
                sequence=0,
                rules=RULES,
            )
        )

    @property
    def coming(self) -> Next | None:
        if self.agenda.stage not in {Stage.COLLECTING, Stage.PROVISIONAL}:
            return None
        return Next(
            meeting=self.agenda.id,
            chair=self.agenda.chair,
            submissions_until=self.agenda.submissions_until,
        )

    def attempt(self, command: Callable[..., list[Event]], *args: Any, **said: Any) -> list[Event]:
        """What `command` says, or nothing where it is refused."""
        try:
            return command(*args, **said)
        except RefusedError:
            return []

    def happen_to_pool(self, events: list[Event]) -> None:
        for event in events:
            self.pool = pools.evolve(self.pool, event)
        self.happen_to_agenda(rules.revise(self.agenda, self.pool))

    def happen_to_agenda(self, events: list[Event]) -> None:
        for event in events:
            before = {rules.identity(item): item.item for item in self.agenda.items}
            self.agenda = rules.evolve(self.agenda, event)
            for item in self.agenda.items:
                matter = rules.identity(item)
                assert before.get(matter, item.item) == item.item, "an item was renamed"
                assert self.names.setdefault(item.item, matter) == matter, "a name was used again"

    def carry(self, kind: OriginKind, key: str) -> None:
        matter = Carried(origin=Origin(kind=kind, id=key), title=f"Вопрос {key}")
        self.pool = pools.carry(self.pool, matter)
        self.waiting[(kind, key)] = True
        self.happen_to_pool([])

    @rule(days=st.integers(1, 50))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)
        if self.agenda.stage is Stage.COLLECTING and self.now >= self.agenda.circulation_at:
            self.happen_to_agenda(rules.circulate(self.agenda, self.pool, actor=SECRETARY))

    @rule(actor=ACTORS, title=TITLES)
    def propose(self, actor: Actor, title: str) -> None:
        events = self.attempt(
            pools.propose,
            self.pool,
            title=title,
            explanation=None,
            serves=("A15.1",),
            parties=tuple(party.id for party in PARTIES),
            coming=self.coming,
            actor=actor,
            now=self.now,
        )
        self.happen_to_pool(events)
        if events:
            made = self.pool.proposals[-1]
            late = self.coming is not None and self.now >= self.coming.submissions_until
            assert made.supplementary is late
            self.waiting[(OriginKind.PROPOSAL, made.id)] = not late

    @precondition(lambda self: self.pool.proposals)
    @rule(actor=ACTORS, data=st.data())
    def withdraw_a_proposal(self, actor: Actor, data: st.DataObject) -> None:
        proposal = data.draw(st.sampled_from(self.pool.proposals))
        events = self.attempt(pools.withdraw, self.pool, proposal.id, actor=actor)
        assert bool(events) is (actor.party == proposal.party)
        if events:
            del self.waiting[(OriginKind.PROPOSAL, proposal.id)]
        self.happen_to_pool(events)

    @precondition(lambda self: self.pool.proposals)
    @rule(actor=ACTORS, granted=st.booleans(), data=st.data())
    def decide_on_a_late_one(self, actor: Actor, granted: bool, data: st.DataObject) -> None:
        proposal = data.draw(st.sampled_from(self.pool.proposals)).id
        if granted:
            events = self.attempt(
                pools.grant_leave, self.pool, proposal, coming=self.coming, actor=actor
            )
        else:
            events = self.attempt(
                pools.refuse_leave,
                self.pool,
                proposal,
                reason="поздно",
                coming=self.coming,
                actor=actor,
            )
        if events:
            assert actor in {CHAIR, SECRETARY}
            self.waiting[(OriginKind.PROPOSAL, proposal)] = granted
        self.happen_to_pool(events)

    @rule(number=st.integers(1, 3))
    def a_task_opens(self, number: int) -> None:
        self.open_tasks.add(f"f{number}")
        self.carry(OriginKind.FOLLOW_UP, f"f{number}")

    @precondition(lambda self: self.open_tasks)
    @rule(data=st.data())
    def a_task_is_accepted(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.open_tasks)))
        self.open_tasks.discard(key)
        self.waiting.pop((OriginKind.FOLLOW_UP, key))
        self.pool = pools.settle(self.pool, OriginKind.FOLLOW_UP, key)
        self.happen_to_pool([])

    @rule()
    def a_matter_is_referred_here(self) -> None:
        self.referred += 1
        self.carry(OriginKind.REFERRAL, f"r{self.referred}")

    @rule(actor=ACTORS)
    def circulate(self, actor: Actor) -> None:
        self.happen_to_agenda(self.attempt(rules.circulate, self.agenda, self.pool, actor=actor))

    @precondition(lambda self: self.agenda.stage is Stage.PROVISIONAL)
    @rule(data=st.data())
    def reorder(self, data: st.DataObject) -> None:
        movable = [item.item for item in self.agenda.items if item.kind in MOVABLE]
        order = tuple(data.draw(st.permutations(movable)))
        self.happen_to_agenda(rules.reorder(self.agenda, order, actor=SECRETARY))
        kept = [item.item for item in self.agenda.items if item.kind in MOVABLE]
        assert kept == list(order)

    @precondition(lambda self: self.agenda.stage is Stage.PROVISIONAL)
    @rule(actor=ACTORS, opened=st.booleans(), data=st.data())
    def adopt(self, actor: Actor, opened: bool, data: st.DataObject) -> None:
        self.agenda = self.agenda.model_copy(update={"meeting_open": opened})
        droppable = [i.item for i in self.agenda.items if i.kind is not ItemKind.STANDING]
        without = tuple(
            data.draw(st.lists(st.sampled_from(droppable), unique=True)) if droppable else ()
        )
        standing = {item.item: item for item in self.agenda.items}
        events = self.attempt(
            rules.adopt, self.agenda, without=without, reason="не готово", actor=actor
        )
        assert bool(events) is (opened and actor in {CHAIR, SECRETARY})
        if not events:
            self.agenda = self.agenda.model_copy(update={"meeting_open": False})
            return
        for item in standing.values():
            self.taken_up(item)
        self.move_on(events)
        for key in without:
            self.left_out(standing[key])

    @precondition(lambda self: self.agenda.stage is Stage.ADOPTED)
    @rule(actor=ACTORS, data=st.data())
    def postpone(self, actor: Actor, data: st.DataObject) -> None:
        item = data.draw(st.sampled_from(self.agenda.items))
        events = self.attempt(
            rules.postpone, self.agenda, item.item, reason="не успели", actor=actor
        )
        if events:
            assert item.kind is not ItemKind.STANDING
            self.left_out(item)
        self.move_on(events)

    @precondition(lambda self: self.agenda.stage is Stage.ADOPTED)
    @rule()
    def the_meeting_closes(self) -> None:
        assert rules.conclude(self.agenda).stage is Stage.CONCLUDED
        self.convene()

    @precondition(lambda self: self.coming is not None)
    @rule()
    def the_meeting_is_cancelled(self) -> None:
        self.happen_to_agenda(rules.withdraw(self.agenda))
        assert self.agenda.stage is Stage.WITHDRAWN
        self.convene()

    def move_on(self, events: list[Event]) -> None:
        for event in events:
            self.pool = pools.evolve(self.pool, event)
        self.happen_to_agenda(events)

    def taken_up(self, item: AgendaItem) -> None:
        """An adopted agenda took it, and every proposal that it did not take is in time now."""
        if item.origin and item.origin.kind is not OriginKind.FOLLOW_UP:
            del self.waiting[(item.origin.kind, item.origin.id)]
        for kind, key in self.waiting:
            if kind == OriginKind.PROPOSAL:
                self.waiting[(kind, key)] = True

    def left_out(self, item: AgendaItem) -> None:
        """It comes back: as itself when it is a task that stays open, else as postponed."""
        assert item.origin is not None
        if item.origin.kind is not OriginKind.FOLLOW_UP:
            self.waiting[(OriginKind.POSTPONED, item.item)] = True

    @invariant()
    def the_pool_holds_what_waits_and_nothing_else(self) -> None:
        held = {(OriginKind.PROPOSAL, p.id): p.admitted for p in self.pool.proposals}
        held |= {(c.origin.kind, c.origin.id): True for c in self.pool.carried}
        assert held == self.waiting

    @invariant()
    def a_provisional_agenda_has_each_admitted_matter_once(self) -> None:
        if self.agenda.stage is Stage.PROVISIONAL:
            shown = [(i.origin.kind, i.origin.id) for i in self.agenda.items if i.origin]
            assert sorted(shown) == sorted(k for k, admitted in self.waiting.items() if admitted)

    @invariant()
    def standing_items_stand_in_their_places(self) -> None:
        if self.agenda.items:
            titles = [i.title for i in self.agenda.items if i.kind is ItemKind.STANDING]
            assert tuple(t for t in titles if t != rules.HEADING) == STANDING
            assert self.agenda.items[0].title == ADOPTION
            assert self.agenda.items[-1].title == RULES.closing_items[-1]

    @invariant()
    def numbers_run_without_gaps(self) -> None:
        numbers = [item.number for item in self.agenda.items]
        assert numbers == list(counted(self.agenda))
        assert len({item.item for item in self.agenda.items}) == len(numbers)


def counted(agenda: Agenda) -> list[str]:
    """1, 2, 3 for all but carried items, which are 3.1, 3.2, … after the third."""
    tops = [item.kind is not ItemKind.CARRIED for item in agenda.items]
    numbers = []
    for place, top in enumerate(tops):
        above = sum(tops[: place + 1])
        below = tops[: place + 1][::-1].index(True)
        numbers.append(str(above) if top else f"{above}.{below}")
    return numbers


Mechanism.TestCase.settings = settings(deadline=None, max_examples=80, stateful_step_count=40)
TestMechanism = Mechanism.TestCase


def test_an_item_that_was_postponed_keeps_its_chain() -> None:
    postponed = ItemPostponed(
        mechanism="customs-heads",
        item="customs-heads-2027-1.i4",
        meeting="customs-heads-2027-1",
        title="Зелёные коридоры",
        origin=Origin(kind=OriginKind.PROPOSAL, id="customs-heads.p1"),
        serves=("A15.1",),
        reason="не успели",
    )
    pool = pools.evolve(Pool(id="customs-heads", mechanism="customs-heads"), postponed)
    (matter,) = pool.carried
    assert (matter.origin.kind, matter.origin.id) == (OriginKind.POSTPONED, postponed.item)
    assert matter.serves == ("A15.1",)
