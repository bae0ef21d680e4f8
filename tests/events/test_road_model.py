"""Any history of events, failures, repetitions and crashes, against a model of a few lines."""

import asyncio
import tempfile
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from events.clock import SetClock
from events.road.database import Database
from events.road.letters import try_again
from events.road.retries import LONGEST_PAUSE
from tests.events.listener import EFFECTS, START, Listener, sealed

MECHANISMS = ("customs-heads", "energy-ministers", "heads-of-state")
mechanisms = st.sampled_from(MECHANISMS)


class Road(RuleBasedStateMachine):
    """Events are numbered in each mechanism; the effects must be its first ones, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = SetClock(START)
        self.sent = dict.fromkeys(MECHANISMS, 0)
        self.broken: set[str] = set()
        self.open()

    def open(self) -> None:
        database = Database(f"sqlite:///{self.folder.name}", "model", EFFECTS)
        self.runner.run(database.migrate())
        self.listener = Listener(database, self.clock, self.broken)

    @rule(batch=st.lists(mechanisms, min_size=1, max_size=6), broken=st.booleans())
    def send(self, batch: list[str], broken: bool) -> None:
        envelopes = []
        for mechanism in batch:
            label = f"{mechanism} {self.sent[mechanism]}"
            self.sent[mechanism] += 1
            envelopes.append(sealed(label, mechanism))
            if broken and len(envelopes) == len(batch):
                self.broken.add(label)
        self.runner.run(self.listener.receiver.deliver(envelopes))

    @precondition(lambda self: any(self.sent.values()))
    @rule(data=st.data())
    def send_again(self, data: st.DataObject) -> None:
        mechanism = data.draw(st.sampled_from([m for m, count in self.sent.items() if count]))
        first = data.draw(st.integers(0, self.sent[mechanism] - 1))
        again = [sealed(f"{mechanism} {n}", mechanism) for n in range(first, self.sent[mechanism])]
        self.runner.run(self.listener.receiver.deliver(again))

    @precondition(lambda self: self.broken)
    @rule(data=st.data())
    def mend(self, data: st.DataObject) -> None:
        self.broken.discard(data.draw(st.sampled_from(sorted(self.broken))))

    @rule(seconds=st.integers(0, 400))
    def retry(self, seconds: int) -> None:
        self.runner.run(self.clock.set(self.clock.now() + timedelta(seconds=seconds)))
        self.runner.run(self.listener.receiver.retry(self.clock.now()))

    @rule()
    def try_the_dead_again(self) -> None:
        self.runner.run(try_again(self.listener.database))

    @rule()
    def restart(self) -> None:
        self.runner.run(self.listener.database.close())
        self.open()

    @invariant()
    def effects_are_the_first_events_of_each_mechanism_in_order(self) -> None:
        for mechanism in MECHANISMS:
            effects = self.runner.run(self.listener.effects(mechanism))
            assert effects == [f"{mechanism} {number}" for number in range(len(effects))]

    def teardown(self) -> None:
        self.broken.clear()
        self.runner.run(try_again(self.listener.database))
        self.runner.run(self.listener.receiver.retry(self.clock.now() + LONGEST_PAUSE))
        for mechanism, count in self.sent.items():
            assert len(self.runner.run(self.listener.effects(mechanism))) == count
        self.runner.run(self.listener.database.close())
        self.runner.close()
        self.folder.cleanup()


Road.TestCase.settings = settings(deadline=None, max_examples=30, stateful_step_count=20)
TestRoad = Road.TestCase
