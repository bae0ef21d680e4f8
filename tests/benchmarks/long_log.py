"""Whether the road costs the same when its log has grown, and whether a worker does not grow.

    python -m tests.benchmarks.long_log [--events N] [--commands N]

Commands are carried to their effects on a log of a thousand events; then the log is filled up to N
(a million) by the product's own sender, while its listener takes them all; then as many commands
are carried again. Memory is the largest that this process, with all of it inside, has had so far.
"""

import argparse
import asyncio
import resource
import statistics
import time

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn
from rich.table import Table

from events.envelope import Cause, Envelope
from events.road.kafka.sender import Sender
from events.vocabulary import SYSTEM
from tests.benchmarks.kafka_road import throughput
from tests.benchmarks.loops import NOW, Ours, fresh, ours, servers
from tests.benchmarks.services import said

SHORT = 1_000
BATCH = 500
AHEAD = 40
ROUNDS = 3


def sealed(number: int) -> Envelope:
    cause = Cause(id=f"filling-{number}", actor=SYSTEM, time=NOW)
    return Envelope.seal(said(number), source="/bench", cause=cause, ordinal=0)


async def fill(mine: Ours, sender: Sender, numbers: range, shown: Progress) -> float:
    """Lengthen the log by `numbers` and have them taken; effects a second."""
    task = shown.add_task(f"{numbers.stop:,} events", total=len(numbers))
    started = time.perf_counter()
    batches = [numbers[at : at + BATCH] for at in range(0, len(numbers), BATCH)]
    for at, batch in enumerate(batches):
        await sender.send([sealed(number) for number in batch])
        if at >= AHEAD:
            await mine.effects(batches[at - AHEAD])
        shown.update(task, advance=len(batch))
    for batch in batches[-AHEAD:]:
        await mine.effects(batch)
    return len(numbers) / (time.perf_counter() - started)


async def carried(mine: Ours, begin: int, commands: int) -> float:
    """The median of some rounds of `commands`, the first of them with the number `begin`."""
    rounds = [range(at, at + commands) for at in range(begin, begin + ROUNDS * commands, commands)]
    return statistics.median([await throughput(mine, each) for each in rounds])


def largest() -> float:
    """Megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def measure(postgres: str, bootstrap: str, events: int, commands: int) -> None:
    database, kafka = await fresh(postgres, bootstrap)
    sender = Sender(kafka)
    bar = (*Progress.get_default_columns(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*bar) as shown:
        async with ours(database, kafka) as mine:
            await fill(mine, sender, range(SHORT), shown)
            short, memory = await carried(mine, events, commands), largest()
            taken = await fill(mine, sender, range(SHORT, events), shown)
            long, later = await carried(mine, 2 * events, commands), largest()
    await sender.close()
    table = Table(title=f"Of {ROUNDS * commands:,} commands each")
    for column in ("", f"{SHORT:,} events", f"{events:,} events", "ratio"):
        table.add_column(column, justify="right")
    table.add_row("effects/s", f"{short:,.0f}", f"{long:,.0f}", f"{long / short:.2f}")
    table.add_row("memory, MB", f"{memory:,.0f}", f"{later:,.0f}", f"{later / memory:.2f}")
    Console().print(table)
    Console().print(f"The long log was sent and taken at {taken:,.0f} events/s.")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.long_log")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--commands", type=int, default=1_500)
    told = parser.parse_args()
    with servers() as (postgres, bootstrap):
        asyncio.run(measure(postgres, bootstrap, told.events, told.commands))


if __name__ == "__main__":
    main()
