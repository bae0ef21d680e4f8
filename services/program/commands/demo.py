"""`secretariat demo`: a year of every body, and then a server with that year in it."""

import asyncio
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from services.program.terminal import (
    DEFAULT_PORT,
    CommandError,
    DatabaseUrl,
    Host,
    KafkaAddress,
    Port,
    RegistryFile,
    out,
    place_given,
)

if TYPE_CHECKING:
    from services.program.demo.processes import ManyProcesses
    from services.program.demo.scene import OneProcess, Scene
    from services.program.demo.summary import BodySummary, Summary

Seed = Annotated[int, typer.Option("--seed", help="Decides what happens in the year.")]
DemoFolder = Annotated[
    Path | None, typer.Option("--folder", help="Where to put it.  [default: data/demo-SEED]")
]
Serve = Annotated[bool, typer.Option("--serve/--no-serve", help="Leave the server up after it.")]
JsonFile = Annotated[
    Path | None, typer.Option("--json", metavar="FILE", help="Write the summary here.")
]


def demo(
    seed: Seed = 2027,
    folder: DemoFolder = None,
    serve: Serve = True,
    host: Host = "127.0.0.1",
    port: Port = DEFAULT_PORT,
    registry: RegistryFile = None,
    summary_file: JsonFile = None,
    kafka: KafkaAddress = None,
    database: DatabaseUrl = None,
) -> None:
    """Play the year 2027 of every body under a virtual clock, then serve it.

    With --kafka and --database every service is a process of its own, on topics and a database that
    nobody else uses; --no-serve goes with them. A demo that was stopped goes on where it was, and a
    year that is over is served as people left it. Exits with 1 when a loop did not close in the
    year, or an event was lost or took effect twice.
    """
    from services.program.demo.played import keep, played
    from services.program.demo.processes import ManyProcesses
    from services.program.demo.scene import OneProcess
    from services.program.demo.year import BEGINS, ENDS
    from services.program.formats import read_format
    from services.program.serve import listening

    read = read_format(registry)
    if given := place_given(kafka, database):
        if serve:
            raise CommandError("the processes end with the demo: say --no-serve with --kafka")
        scene = ManyProcesses(*given, read, registry, BEGINS)
        summary = asyncio.run(play_in_processes(scene, seed))
        report(summary, summary_file)
        return
    place = listening(host, port) if serve else None
    home = folder or Path("data") / f"demo-{seed}"
    if before := played(home):
        if before.seed != seed:
            raise CommandError(
                f"the year in {home} has --seed {before.seed}; name another --folder"
            )
        breaches = asyncio.run(open_again(OneProcess(home, read, ENDS), seed, summary_file))
        if breaches and place is None:
            raise CommandError("; ".join(breaches))
    else:
        summary = asyncio.run(play_here(OneProcess(home, read, BEGINS), seed))
        report(summary, summary_file)
        keep(home, summary)
    if place is not None:
        point_the_way(f"http://{host}:{place.getsockname()[1]}", home)
        asyncio.run(go_on(home, place))


async def play_here(scene: "OneProcess", seed: int) -> "Summary":
    async with scene.opened():
        return await play(scene, seed)


async def open_again(scene: "OneProcess", seed: int, file: Path | None) -> list[str]:
    """Show how the year of before stands by now; what is wrong with it, which ends no server."""
    from services.program.demo.played import look_again

    async with scene.opened():
        summary = await look_again(scene, seed)
        now = scene.clock.now()
    out.print(f"The year was played here before. It goes on at {now:%H:%M} UTC on {now:%d %b %Y}.")
    write(summary, file)
    show(summary)
    for breach in summary.breaches:
        out.print(f"[red]{breach}[/]: secretariat doctor says more.")
    return summary.breaches


async def play_in_processes(scene: "ManyProcesses", seed: int) -> "Summary":
    from events.road.kafka.topics import apply, asking

    async with asking(scene.kafka) as admin:
        replicas = min(3, len((await admin.describe_cluster())["brokers"]))
        await apply(admin, scene.kafka.topics(replicas), replicas=replicas)
    for worker in scene.watch.workers.values():
        await worker.database.migrate()
    async with scene.opened():
        return await play(scene, seed)


async def play(scene: "Scene", seed: int) -> "Summary":
    from services.program.demo.run import play_year

    columns = (
        TextColumn("[bold]{task.fields[day]}"),
        BarColumn(bar_width=48),
        TaskProgressColumn(),
        TimeElapsedColumn(),
    )
    started = time.perf_counter()
    with Progress(*columns, console=out) as progress:
        task = progress.add_task("year", total=1.0, day="")

        def passed(share: float) -> None:
            progress.update(task, completed=share, day=f"{scene.clock.now():%d %b %Y}")

        summary = await play_year(scene, seed, passed)
    out.print(
        f"{summary.events:,} events in {time.perf_counter() - started:.0f} s, "
        f"{summary.lost} lost, {summary.twice} twice."
    )
    return summary


def report(summary: "Summary", file: Path | None) -> None:
    """Show the summary and write it to `file`; CommandError when the demo failed."""
    write(summary, file)
    show(summary)
    if summary.failures:
        raise CommandError("; ".join(summary.failures))


def write(summary: "Summary", file: Path | None) -> None:
    if file is not None:
        file.write_text(summary.model_dump_json(indent=2) + "\n", encoding="utf-8")


def show(summary: "Summary") -> None:
    table = Table(box=SIMPLE_HEAD, show_edge=False, padding=0)
    table.add_column("2027", no_wrap=True)
    for column in ("met", "decided", "follow-ups", "unsettled", "carried", "loop"):
        table.add_column(column, justify="right")
    for name, body in summary.bodies.items():
        table.add_row(name, *figures(body))
    out.print(table)


def figures(body: "BodySummary") -> list[str]:
    accepted = body.follow_ups.get("accepted", 0)
    total = sum(body.follow_ups.values())
    return [
        str(body.meetings),
        str(body.decisions),
        str(total),
        str(total - accepted),
        str(body.carried_items),
        "[green]closed[/]" if body.closed else "[red]open[/]",
    ]


def point_the_way(url: str, folder: Path) -> None:
    places = (
        (url, "where every body stands"),
        (f"{url}/lineage", "what came of what"),
        (f"{url}/calendars/all.ics", "a feed to subscribe to"),
        (f"{url}/docs", "the HTTP API"),
    )
    width = max(len(address) for address, _ in places)
    out.print()
    for address, what in places:
        out.print(f"[bold link={address}]{address:<{width}}[/] {what}")
    out.print(f"Its databases are in {folder}. Ctrl-C ends it.")


async def go_on(folder: Path, place: socket.socket) -> None:
    """Serve on, with a clock that goes on from the end of the year, or from what came after."""
    from events.clock import SystemClock
    from services.program.demo.year import ENDS
    from services.program.embedded import Program
    from services.program.serve import serve_until_stopped
    from services.program.services import SERVICES

    clock = SystemClock()
    program = Program(folder, SERVICES, clock)
    async with program.opened():
        clock.ahead = max(ENDS, await program.road.latest() or ENDS) - clock.now()
        await serve_until_stopped(program, place)
