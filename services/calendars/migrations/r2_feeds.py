"""Fragments in every language, marks of what changed, followers with the digests of their tokens.

Deadlines of meetings that were entered before, and tasks, are not known here: `secretariat rebuild
calendars` hears of them again.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

from services.icalendar.entry import Entry
from services.icalendar.vevent import busy, deadlines, vevent
from services.icalendar.wording import LANGUAGES

revision = "calendars_2"
down_revision = "calendars_1"

known = sa.table("known_mechanism", sa.column("id"), sa.column("document"))
before = sa.table("entry", *(sa.column(name) for name in ("id", "mechanism", "document")))
entry = sa.table(
    "entry",
    *(sa.column(name) for name in ("id", "mechanism", "revision", "document", "host", "zone")),
    *(sa.column(name, sa.DateTime(timezone=True)) for name in ("starts", "ends", "changed")),
    *(sa.column(name) for name in ("first_year", "last_year", "as_of")),
    *(sa.column(name, sa.Boolean()) for name in ("cancelled", "restricted")),
)
fragment = sa.table(
    "fragment",
    *(sa.column(name) for name in ("entry", "language", "event", "busy", "deadlines")),
)
mark = sa.table(
    "mark",
    *(sa.column(name) for name in ("mechanism", "number", "people", "followers")),
)


def upgrade() -> None:
    connection = op.get_bind()
    documents = connection.scalars(sa.select(before.c.document).order_by(before.c.id)).all()
    op.drop_table("entry")
    create_tables()
    names: dict[str, str] = {}
    for row in connection.execute(sa.select(known)).all():
        names |= {party["id"]: party["name"] for party in json.loads(row.document)["parties"]}
        connection.execute(mark.insert().values(mechanism=row.id, number=1, people=1, followers=1))
    for document in documents:
        write(Entry.model_validate(as_now(json.loads(document), names)))


def create_tables() -> None:
    op.create_table(
        "entry",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("starts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("first_year", sa.Integer(), nullable=False),
        sa.Column("last_year", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_entry_mechanism"), "entry", ["mechanism"], unique=False)
    op.create_index(op.f("ix_entry_starts"), "entry", ["starts"], unique=False)
    op.create_table(
        "task",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_task_mechanism"), "task", ["mechanism"], unique=False)
    op.create_table(
        "fragment",
        sa.Column("entry", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.Column("busy", sa.LargeBinary(), nullable=False),
        sa.Column("deadlines", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry", "language"),
    )
    op.create_table(
        "follower",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=True),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("settings", sa.String(), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_follower_mechanism"), "follower", ["mechanism"], unique=False)
    op.create_index(op.f("ix_follower_digest"), "follower", ["digest"], unique=True)
    op.create_table(
        "known_coordinator",
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("party", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("mechanism", "party"),
    )
    op.create_table(
        "mark",
        sa.Column("mechanism", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("followers", sa.Integer(), nullable=False),
        sa.Column("people_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("mechanism"),
    )


def write(state: Entry) -> None:
    connection = op.get_bind()
    starts, ends = state.span.starts, state.span.ends
    connection.execute(
        entry.insert().values(
            id=state.id,
            mechanism=state.mechanism,
            revision=state.revision,
            document=state.model_dump_json(),
            host=state.turn.host,
            starts=starts.at,
            ends=ends.at,
            zone=starts.zone,
            first_year=starts.wall.year,
            last_year=ends.wall.year,
            cancelled=state.cancelled,
            restricted=False,
            changed=state.changed,
            as_of=1,
        )
    )
    for language in LANGUAGES:
        connection.execute(
            fragment.insert().values(
                entry=state.id,
                language=language,
                event=vevent(state, language=language).encode(),
                busy=busy(state, language=language).encode(),
                deadlines=deadlines(state, language=language).encode(),
            )
        )


def as_now(document: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """An entry of before, whose note was one text, with what that text said."""
    note: str = document.pop("note")
    turn = document["turn"]
    kind, _, said = note.partition(": ")
    changes: dict[str, Any] = {
        "host": names.get(turn["host"], turn["host"]),
        "chair": names.get(turn["chair"], turn["chair"]),
        "planned": document["changed"],
    }
    if kind == "Cancelled":
        changes["reason"] = said
    elif kind in {"Agenda", "Provisional agenda"}:
        changes |= {"agenda": said.strip().split("\n"), "adopted": kind == "Agenda"}
    return document | changes
