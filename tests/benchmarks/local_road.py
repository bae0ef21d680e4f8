"""What the local road moves in a second, against the raw limit of the same disk and settings.

    python -m tests.benchmarks.local_road [--commands N]

The raw limit is a bare loop of SQLite transactions with the same pragmas that write as many rows of
the same size, one transaction after another as the road makes them: one for a command with its
event; one for the log; one for a consumer's effect. All figures are of one run on one machine.
"""

import argparse
import asyncio
import sqlite3
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from events.clock import SetClock
from events.envelope import Cause
from events.road.sqlite import PRAGMAS
from events.road.transaction import transaction
from events.vocabulary import SYSTEM
from services.program.embedded import Program
from tests.benchmarks.services import DOCUMENT, LISTENER, SPEAKER, Note, said

BURST = 250


async def road(folder: Path, commands: int) -> tuple[float, float]:
    """Commands a second, and events a second from the outbox to the effect."""
    clock = SetClock(datetime(2027, 1, 1, tzinfo=UTC))
    program = Program(folder, (SPEAKER, LISTENER), clock)
    async with program.opened():
        database = program.workers["speaker"].database
        started = time.perf_counter()
        for number in range(commands):
            cause = Cause(id=f"command-{number}", actor=SYSTEM, time=clock.now())
            async with transaction(database, cause) as work:
                work.session.add(Note(id=cause.id, number=number, document=DOCUMENT))
                work.publish(said(number))
        commanded = time.perf_counter()
        await program.settle()
        ended = time.perf_counter()
    return commands / (commanded - started), commands / (ended - commanded)


def raw(folder: Path, commands: int) -> tuple[float, float]:
    """The same rows by bare SQLite: a transaction a command, then batches to log and effect."""
    connection = sqlite3.connect(folder / "raw.db", isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    for table in ("note", "outbox", "log", "inbox", "effect"):
        connection.execute(f"CREATE TABLE {table} (id TEXT PRIMARY KEY, document TEXT)")
    envelope = DOCUMENT + "x" * 200
    started = time.perf_counter()
    for number in range(commands):
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO note VALUES (?, ?)", (str(number), DOCUMENT))
        connection.execute("INSERT INTO outbox VALUES (?, ?)", (str(number), envelope))
        connection.execute("COMMIT")
    commanded = time.perf_counter()
    for first in range(0, commands, BURST):
        keys = [str(number) for number in range(first, min(first + BURST, commands))]
        for statements in (
            (("INSERT INTO log VALUES (?, ?)", [(key, envelope) for key in keys]),),
            (("DELETE FROM outbox WHERE id = ?", [(key,) for key in keys]),),
            (
                ("INSERT INTO inbox VALUES (?, ?)", [(key, "") for key in keys]),
                ("INSERT INTO effect VALUES (?, ?)", [(key, DOCUMENT) for key in keys]),
            ),
        ):
            connection.execute("BEGIN IMMEDIATE")
            for statement, rows in statements:
                connection.executemany(statement, rows)
            connection.execute("COMMIT")
    ended = time.perf_counter()
    connection.close()
    return commands / (commanded - started), commands / (ended - commanded)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.local_road")
    parser.add_argument("--commands", type=int, default=2000)
    commands = parser.parse_args().commands
    with tempfile.TemporaryDirectory() as folder:
        ours = asyncio.run(road(Path(folder) / "road", commands))
        limit = raw(Path(folder), commands)
    table = Table(title=f"Local road, {commands} commands, WAL and synchronous = FULL")
    for column in ("", "ours, a second", "raw limit, a second", "ours / limit"):
        table.add_column(column, justify="right")
    for name, mine, theirs in zip(("commands", "events"), ours, limit, strict=True):
        table.add_row(name, f"{mine:,.0f}", f"{theirs:,.0f}", f"{mine / theirs:.3f}")
    Console().print(table)


if __name__ == "__main__":
    main()
