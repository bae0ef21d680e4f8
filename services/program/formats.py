"""Loading a format into a program: the project's own registry, or another file."""

import hashlib
from pathlib import Path

from events.envelope import Cause
from events.road.transaction import Transaction
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

    What is said follows from the registry and from the revision of the format that it makes: the
    same registry may be loaded again after another one, or by a program that reads more in it.
    """
    digest = hashlib.sha256(registry.model_dump_json().encode()).hexdigest()
    async with mechanisms.database.write() as session:
        standing = await FORMATS.find(session, FORMAT)
        revision = standing.revision + 1 if standing else 0
        cause = Cause(id=f"registry:{digest}:{revision}", actor=SYSTEM, time=mechanisms.clock.now())
        work = Transaction(session, mechanisms.service.name, cause)
        loaded = await load(work, registry)
        work.fill_outbox()
    return loaded
