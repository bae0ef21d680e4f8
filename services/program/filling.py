"""What follows from the log in a service that also decides, filled anew while it waits."""

from collections.abc import AsyncIterator, Callable
from functools import partial

from sqlalchemy import select

from events.envelope import Envelope
from events.road.interface import Bookmark
from events.road.receiver import Receiver
from events.road.replacement import Replacement, heard, letters, unsent
from events.road.session import Session
from services.program.rebuild import HistoryGoneError, deliver
from services.program.worker import Worker
from services.service import Derived


class SetAsideError(Exception):
    """The service has events that are to take effect later; says what to do first."""


async def fill(
    worker: Worker,
    earlier: AsyncIterator[Envelope] | None,
    progress: Callable[[float], None],
) -> None:
    """Fill what is derived in the database anew; telling the share of the road that is done.

    It follows from what the service has heard up to now, and from all that it has said itself.
    `earlier` is what the road may have no longer: an archive. Interrupted, nothing has changed.
    HistoryGoneError when some of it is in neither, SetAsideError while some waits to be heard.
    """
    derived = worker.service.derived
    assert derived is not None
    beside = Replacement(worker.database)
    await beside.prepare()
    try:
        async with beside.held(derived.names) as live:
            if waiting := await letters(live):
                raise SetAsideError(
                    f"{worker.service.name} has set {waiting} events aside; `secretariat dlq list` "
                    "shows them: retry them first"
                )
            await retell(worker, derived, earlier, beside, live, progress)
            async with beside.fresh.read() as fresh:
                await take(derived, fresh, live)
        await beside.clear()
    finally:
        await beside.close()


async def retell(
    worker: Worker,
    derived: Derived,
    earlier: AsyncIterator[Envelope] | None,
    beside: Replacement,
    live: Session,
    progress: Callable[[float], None],
) -> None:
    """Have the fresh one hear what the live one has heard, and what it has said."""
    own = f"/secretariat/{worker.service.name}"
    known = await heard(live)
    lacking = set(known)
    bookmark: Bookmark = {}
    length = await worker.road.length()
    receiver = Receiver(beside.fresh, derived.told, worker.clock)

    async def of_known(history: AsyncIterator[Envelope]) -> AsyncIterator[Envelope]:
        async for envelope in history:
            if envelope.source == own or (envelope.source, envelope.id) in known:
                lacking.discard((envelope.source, envelope.id))
                yield envelope

    def moved() -> None:
        progress(min(sum(bookmark.values()) / max(length, 1), 1.0))

    feed = partial(deliver, receiver, moved)
    for history in (earlier, worker.road.history(bookmark), unsent(live)):
        if history is not None:
            await feed(of_known(history))
    async with beside.fresh.glance() as session:
        failed = await letters(session)
    if lacking or failed:
        raise HistoryGoneError(
            f"what {worker.service.name} was told is no longer whole on the road; rebuild it with "
            "--archive, naming the folder of an archive"
        )


async def take(derived: Derived, fresh: Session, live: Session) -> None:
    """Put all rows of `fresh` into `live`; records keep the revisions that people have seen."""
    for records in derived.records:
        seen = {state.id: state.revision for state in await records.all(live)}
        for state in await records.all(fresh):
            revision = seen.get(state.id, state.revision)
            live.put(records.kept(state.model_copy(update={"revision": revision})))
    for table in derived.tables:
        for row in await fresh.scalars(select(table)):
            live.put(row)
