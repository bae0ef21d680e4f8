"""The history of tables: it leads to what the code works with, from wherever a database stands."""

import asyncio
import sqlite3
import tarfile
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, column, create_engine, insert, inspect, select, text
from sqlalchemy import table as new_table
from sqlalchemy.schema import CreateSchema
from sqlmodel import col

from events.clock import SetClock
from events.decisions import DecisionStands
from events.envelope import Envelope
from events.road import history
from events.road.conflicts import again_on_conflict
from events.road.database import Database
from events.road.local import LogRow, LogTable
from events.road.tables import InboxRow, OutboxRow, RoadTable
from services.program.demo.year import ENDS
from services.program.embedded import Program
from services.program.services import SERVICES

BEFORE_MIGRATIONS = Path(__file__).parents[1] / "program" / "before-migrations.tar.xz"
STANDS = DecisionStands.type
LINES = {
    "log": (history.LOG, (LogTable.metadata,)),
    **{service.name: (service.migrations, service.tables) for service in SERVICES},
}


def differences(connection: Connection, schema: str | None, *wanted: MetaData) -> list[object]:
    """Where the tables are not those of `wanted`."""
    if schema is not None:
        connection.execute(text(f'SET search_path TO "{schema}"'))
    together = MetaData()
    for metadata in wanted:
        for table in metadata.sorted_tables:
            table.to_metadata(together)
    context = MigrationContext.configure(
        connection,
        opts={
            "compare_server_default": True,
            "include_name": lambda name, kind, _: (kind, name) != ("table", history.VERSIONS),
        },
    )
    return list(compare_metadata(context, together))


@pytest.mark.parametrize("name", LINES)
async def test_the_history_leads_to_the_tables_that_the_code_works_with(
    url: str, name: str
) -> None:
    line, tables = LINES[name]
    database = Database(url, f"s{uuid4().hex[:12]}", line)
    await database.migrate()
    assert not (await database.standing()).behind
    async with database.driver.engine().connect() as connection:
        wanted = (RoadTable.metadata, *tables)
        assert await connection.run_sync(differences, database.schema, *wanted) == []
    await database.close()


async def test_what_is_up_to_date_stays_as_it_is(url: str) -> None:
    database = Database(url, f"s{uuid4().hex[:12]}")
    assert (await database.standing()).behind
    await database.migrate()
    async with database.write() as session:
        session.add(InboxRow(id="1", source="/test"))
    await database.migrate()
    assert not (await database.standing()).behind
    async with database.read() as session:
        assert await session.get(InboxRow, "1", "/test")
    await database.close()


async def test_several_who_migrate_at_once_do_it_once(postgres: str) -> None:
    name = f"s{uuid4().hex[:12]}"
    copies = [Database(postgres, name) for _ in range(4)]
    await asyncio.gather(*(again_on_conflict(copy.migrate) for copy in copies))
    assert not (await copies[0].standing()).behind
    for copy in copies:
        await copy.close()


def unpack(folder: Path) -> None:
    """Put a year's databases into `folder`, one a service."""
    with tarfile.open(BEFORE_MIGRATIONS) as packed:
        packed.extractall(folder, filter="data")


async def test_a_year_from_before_there_was_a_history_is_brought_up_to_date(
    tmp_path: Path,
) -> None:
    """Nothing is lost, and its decisions are said once as they stand."""
    unpack(tmp_path)
    with sqlite3.connect(tmp_path / "minutes.db") as minutes:
        assert not minutes.execute(
            "SELECT 1 FROM sqlite_master WHERE name = 'migrations'"
        ).fetchall()
        before = minutes.execute("SELECT id, document FROM decision ORDER BY id").fetchall()
    minutes.close()
    program = Program(tmp_path, SERVICES, SetClock(ENDS))
    async with program.opened():
        await program.settle()
        for worker in program.workers.values():
            assert not (await worker.database.standing()).behind
        async with program.road.database.read() as session:
            rows = await session.scalars(select(LogRow).where(col(LogRow.type) == STANDS))
            stands = [Envelope.model_validate_json(row.envelope) for row in rows]
    assert sorted(e.subject for e in stands) == [symbol for symbol, _ in before]
    for envelope in stands:
        assert envelope.open().model_dump(mode="json") == envelope.data
    async with Program(tmp_path, SERVICES, SetClock(ENDS)).opened():
        pass
    with sqlite3.connect(tmp_path / "minutes.db") as minutes:
        assert minutes.execute("SELECT id, document FROM decision ORDER BY id").fetchall() == before
    minutes.close()


def begin(connection: Connection, database: Database) -> None:
    """Make the tables of the first revisions."""
    connection.execute(CreateSchema(database.service))
    config = history.config_of(connection, database.lines, database.schema)
    for base in ScriptDirectory.from_config(config).get_bases():
        command.upgrade(config, base)


def fill(connection: Connection, tables: Sequence[MetaData], file: Path) -> dict[str, int]:
    """Copy what stands in a SQLite file; how many rows there were of each table."""
    copied = {}
    with create_engine(f"sqlite:///{file}").connect() as old:
        there = inspect(old)
        for table in (table for metadata in tables for table in metadata.sorted_tables):
            if not there.has_table(table.name):
                continue
            columns = [
                column(had["name"], getattr(table.columns.get(had["name"]), "type", had["type"]))
                for had in there.get_columns(table.name)
            ]
            same = new_table(table.name, *columns)
            rows = [dict(row._mapping) for row in old.execute(select(same))]
            if rows:
                connection.execute(insert(same), rows)
            copied[table.name] = len(rows)
    old.engine.dispose()
    return copied


async def test_a_filled_postgresql_database_is_brought_up_to_date(
    tmp_path: Path, own_database: str
) -> None:
    """Nothing is lost, and its decisions are to be said once as they stand."""
    unpack(tmp_path)
    for service in SERVICES:
        file = tmp_path / f"{service.name}.db"
        if not file.exists():
            continue
        database = Database(own_database, service.name, service.migrations)
        async with database.altered() as connection:
            await connection.run_sync(begin, database)
            copied = await connection.run_sync(fill, (RoadTable.metadata, *service.tables), file)
        assert (await database.standing()).behind
        await database.migrate()
        assert not (await database.standing()).behind
        async with database.read() as session:
            outbox = [
                Envelope.model_validate_json(row.envelope)
                for row in await session.scalars(select(OutboxRow))
            ]
            for name, count in copied.items():
                found = await session.scalar(text(f'SELECT count(*) FROM "{name}"'))
                added = len(outbox) if name == "outbox" else 0
                assert found == count + added, name
        if service.name == "minutes":
            assert {e.type for e in outbox} == {STANDS}
            assert len(outbox) == copied["decision"] > 0
        await database.close()
