"""One copy of two services as small as can be, run by the product's own Part and server.

    python -m tests.faults.one_copy BOOTSTRAP DATABASE SERVICE…

The listener keeps each event behind a gate: as long as a test holds GATE, a batch stays where it
is. With DIES_BEFORE_OFFSETS the process kills itself when it is about to commit its first offsets.
"""

import asyncio
import logging
import os
import signal
import sys

from faststream.kafka.message import KafkaAckableMessage
from sqlalchemy import func, select

from events.clock import SystemClock
from events.meetings import TurnDeclined
from events.road.handlers import Handlers
from events.road.kafka.connection import Kafka
from events.road.transaction import Transaction
from services.program.distributed import Part
from services.program.serve import listening, serve_until_stopped
from services.service import Service
from tests.events.listener import EFFECTS, Effect, EffectTable

GATE = 27

heard = Handlers()


@heard.on(TurnDeclined)
async def keep(work: Transaction, event: TurnDeclined) -> None:
    await work.session.execute(select(func.pg_advisory_xact_lock_shared(GATE)))
    work.session.add(Effect(mechanism=event.mechanism, label=event.reason))


TABLES = (EffectTable.metadata,)
SPEAKER = Service(name="speaker", tables=TABLES, migrations=EFFECTS, heard=Handlers())
LISTENER = Service(name="listener", tables=TABLES, migrations=EFFECTS, heard=heard)
SERVICES = {service.name: service for service in (SPEAKER, LISTENER)}


async def die(_message: KafkaAckableMessage) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def serve(part: Part) -> None:
    with listening("127.0.0.1", 0) as place:
        async with part.opened():
            await serve_until_stopped(part, place)


def main() -> None:
    bootstrap, database, *names = sys.argv[1:]
    logging.basicConfig(level=logging.WARNING)
    if "DIES_BEFORE_OFFSETS" in os.environ:
        KafkaAckableMessage.ack = die  # type: ignore[assignment, method-assign]
    kafka = Kafka.from_settings(bootstrap)
    services = [SERVICES[name] for name in names]
    copy = os.environ.get("SECRETARIAT_COPY")
    asyncio.run(serve(Part(kafka, database, services, SystemClock(), copy=copy)))


if __name__ == "__main__":
    main()
