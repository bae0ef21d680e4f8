"""A real Apache Kafka for tests and developers, by the first way that works on this machine.

The address in KAFKA_BOOTSTRAP, where somebody runs one; else a container, where Docker runs; else
Kafka's own jars from Maven Central under Java. `python -m deploy.kafka` runs one until Ctrl-C.
"""

import contextlib
import fcntl
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from string import Template
from typing import Protocol

HERE = Path(__file__).parent
VERSION = "4.1.0"
IMAGE = f"apache/kafka:{VERSION}"
JARS = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "secretariat" / VERSION
CLUSTER = "c2VjcmV0YXJpYXQtdGVzdA"
PATIENCE_SECONDS = 120.0
LOOK_SECONDS = 0.05


class NoBrokerError(Exception):
    """There is no way here to run a broker, or it did not start."""


class Broker(Protocol):
    """A broker on one node; `bootstrap` is its address for clients."""

    bootstrap: str

    def start(self) -> None:
        """Return when it takes clients; NoBrokerError when it does not."""

    def wait(self) -> None:
        """Return when it has ended."""

    def kill(self) -> None:
        """End it at once, as a power cut would; what is on disk stays."""

    def end(self) -> None:
        """End it for good."""


class JavaBroker:
    """Kafka from its jars. Its data are in `folder`; it comes back on the same ports."""

    def __init__(self, folder: Path, port: int | None = None) -> None:
        self.folder = folder
        free, self.controller_port = free_ports(2)
        self.port = port or free
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        jars = jars_of_kafka()
        settings = self.folder / "server.properties"
        if not settings.exists():
            self.format(jars, settings)
        with (self.folder / "broker.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*java(jars), "kafka.Kafka", str(settings)],
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )
        ended = self.process.poll
        wait_for_clients(self.port, str(self.folder / "broker.log"), lambda: ended() is not None)

    def format(self, jars: Path, settings: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        template = Template((HERE / "server.properties").read_text(encoding="utf-8"))
        settings.write_text(
            template.substitute(
                port=self.port,
                controller_port=self.controller_port,
                folder=self.folder / "data",
            ),
            encoding="utf-8",
        )
        tool = ["kafka.tools.StorageTool", "format", "--cluster-id", CLUSTER, "--config"]
        run([*java(jars), *tool, str(settings)], "Kafka could not lay out its folder")

    def wait(self) -> None:
        assert self.process is not None
        self.process.wait()

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def end(self) -> None:
        self.kill()


class DockerBroker:
    """Kafka's own container, named after the port it has on this machine."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_ports(1)[0]
        self.bootstrap = f"127.0.0.1:{self.port}"
        self.name = f"secretariat-kafka-{self.port}"
        self.made = False

    def start(self) -> None:
        if self.made:
            run(["docker", "start", self.name], "the container could not be started again")
        else:
            settings = {
                "KAFKA_NODE_ID": "1",
                "KAFKA_PROCESS_ROLES": "broker,controller",
                "KAFKA_LISTENERS": "BROKER://:9092,CONTROLLER://:9093",
                "KAFKA_ADVERTISED_LISTENERS": f"BROKER://{self.bootstrap}",
                "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
                "KAFKA_INTER_BROKER_LISTENER_NAME": "BROKER",
                "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
                "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
                "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
                "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
            }
            said = [part for key, value in settings.items() for part in ("-e", f"{key}={value}")]
            place = ["--name", self.name, "-p", f"{self.bootstrap}:9092"]
            run(["docker", "run", "-d", *place, *said, IMAGE], f"{IMAGE} could not be run")
            self.made = True
        wait_for_clients(self.port, f"docker logs {self.name}", lambda: False)

    def wait(self) -> None:
        subprocess.run(["docker", "wait", self.name], capture_output=True, check=False)

    def kill(self) -> None:
        subprocess.run(["docker", "kill", self.name], capture_output=True, check=False)

    def end(self) -> None:
        subprocess.run(["docker", "rm", "-f", self.name], capture_output=True, check=False)


class RunningBroker:
    """One that somebody else runs, and that is not ours to end."""

    def __init__(self, bootstrap: str) -> None:
        self.bootstrap = bootstrap

    def start(self) -> None:
        """It runs."""

    def wait(self) -> None:
        """It goes on; so does whoever waits for its end."""
        threading.Event().wait()

    def kill(self) -> None:
        """It goes on."""

    def end(self) -> None:
        """It goes on."""


@contextlib.contextmanager
def broker(folder: Path, port: int | None = None) -> Iterator[Broker]:
    """A started broker, gone on leaving unless it was there before; `folder` may hold its data.

    It takes clients on `port`, or on one that is free.

    Raises NoBrokerError, which says what to install.
    """
    found = first_way(folder, port)
    try:
        found.start()
        yield found
    finally:
        found.end()


def first_way(folder: Path, port: int | None = None) -> Broker:
    if address := os.environ.get("KAFKA_BOOTSTRAP"):
        return RunningBroker(address)
    return DockerBroker(port) if docker_runs() else JavaBroker(folder, port)


def docker_runs() -> bool:
    if shutil.which("docker") is None:
        return False
    asked = subprocess.run(["docker", "info"], capture_output=True, check=False, timeout=20)
    return asked.returncode == 0


def jars_of_kafka() -> Path:
    """The folder with Kafka's jars, fetched once from Maven Central."""
    for tool in ("java", "mvn"):
        if shutil.which(tool) is None:
            raise NoBrokerError(
                f"no Kafka here: set KAFKA_BOOTSTRAP, start Docker, or install Java 17 and Maven "
                f"({tool} is missing)"
            )
    JARS.parent.mkdir(parents=True, exist_ok=True)
    with (JARS.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not JARS.exists():
            with tempfile.TemporaryDirectory(dir=JARS.parent) as fresh:
                goal = ["dependency:copy-dependencies", f"-DoutputDirectory={fresh}/jars"]
                pom = str(HERE / "pom.xml")
                run(["mvn", "-q", "-B", "-ntp", "-f", pom, *goal], "Maven could not fetch Kafka")
                Path(fresh, "jars").rename(JARS)
    return JARS


def java(jars: Path) -> list[str]:
    return ["java", "-Xmx320m", "-XX:TieredStopAtLevel=1", "-cp", f"{jars}/*"]


def run(command: list[str], complaint: str) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise NoBrokerError(f"{complaint}: {(ended.stderr or ended.stdout).strip()[-2000:]}")


def wait_for_clients(port: int, witness: str, ended: Callable[[], bool]) -> None:
    """Return when clients are taken on `port`; NoBrokerError, naming `witness`, when not."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not takes_clients(port):
        if ended() or time.monotonic() > end:
            raise NoBrokerError(f"Kafka did not start; {witness} says why")
        time.sleep(LOOK_SECONDS)


def takes_clients(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(socket.socket()) for _ in range(count)]
        for place in held:
            place.bind(("127.0.0.1", 0))
        return [place.getsockname()[1] for place in held]
