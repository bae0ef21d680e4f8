"""`secretariat topics`: the topics on Kafka, shown as they would be changed and then changed."""

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from services.program.terminal import Bootstrap, out

if TYPE_CHECKING:
    from events.road.kafka.topics import Change

app = typer.Typer(no_args_is_help=True, help="See and make the topics that the services need.")
Replicas = Annotated[int, typer.Option("--replicas", min=1, help="Copies of a new topic.")]


@app.command()
def plan(kafka: Bootstrap, replicas: Replicas = 3) -> None:
    """Show what `apply` would change; change nothing."""
    show(asyncio.run(planned(kafka, replicas)), "would be changed")


@app.command()
def apply(kafka: Bootstrap, replicas: Replicas = 3) -> None:
    """Show what is to be changed, and make the topics so. Nothing is taken away."""
    asyncio.run(applied(kafka, replicas))


async def planned(address: str, replicas: int) -> "list[Change]":
    from events.road.kafka import topics as rules
    from events.road.kafka.connection import Kafka

    kafka = Kafka.from_settings(address)
    async with rules.asking(kafka) as admin:
        return await rules.plan(admin, kafka.topics(replicas))


async def applied(address: str, replicas: int) -> None:
    from events.road.kafka import topics as rules
    from events.road.kafka.connection import Kafka

    kafka = Kafka.from_settings(address)
    topics = kafka.topics(replicas)
    async with rules.asking(kafka) as admin:
        changes = await rules.plan(admin, topics)
        show(changes, "is changed")
        if changes:
            await rules.apply(admin, topics, replicas=replicas)
            out.print("Done.", style="green")


def show(changes: "list[Change]", done: str) -> None:
    if not changes:
        out.print("Every topic is as it should be.", style="green")
        return
    table = Table("topic", done, "from", "to")
    for change in changes:
        table.add_row(change.topic, change.what, change.found or "-", change.wanted)
    out.print(table)
