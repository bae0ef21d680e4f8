"""What goes from a command in PostgreSQL over Kafka to its effect, against bare loops.

    python -m tests.benchmarks.kafka_road [--commands N] [--profile]

The bare loop is asyncpg and aiokafka with nothing around them: a row a command, a record that is
sent (idempotent, acks=all), batches as large as ours, a row for each in one transaction, then the
offsets. What it lacks is the outbox, the inbox and the contracts. Both have 16 commands under way,
on the same broker and database, in this one process, and in turns; the median of the rounds is
shown.

Latency is from the beginning of a command that is alone, and from its commit, until somebody
downstream has its event. The bare round trip is a send to a consumer that waits for it.
"""

import argparse
import asyncio
import cProfile
import pstats
import statistics
import time
from collections import defaultdict

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from events.road.kafka.connection import Kafka
from events.topics import LOOP
from tests.benchmarks.loops import (
    ENVELOPE,
    Side,
    bare,
    fresh,
    ours,
    servers,
    written,
)

ROUNDS = 3
SINGLE = 200
SILENCE_SECONDS = 0.02


async def throughput(side: Side, commands: range) -> float:
    """Effects a second, from the first command to the last effect."""
    started = time.perf_counter()
    await written(commands, side)
    await side.effects(commands)
    return len(commands) / (time.perf_counter() - started)


async def latencies(mine: Side, kafka: Kafka, other: Kafka) -> dict[str, float]:
    """Median milliseconds until a waiting consumer has it: of what we said, and of a bare send.

    In turns, and each after a silence, as it is at light load.
    """
    times: dict[str, list[float]] = defaultdict(list)
    async with (
        AIOKafkaConsumer(kafka.name(LOOP), **kafka.client) as downstream,
        AIOKafkaConsumer(other.name(LOOP), **other.client) as waiting,
        AIOKafkaProducer(**other.client, acks="all", enable_idempotence=True) as producer,
    ):
        for number in range(SINGLE):
            await asyncio.sleep(SILENCE_SECONDS)
            started = time.perf_counter()
            await mine.command(number)
            committed = time.perf_counter()
            await downstream.getone()
            arrived = time.perf_counter()
            times["from command"].append(arrived - started)
            times["from commit"].append(arrived - committed)
            await asyncio.sleep(SILENCE_SECONDS)
            started = time.perf_counter()
            await producer.send_and_wait(other.name(LOOP), ENVELOPE, key=b"mechanism-1")
            await waiting.getone()
            times["round trip"].append(time.perf_counter() - started)
    return {name: statistics.median(values) * 1000 for name, values in times.items()}


async def measure(postgres: str, bootstrap: str, commands: int) -> None:
    figures: dict[str, list[float]] = defaultdict(list)
    for _ in track(range(ROUNDS), "rounds"):
        database, kafka = await fresh(postgres, bootstrap)
        async with ours(database, kafka) as mine:
            figures["ours"].append(await throughput(mine, range(commands)))
        async with bare(*await fresh(postgres, bootstrap)) as theirs:
            figures["bare"].append(await throughput(theirs, range(commands)))
        database, kafka = await fresh(postgres, bootstrap)
        _, other = await fresh(postgres, bootstrap)
        async with ours(database, kafka) as mine:
            for name, value in (await latencies(mine, kafka, other)).items():
                figures[name].append(value)
    show({name: statistics.median(values) for name, values in figures.items()}, commands)


def show(median: dict[str, float], commands: int) -> None:
    table = Table(title=f"Kafka road, {commands:,} commands, medians of {ROUNDS} rounds")
    for column in ("", "ours", "peer", "ratio", "wanted"):
        table.add_column(column, justify="right")
    for what, mine, peer, form, wanted in (
        ("effects/s, against asyncpg and aiokafka alone", "ours", "bare", ",.0f", "≥ 0.5"),
        ("ms from commit to downstream", "from commit", "round trip", ".1f", "≤ 5"),
        ("ms from command to downstream", "from command", "round trip", ".1f", "≤ 5"),
    ):
        own, other = median[mine], median[peer]
        table.add_row(what, f"{own:{form}}", f"{other:{form}}", f"{own / other:.2f}", wanted)
    Console().print(table)


async def profile(postgres: str, bootstrap: str, commands: int) -> None:
    """Where the time goes in our way from command to effect, by package."""
    async with ours(*await fresh(postgres, bootstrap)) as mine:
        recorder = cProfile.Profile()
        recorder.enable()
        await throughput(mine, range(commands))
        recorder.disable()
    spent: dict[str, float] = defaultdict(float)
    for (file, _, name), (_, _, own, _, _) in pstats.Stats(recorder).stats.items():  # type: ignore[attr-defined]
        spent[package_of(file, name)] += own
    table = Table("where", "ms a command", "share", title="Our way from command to effect")
    for where, own in sorted(spent.items(), key=lambda item: -item[1])[:16]:
        share = own / sum(spent.values())
        table.add_row(where, f"{own / commands * 1000:.3f}", f"{share:.0%}")
    Console().print(table)


def package_of(file: str, name: str) -> str:
    """The package that a profiled function belongs to; what is written in C, by its name."""
    if "site-packages/" in file:
        return file.partition("site-packages/")[2].partition("/")[0]
    if file == "~":
        return name.strip("<>")
    return "ours" if any(part in file for part in ("/events/", "/services/")) else "Python"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.kafka_road")
    parser.add_argument("--commands", type=int, default=3000)
    parser.add_argument("--profile", action="store_true", help="show where our time goes")
    said = parser.parse_args()
    with servers() as (postgres, bootstrap):
        asyncio.run((profile if said.profile else measure)(postgres, bootstrap, said.commands))


if __name__ == "__main__":
    main()
