"""`secretariat slots`, `poll` and `feed`, against a server that runs."""

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.program.cli import app
from tests.program.test_server import HEADS, PATIENCE, SECRETARIAT, SECRETARY, Server

MEETING = f"{HEADS}-2030-1"
DATES = ("--first", "2030-05-13", "--last", "2030-05-24")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path)
    body = {"mechanism": HEADS, "year": 2030}
    deadline = time.monotonic() + PATIENCE
    while (
        answer := started.client.post("/meetings", json=body, headers=SECRETARY)
    ).status_code == 404:
        assert time.monotonic() < deadline, answer.text
    assert answer.status_code == 201, answer.text
    yield started
    started.client.close()
    assert started.stop() == 0


def run(server: Server, *words: str) -> "subprocess.CompletedProcess[str]":
    url = str(server.client.base_url).removesuffix("/api/v1/")
    return subprocess.run(
        [SECRETARIAT, *words, "--url", url],
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": "160", "PYTHONIOENCODING": "utf-8", "PATH": ""},
    )


def test_a_secretary_finds_a_date_asks_for_it_and_chooses(server: Server) -> None:
    shown = run(server, "slots", MEETING, *DATES)
    assert shown.returncode == 0, shown.stderr
    assert "Asia/Shanghai" in shown.stdout
    assert "lunch in Bishkek" in shown.stdout
    found: Any = json.loads(run(server, "slots", MEETING, *DATES, "--limit", "3", "--json").stdout)
    assert len(found["slots"]) == 3
    closing = ("--closes", "2030-01-15T18:00", "--zone", "Asia/Tashkent")
    opened = run(server, "poll", "open", MEETING, *DATES, *closing, "--limit", "2")
    assert opened.stdout.startswith(f"{MEETING}.poll1: http://"), opened.stderr
    standing = run(server, "poll", "show", f"{MEETING}.poll1")
    assert "uzbekistan" in standing.stdout
    assert "The poll is open; silent: china, " in standing.stdout
    chosen = run(server, "poll", "close", f"{MEETING}.poll1", "s2", "--place", "Пекин")
    assert chosen.stdout == f"{MEETING} is scheduled.\n", chosen.stderr


def test_what_does_not_fit_is_said_with_what_would_have_to_give_way(server: Server) -> None:
    shown = run(server, "slots", MEETING, "--first", "2030-05-18", "--last", "2030-05-19")
    assert "No time fits" in shown.stdout
    assert "weekend, china" in shown.stdout
    refused = run(server, "slots", "no-such-meeting", *DATES)
    assert refused.returncode == 1
    assert "there is nothing called no-such-meeting" in refused.stderr


def told(server: Server, *words: str) -> Result:
    """What the command does in this process, which need not start again for each."""
    url = str(server.client.base_url).removesuffix("/api/v1/")
    return CliRunner().invoke(app, [*words, "--url", url])


def test_a_delegate_follows_a_feed_wishes_it_otherwise_and_ends_it(server: Server) -> None:
    delegate = ("--as", "kazakhstan/delegate А. Омарова")
    added = told(server, "feed", "add", "party:kazakhstan", *delegate, "--deadlines")
    key, _, address = added.stdout.splitlines()[0].partition(": ")
    deadline = time.monotonic() + PATIENCE
    while (feed := server.client.get(address)).status_code == 404:
        assert time.monotonic() < deadline, added.output
    assert feed.text.startswith("BEGIN:VCALENDAR")
    changed = told(server, "feed", "set", key, *delegate, "--alarm", "60", "--language", "ru")
    assert changed.stdout == f"{key}: meetings, deadlines, in ru, 60 min notice\n", changed.output
    listed: Any = json.loads(told(server, "feed", "list", *delegate, "--json").stdout)
    assert [item["id"] for item in listed] == [key]
    rotated = told(server, "feed", "rotate", key, *delegate).stdout.splitlines()[0]
    ended = told(server, "feed", "revoke", key, "--reason", "украден")
    assert ended.stdout == f"{key} is revoked.\n", ended.output
    assert rotated.startswith(f"{key}: ")
    assert "revoked" in told(server, "feed", "list").stdout
    again = told(server, "feed", "rotate", key)
    assert "make another one" in str(again.exception)
