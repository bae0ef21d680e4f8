"""Looking for plans: a thread beside the event loop, outside of any transaction.

What is being made is in the database. So a search that a crash ended begins anew, and whoever asks
any copy of the service hears how far it is, and can end it with the best so far.
"""

import asyncio
import logging
import threading
from dataclasses import dataclass, field
from functools import partial

from events.clock import Clock
from events.envelope import Cause
from events.road.conflicts import again_on_conflict
from events.road.database import Database
from events.road.lease import Lease
from events.road.transaction import transaction
from events.vocabulary import Actor
from services.planning.queries import being_made, brief_in
from services.planning.rules import plan as rules
from services.planning.rules.brief import Brief
from services.planning.rules.headway import CURVE, Point, Scale, ended, gone_on, point
from services.planning.rules.plan import Pains
from services.planning.rules.posing import Posed
from services.planning.rules.reading import Outcome, read
from services.planning.rules.waiving import answered
from services.planning.tables import PLANS, SearchRow
from services.planning.timetable.answer import Answer, Progress
from services.planning.timetable.effort import Effort, Watch
from services.refusals import WrongStateError

GLANCE_SECONDS = 0.5
LEASE_SECONDS = 15.0
NOTHING = "the search ended before it found any plan; ask again and give it more {what}"
INTERRUPTED = "the search was interrupted before it found any plan; ask again and let it look"
BROKEN = "the search broke with {error}, and the log of the service says where; ask otherwise"

log = logging.getLogger(__name__)


async def search_for_ever(database: Database, clock: Clock) -> None:
    """Make the plans that are asked for, one copy of the service at a time, until cancelled."""
    lease = Lease(database, "plans", LEASE_SECONDS)
    await lease.work(partial(step, database, clock, lease))


async def step(database: Database, clock: Clock, lease: Lease | None = None) -> bool:
    """Make the plan that has waited longest; whether there was one."""
    async with database.read() as session:
        plan = await being_made(session)
        if plan is None:
            return False
        row = await session.get_one(SearchRow, plan.id)
    try:
        brief = brief_in(row)
    except WrongStateError as error:
        await again_on_conflict(partial(finish, database, clock, row, str(error)))
        return True
    search = Search(brief, plan.pains)
    looking = asyncio.create_task(asyncio.to_thread(search.run))
    try:
        while not looking.done():
            if await again_on_conflict(partial(note, database, plan.id, search)):
                search.stop.set()
            if lease is not None and not await lease.held():
                return True
            await asyncio.wait({looking}, timeout=GLANCE_SECONDS)
    finally:
        search.stop.set()
    found = await found_by(looking, search, plan.id)
    await again_on_conflict(partial(finish, database, clock, row, found, search))
    return True


async def found_by(
    looking: asyncio.Task[Outcome | None], search: "Search", key: str
) -> Outcome | str:
    """What the search has found, or why nothing; an error in it does not end the service."""
    try:
        found = await looking
    except Exception as error:
        log.exception("the search for %s broke", key)
        return BROKEN.format(error=type(error).__name__)
    return found or (INTERRUPTED if search.interrupted else nothing(search.pains))


def nothing(pains: Pains) -> str:
    """That there was too little time, in the words in which it was given."""
    return NOTHING.format(what="work" if pains.seconds is None else "seconds")


@dataclass
class Search:
    """One search, which a thread runs and another looks at."""

    brief: Brief
    pains: Pains
    stop: threading.Event = field(default_factory=threading.Event)
    curve: tuple[Point, ...] = ()
    progress: Progress = field(default_factory=lambda: Progress(cost=None, bound=0))
    interrupted: bool = False
    began: float = 0.0
    scale: Scale | None = None
    found: Outcome | None = None

    def __post_init__(self) -> None:
        self.watch = Watch(progress=self.hear, stop=self.stop.is_set)

    def hear(self, progress: Progress) -> None:
        self.progress = progress

    def run(self) -> Outcome | None:
        """The plan; none if there was no time to find any."""
        from services.planning.timetable.solving import solve  # noqa: PLC0415 (takes seconds)

        effort = Effort(work=self.pains.work, seconds=self.pains.seconds)

        def solved(posed: Posed) -> Answer:
            if self.scale is None:
                self.began = self.watch.clock()
            self.scale = posed.scale
            return solve(posed.problem, effort, seed=self.pains.seed, watch=self.watch)

        answer = answered(self.brief, solved)
        self.hear(Progress(cost=answer.cost, bound=answer.bound))
        self.found = None if answer.cost is None else read(self.brief, answer)
        return self.found

    def gone_on(self) -> tuple[Point, ...]:
        """How far it has been when; nothing while it has only begun."""
        if self.scale is not None:
            spent = self.watch.clock() - self.began
            now = point(spent, self.progress.cost, self.progress.bound, self.scale)
            self.curve = gone_on(self.curve, ended(now, self.found) if self.found else now)
        return self.curve


async def note(database: Database, key: str, search: Search) -> bool:
    """Keep how far the search is; whether somebody wants it to end."""
    async with database.write() as session:
        row = await session.get_one(SearchRow, key)
        row.curve = CURVE.dump_json(search.gone_on()).decode()
        session.put(row)
        search.interrupted = row.stop
        return row.stop


async def finish(
    database: Database,
    clock: Clock,
    asked: SearchRow,
    found: Outcome | str,
    search: Search | None = None,
) -> None:
    """Say what was found, or why nothing was; without a `search`, none was begun."""
    cause = Cause(id=f"search {asked.plan}", actor=Actor.parse(asked.actor), time=clock.now())
    async with transaction(database, cause) as work:
        if search is not None:
            row = await work.session.get_one(SearchRow, asked.plan)
            row.curve = CURVE.dump_json(search.gone_on()).decode()
            work.session.put(row)
        known = await PLANS.get(work.session, asked.plan)
        interrupted = search is not None and search.interrupted
        events = (
            rules.fail(known, found)
            if isinstance(found, str)
            else rules.propose(known, found, interrupted=interrupted)
        )
        await PLANS.apply(work, known, events)
