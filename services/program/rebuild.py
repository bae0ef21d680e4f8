"""A copy of what others said, built anew from all they said, beside the one in use."""

from collections.abc import AsyncIterator, Callable
from functools import partial

from sqlalchemy import select

from events.envelope import Envelope
from events.road.interface import Bookmark
from events.road.receiver import Receiver
from events.road.replacement import Replacement
from events.upcasting import newest
from services.program.worker import Worker

BATCH = 500


class HistoryGoneError(Exception):
    """The road has no longer all that the service has heard."""


async def rebuild(
    worker: Worker,
    earlier: AsyncIterator[Envelope] | None,
    progress: Callable[[float], None],
) -> None:
    """Build the worker's database anew and swap it; telling the share of the road that is done.

    `earlier` is what the road may have no longer: an archive. Interrupted, nothing has changed.
    HistoryGoneError when the live one has heard of events that are in neither.
    """
    replacement = Replacement(worker.database)
    receiver = Receiver(replacement.fresh, worker.service.heard, worker.clock)
    bookmark: Bookmark = {}
    length = await worker.road.length()

    def moved() -> None:
        progress(min(sum(bookmark.values()) / max(length, 1), 1.0))

    feed = partial(deliver, receiver, moved)
    await replacement.prepare()
    try:
        await take_over(worker, replacement)
        if earlier is not None:
            await feed(earlier)
        await feed(worker.road.history(bookmark))
        async with replacement.swap() as wanted:
            await feed(worker.road.history(bookmark))
            if lacking := await replacement.lacks(wanted):
                raise HistoryGoneError(
                    f"{worker.service.name} has heard {len(lacking)} events that are no longer on "
                    "the road; rebuild it with --archive, naming the folder of an archive"
                )
    finally:
        await replacement.close()


async def take_over(worker: Worker, replacement: Replacement) -> None:
    """Let the fresh one have what no event says."""
    for model in worker.service.own:
        async with worker.database.read() as session:
            rows = await session.scalars(select(model))
        async with replacement.fresh.write() as session:
            for row in rows:
                session.put(row)


async def deliver(
    receiver: Receiver, moved: Callable[[], None], history: AsyncIterator[Envelope]
) -> None:
    batch: list[Envelope] = []
    async for envelope in history:
        if newest(envelope.type) in receiver.handlers.types:
            batch.append(envelope)
        if len(batch) == BATCH:
            await receiver.deliver(batch)
            moved()
            batch = []
    await receiver.deliver(batch)
    moved()
