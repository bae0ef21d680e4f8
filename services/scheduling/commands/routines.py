"""What people may ask about when parties work."""

from datetime import date

from pydantic import Field

from events.road.transaction import Transaction
from events.vocabulary import Title
from events.working_time import Hours, Ruling
from services.inputs import Input
from services.scheduling.commands import rechecks
from services.scheduling.rules import routine as rules
from services.scheduling.rules.routine import Routine
from services.scheduling.tables import ROUTINES


class Announcement(Input):
    """What a date is, who says so, and since when."""

    on: date = Field(examples=["2027-03-24"])
    ruling: Ruling = Field(examples=["holiday"])
    name: Title | None = Field(default=None, examples=["Nauryz, moved by decree"])
    source: Title = Field(examples=["Decree 112 of the Government"])
    dated: date | None = Field(
        default=None,
        description="Of when `source` is: of two announcements the later dated one holds. None: of "
        "today, where the party is",
        examples=["2027-02-15"],
    )


async def set_hours(work: Transaction, party: str, body: Hours) -> Routine:
    routine = await ROUTINES.take(work, party)
    events = rules.set_hours(routine, body, actor=work.cause.actor)
    kept = await ROUTINES.apply(work, routine, events)
    await rechecks.check(work, party)
    return kept


async def rule_day(work: Transaction, party: str, body: Announcement) -> Routine:
    routine = await ROUTINES.take(work, party)
    events = rules.rule_day(routine, **body.model_dump(), actor=work.cause.actor, now=work.now)
    kept = await ROUTINES.apply(work, routine, events)
    await rechecks.check(work, party)
    return kept
