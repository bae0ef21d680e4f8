"""`python -m deploy.kafka`: a Kafka broker for this laptop, until Ctrl-C."""

import argparse
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from deploy.kafka.broker import NoBrokerError, broker


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m deploy.kafka", description=__doc__)
    parser.add_argument("--folder", type=Path, help="keep its data there; nowhere, without one")
    parser.add_argument("--port", type=int, default=9092, help="where it takes clients")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        folder = (told.folder or Path(spare)).absolute()
        try:
            with broker(folder, told.port) as running, suppress(KeyboardInterrupt):
                sys.stdout.write(f"KAFKA_BOOTSTRAP={running.bootstrap}\n")
                sys.stdout.flush()
                running.wait()
                sys.exit("Kafka has ended")
        except NoBrokerError as error:
            sys.exit(str(error))


if __name__ == "__main__":
    main()
