"""The server as a process: killed the moment it has answered, and started again."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

SECRETARIAT = Path(sys.executable).parent / "secretariat"
PATIENCE = 60.0
SECRETARY = {"Actor": "secretary"}
HEADS = "customs-heads"


class Server:
    """`secretariat serve` on one folder, which may be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.client = httpx.Client(timeout=PATIENCE)
        self.start()

    def start(self, *more: str) -> str:
        """Start it; what it says before where it serves."""
        self.process = subprocess.Popen(
            [SECRETARIAT, "serve", "--port", "0", "--folder", self.folder, *more],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "COLUMNS": "200"},
        )
        assert self.process.stdout is not None
        said = ""
        while "http://127.0.0.1:" not in (line := self.process.stdout.readline()):
            assert line, said
            said += line
        self.client.base_url = httpx.URL(line.split()[-1] + "/api/v1")
        return said

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.end()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.end()

    def end(self) -> int:
        code = self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def ask(self, path: str, when: Callable[[Any], bool]) -> Any:
        """What is at `path` as soon as it is as `when` wants it."""
        deadline = time.monotonic() + PATIENCE
        while True:
            answer = self.client.get(path)
            if answer.is_success and when(answer.json()):
                return answer.json()
            assert time.monotonic() < deadline, answer.text

    def at(self, path: str) -> httpx.URL:
        """The address of a page."""
        return self.client.base_url.copy_with(path=path)

    def wait_for(self, path: str, status: int) -> None:
        """Wait until the page at `path` answers with `status`."""
        deadline = time.monotonic() + PATIENCE
        while (answer := self.client.get(self.at(path))).status_code != status:
            assert time.monotonic() < deadline, answer.text


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path)
    yield started
    started.client.close()
    if started.process.poll() is None:
        started.stop()


def plan(server: Server, number: int) -> httpx.Response:
    return server.client.post(
        "/meetings",
        json={"mechanism": HEADS, "year": 2030 + number},
        headers={**SECRETARY, "Idempotency-Key": f"plan-{number}"},
    )


def planned_soon(server: Server, number: int) -> httpx.Response:
    """The answer to `plan` as soon as scheduling has heard of the body."""
    deadline = time.monotonic() + PATIENCE
    while (answer := plan(server, number)).status_code == 404:
        assert time.monotonic() < deadline, answer.text
    return answer


def test_every_command_that_was_answered_is_there_after_a_kill(server: Server) -> None:
    server.ask(f"/mechanisms/{HEADS}", lambda found: bool(found["id"]))
    planned = []
    for number in range(3):
        answer = planned_soon(server, number)
        assert answer.status_code == 201, answer.text
        planned.append(answer.json()["id"])
        server.kill()
        server.start()
        assert plan(server, number).json()["id"] == planned[-1]
    meetings = server.client.get("/meetings", params={"mechanism": HEADS}).json()["items"]
    assert sorted(meeting["id"] for meeting in meetings) == sorted(planned)
    for key in planned:
        server.ask(f"/lineage/{key}", lambda found: found["kind"] == "meeting")


def test_a_secret_address_that_was_replaced_or_ended_stays_so_after_a_kill(server: Server) -> None:
    server.ask(f"/mechanisms/{HEADS}", lambda found: bool(found["id"]))
    body = {"scope": {"kind": "all"}}
    deadline = time.monotonic() + PATIENCE
    while (made := server.client.post("/subscriptions", json=body, headers=SECRETARY)).is_error:
        assert time.monotonic() < deadline, made.text
    first = made.json()["address"].removesuffix(".ics")
    answer = server.client.post(server.at(f"{first}/rotation"))
    server.kill()
    server.start()
    (found,) = re.findall(r">http://[^<]*(/calendars/by-token/[^<]+)\.ics<", answer.text)
    server.wait_for(f"{found}.ics", 200)
    server.wait_for(f"{first}.ics", 404)
    assert "The address is ended" in server.client.post(server.at(f"{found}/revocation")).text
    server.kill()
    server.start()
    server.wait_for(f"{found}.ics", 404)
    assert server.client.get(server.at(f"{found}/settings")).status_code == 404


def test_a_server_that_is_told_to_stop_stops_well(server: Server) -> None:
    assert server.client.get("/meetings").is_success
    assert server.stop() == 0


def test_a_clock_behind_the_events_is_said_with_how_to_go_on(server: Server) -> None:
    server.stop()
    assert server.start("--ahead-days", "402") == ""
    assert planned_soon(server, 1).is_success
    server.stop()
    said = " ".join(server.start().split())
    assert f"The events in {server.folder} go up to" in said
    assert said.endswith("serve with --ahead-days 402.")
    server.stop()
    assert server.start("--ahead-days", "402") == ""


def test_a_kill_while_starting_leaves_a_folder_that_starts(tmp_path: Path) -> None:
    for pause in (0.9, 1.5):
        process = subprocess.Popen(
            [SECRETARIAT, "serve", "--port", "0", "--folder", tmp_path], stdout=subprocess.DEVNULL
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(pause)
        process.kill()
        process.wait()
    server = Server(tmp_path)
    found = server.ask("/mechanisms", lambda found: len(found["items"]) == 20)
    assert {item["id"] for item in found["items"]} >= {HEADS, "heads-of-state"}
    server.client.close()
    assert server.stop() == 0
