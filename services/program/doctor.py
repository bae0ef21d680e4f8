"""How a deployment is: what waits, what failed, what is late, what leads nowhere."""

import asyncio
from datetime import datetime

from pydantic import BaseModel, Field
from sqlalchemy import func, select, text
from sqlmodel import col

from events.envelope import Envelope
from events.road.absence import BehindError, DatabaseUnreachableError
from events.road.history import BEHIND
from events.road.interface import RoadUnreachableError
from events.road.letters import failed_deadlines, letters
from events.road.tables import DeadlineRow, LetterState, OutboxRow
from services.calendars.board import Board, Changes
from services.followups.rules.followup import FINAL
from services.followups.tables import FOLLOW_UPS
from services.minutes.tables import DECISIONS
from services.notices.figures import Figures, figures
from services.notices.service import notices
from services.program.deployment import Deployment
from services.program.worker import Worker

PATIENCE_SECONDS = 5.0


class ServiceReport(BaseModel):
    """One service.

    Relay lag is what is committed and not yet on the road, and since when; consumer lag is what is
    on the road and has not yet been taken, none while the road does not say. What was put aside are
    records on the road that nobody could read. `mail` is of the service that sends it.
    """

    database: str
    road: str = "ok"
    consumer_lag: int | None = None
    put_aside: int | None = None
    relay_lag: int = 0
    lagging_since: datetime | None = None
    letters_retrying: int = 0
    letters_waiting: int = 0
    letters_dead: int = 0
    deadlines_late: int = 0
    deadlines_failed: int = 0
    mail: Figures | None = None

    @property
    def mails_waiting(self) -> int | None:
        return self.mail.waiting if self.mail else None

    @property
    def mails_failed(self) -> int | None:
        return self.mail.failed if self.mail else None

    @property
    def ready(self) -> bool:
        return self.database == self.road == "ok"

    @property
    def healthy(self) -> bool:
        return self.ready and not (
            self.letters_dead or self.deadlines_late or self.deadlines_failed or self.mails_failed
        )


class Report(BaseModel):
    """All services, follow-ups whose decision nobody knows, and why a meeting is in no feed."""

    at: datetime
    services: dict[str, ServiceReport]
    orphan_follow_ups: list[str]
    unshown_meetings: dict[str, str] = Field(default_factory=dict)

    @property
    def healthy(self) -> bool:
        return all(r.healthy for r in self.services.values()) and not (
            self.orphan_follow_ups or self.unshown_meetings
        )


async def examine(program: Deployment, at: datetime) -> Report:
    """Look at every service's database as it stands at the instant `at`; change nothing."""
    return Report(
        at=at,
        services={
            name: await examine_service(worker, at) for name, worker in program.workers.items()
        },
        orphan_follow_ups=await orphans(program),
        unshown_meetings=await unshown(program.workers["calendars"]),
    )


async def examine_service(worker: Worker, at: datetime) -> ServiceReport:
    road, report = await asyncio.gather(examine_road(worker), examine_database(worker, at))
    return report.model_copy(update=road)


async def examine_database(worker: Worker, at: datetime) -> ServiceReport:
    """All of the report but the road."""
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await look_into(worker, at)
    except TimeoutError:
        return ServiceReport(database=f"unreachable: no answer for {PATIENCE_SECONDS:g} s")
    except BehindError:
        return ServiceReport(database=f"behind: {BEHIND}")
    except DatabaseUnreachableError as error:
        return ServiceReport(database=f"unreachable: {error}")


async def look_into(worker: Worker, at: datetime) -> ServiceReport:
    """What its database says; raises what keeps that from answering."""
    async with worker.database.read() as session:
        await session.execute(text("SELECT 1"))
        lag = await session.scalar(select(func.count()).select_from(OutboxRow)) or 0
        oldest = await session.scalar(
            select(col(OutboxRow.envelope)).order_by(col(OutboxRow.seq)).limit(1)
        )
        late = await session.scalar(
            select(func.count()).select_from(DeadlineRow).where(col(DeadlineRow.due) < at)
        )
        mail = await figures(session, at) if worker.service is notices else None
    states = [letter.state for letter in await letters(worker.database)]
    failed = await failed_deadlines(worker.database)
    return ServiceReport(
        database="ok",
        relay_lag=lag,
        lagging_since=Envelope.model_validate_json(oldest).time if oldest else None,
        letters_retrying=states.count(LetterState.RETRYING),
        letters_waiting=states.count(LetterState.WAITING),
        letters_dead=states.count(LetterState.DEAD),
        deadlines_late=late or 0,
        deadlines_failed=len(failed),
        mail=mail,
    )


async def examine_road(worker: Worker) -> dict[str, object]:
    """What of the report is the road's: whether it can be reached, and what waits on it."""
    try:
        waiting = await worker.road.lag(worker.service.name)
        aside = await worker.road.unreadable()
    except RoadUnreachableError as error:
        return {"road": f"unreachable: {error}"}
    return {"road": "ok", "consumer_lag": waiting, "put_aside": aside}


async def unshown(worker: Worker) -> dict[str, str]:
    """Meetings that are in no feed because they cannot be shown, and why."""
    board = Board(worker.database, worker.clock)
    await board.look(Changes())
    return board.unshown


async def orphans(program: Deployment) -> list[str]:
    """Follow-ups, not closed, of a decision that the minutes do not hold."""
    async with program.workers["minutes"].database.read() as session:
        decisions = {decision.id for decision in await DECISIONS.all(session)}
    async with program.workers["followups"].database.read() as session:
        standing = await FOLLOW_UPS.all(session)
    return [f.id for f in standing if f.stage not in FINAL and f.decision not in decisions]
