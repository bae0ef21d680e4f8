"""`python -m deploy.kafka [FOLDER]`: a Kafka broker for this laptop, until Ctrl-C."""

import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from deploy.kafka.broker import NoBrokerError, broker

with tempfile.TemporaryDirectory() as spare:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(spare)
    try:
        with broker(folder.absolute()) as running, suppress(KeyboardInterrupt):
            sys.stdout.write(f"KAFKA_BOOTSTRAP={running.bootstrap}\n")
            sys.stdout.flush()
            threading.Event().wait()
    except NoBrokerError as error:
        sys.exit(str(error))
