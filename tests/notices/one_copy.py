"""What sends mail, alone in a process, until it is killed.

    python -m tests.notices.one_copy DATABASE INSTANT

The mail server is where the settings say. The clock stands still.
"""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from events.clock import SetClock
from events.road.database import Database
from services.notices import deliveries

if __name__ == "__main__":
    url, instant = sys.argv[1:]
    history = Path(deliveries.__file__).with_name("migrations")
    database = Database(url, "notices", history)
    asyncio.run(deliveries.send_for_ever(database, SetClock(datetime.fromisoformat(instant))))
