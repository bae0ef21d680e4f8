"""Fragments in the languages of all parties, where there were some in three."""

from collections.abc import Callable
from functools import partial

import sqlalchemy as sa
from alembic import op

from services.icalendar.entry import Entry
from services.icalendar.task import Task, vtask
from services.icalendar.vevent import busy, deadlines, vevent
from services.icalendar.wording import LANGUAGES

revision = "calendars_3"
down_revision = "calendars_2"

entry = sa.table("entry", sa.column("id"), sa.column("document"))
task = sa.table("task", sa.column("id"), sa.column("document"))
fragment = sa.table(
    "fragment",
    *(sa.column(name) for name in ("entry", "language", "event", "busy", "deadlines")),
)


def upgrade() -> None:
    connection = op.get_bind()
    for document in connection.scalars(sa.select(entry.c.document).order_by(entry.c.id)).all():
        meeting = Entry.model_validate_json(document)
        add_missing(meeting.id, partial(of_meeting, meeting))
    for document in connection.scalars(sa.select(task.c.document).order_by(task.c.id)).all():
        owed = Task.model_validate_json(document)
        add_missing(owed.id, partial(of_task, owed))


def of_meeting(state: Entry, language: str) -> dict[str, str]:
    return {
        "event": vevent(state, language=language),
        "busy": busy(state, language=language),
        "deadlines": deadlines(state, language=language),
    }


def of_task(state: Task, language: str) -> dict[str, str]:
    return {"event": "", "busy": "", "deadlines": vtask(state, language=language)}


def add_missing(key: str, texts: Callable[[str], dict[str, str]]) -> None:
    connection = op.get_bind()
    there = set(connection.scalars(sa.select(fragment.c.language).where(fragment.c.entry == key)))
    for language in LANGUAGES:
        if language not in there:
            pieces = {name: text.encode() for name, text in texts(language).items()}
            connection.execute(fragment.insert().values(entry=key, language=language, **pieces))
