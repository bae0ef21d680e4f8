"""Loading a format into a program: the project's own registry, or another file."""

import hashlib
from pathlib import Path

from events.envelope import Cause
from events.road.transaction import transaction
from events.vocabulary import SYSTEM
from services.mechanisms.commands import Loaded, load, own_registry
from services.mechanisms.rules.reading import read_registry
from services.mechanisms.rules.registry import Registry
from services.mechanisms.tables import FORMAT, FORMATS
from services.program.worker import Worker


def read_format(file: Path | None) -> Registry:
    """The registry in `file`, or the project's own; RegistryError when it is refused."""
    if file is None:
        return own_registry()
    return read_registry(file.read_text(encoding="utf-8", errors="surrogateescape"), str(file))


async def load_format(mechanisms: Worker, registry: Registry) -> Loaded:
    """Have the mechanisms service register what it does not know yet.

    A registry that was loaded before may come again after another one: its events are others then.
    """
    digest = hashlib.sha256(registry.model_dump_json().encode()).hexdigest()
    async with mechanisms.database.read() as session:
        standing = await FORMATS.find(session, FORMAT)
    over = f":{standing.revision}" if standing else ""
    cause = Cause(id=f"registry:{digest}{over}", actor=SYSTEM, time=mechanisms.clock.now())
    async with transaction(mechanisms.database, cause) as work:
        return await load(work, registry)
