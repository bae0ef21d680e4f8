"""Whom a command asks, what it says when nobody answers, and how quickly it comes to that."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
from rich.console import Console
from typer.testing import CliRunner

from services.program import asking, terminal
from services.program.asking import NoServerError, checked, in_options
from services.program.cli import app
from services.program.commands import feed, meeting, plan, poll
from services.program.polls import table_of
from services.program.terminal import CommandError
from services.scheduling.service import scheduling

SLOW = ("sqlalchemy", "fastapi", "alembic", "holidays", "aiokafka", "services.program.services")


class Empty(BaseHTTPRequestHandler):
    """Says that there are no polls, and counts how often it was asked."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(b'{"items": [], "next": null}')

    def log_message(self, *_args: Any) -> None:
        """Keep the terminal for the tests."""


@pytest.fixture
def server() -> Iterator[tuple[str, list[str]]]:
    """The address of a server, and what it was asked."""
    asked: list[str] = []
    listening = HTTPServer(("127.0.0.1", 0), type("Asked", (Empty,), {"asked": asked}))
    thread = Thread(target=listening.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}", asked
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture
def nowhere() -> str:
    """An address at which nothing listens."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{place.getsockname()[1]}"


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch, nowhere: str, tmp_path: Path) -> pytest.MonkeyPatch:
    """No server at the usual address, no databases in the usual folder."""
    monkeypatch.delenv("SECRETARIAT_URL", raising=False)
    monkeypatch.setattr(asking, "DEFAULT_URL", nowhere)
    for module in (asking, terminal):
        monkeypatch.setattr(module, "DEFAULT_FOLDER", tmp_path / "secretariat")
    return monkeypatch


def polls(*words: str) -> Any:
    return CliRunner().invoke(app, ["poll", "list", "--json", *words])


def test_the_usual_server_is_asked_where_one_answers(
    settings: pytest.MonkeyPatch, server: tuple[str, list[str]]
) -> None:
    address, asked = server
    settings.setattr(asking, "DEFAULT_URL", address)
    assert polls().stdout == "[]\n"
    assert asked == ["/api/v1/polls?limit=200"]


def test_what_is_named_goes_before_the_variable_and_that_before_the_usual(
    settings: pytest.MonkeyPatch, server: tuple[str, list[str]], nowhere: str, tmp_path: Path
) -> None:
    address, asked = server
    settings.setenv("SECRETARIAT_URL", address)
    assert polls().exit_code == 0
    assert len(asked) == 1
    assert nowhere in str(polls("--url", nowhere).exception)
    assert f"no databases are in {tmp_path}" in str(polls("--folder", str(tmp_path)).exception)
    settings.setenv("SECRETARIAT_URL", nowhere)
    assert polls("--url", f"{address}/").exit_code == 0
    assert len(asked) == 2


async def test_without_a_server_the_databases_of_the_usual_folder_are_asked(
    settings: pytest.MonkeyPatch, staged: Any
) -> None:
    stage = await staged(scheduling)
    settings.setattr(asking, "DEFAULT_FOLDER", stage.program.folder)
    answer = await asking.get("/polls", None, None)
    assert answer.json() == {"items": [], "next": None}


def test_without_any_both_options_are_named_and_where_databases_are(
    settings: pytest.MonkeyPatch, nowhere: str, tmp_path: Path
) -> None:
    (tmp_path / "demo-2027").mkdir()
    (tmp_path / "demo-2027" / "log.db").touch()
    complaint = str(polls().exception)
    for part in (f"no server answers at {nowhere}", "secretariat serve", "--url", "--folder"):
        assert part in complaint
    assert f"there are some in {tmp_path / 'demo-2027'}" in complaint


@pytest.mark.parametrize(
    "words",
    [
        ("poll", "link", "x.poll1", "china"),
        ("feed", "add", "all"),
        ("mail", "retry", "x"),
        ("plan", "accept", "plan-2030-1", "--all"),
        ("rotation", "swap", "customs-heads", "china", "kazakhstan", "--reason", "agreed"),
        ("recheck", "x", "--settle", "they come"),
    ],
)
def test_a_command_without_a_server_is_told_to_start_or_name_one(
    settings: pytest.MonkeyPatch, nowhere: str, words: tuple[str, ...]
) -> None:
    failed = CliRunner().invoke(app, [*words, "--url", nowhere]).exception
    assert isinstance(failed, NoServerError)
    assert str(failed) == (
        f"no server answers at {nowhere}; start one with `secretariat serve`, or name it with --url"
    )


def test_an_address_without_a_scheme_is_shown_as_it_should_be(
    settings: pytest.MonkeyPatch,
) -> None:
    assert "write it like http://" in str(polls("--url", "localhost:8000").exception)


def answer(status: int, **more: Any) -> httpx.Response:
    request = httpx.Request("GET", "http://127.0.0.1:8000/api/v1/polls")
    return httpx.Response(status, request=request, **more)


def refused(**problem: Any) -> httpx.Response:
    return answer(422, json=problem, headers={"content-type": "application/problem+json"})


def test_another_program_at_the_address_is_not_taken_for_ours() -> None:
    with pytest.raises(CommandError, match="not as this program's server would"):
        checked(answer(404, text="<h1>Not found</h1>"))


def test_a_fault_is_said_of_the_option_that_it_came_from() -> None:
    named = {"closes": "--closes", "closes.zone": "--zone", "settings.alarm_minutes": "--alarm"}
    assert in_options("body.settings.alarm_minutes", "no", named) == "--alarm: no"
    assert in_options("body.closes.zone", "no", named) == "--zone: no"
    assert in_options("body.closes.wall", "no", named) == "--closes: no"
    assert in_options("body.wanted.fixd", "no", named) == "wanted.fixd: no"
    assert in_options("body", "give either", named) == "give either"


def test_a_refusal_names_options_instead_of_fields() -> None:
    with pytest.raises(CommandError, match="or say --despite-clashes; --as can't be read"):
        checked(refused(detail="or say despite_clashes; the Actor header can't be read"), poll.SAID)
    with pytest.raises(CommandError, match="say --extraordinary to plan one more; say who acts"):
        checked(refused(detail="say extraordinary to plan one more; say who acts"), meeting.SAID)


def test_no_command_waits_for_what_it_does_not_need(nowhere: str) -> None:
    for words in (["--help"], ["serve", "--help"], ["poll", "show", "x", "--url", nowhere]):
        command = [sys.executable, "-X", "importtime", "-m", "services.program", *words]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        loaded = {line.rpartition("|")[2].strip() for line in ended.stderr.splitlines()}
        assert "services.program.cli" in loaded
        assert not loaded.intersection(SLOW), words


def drawn(table: Any) -> list[str]:
    console = Console(width=80)
    with console.capture() as captured:
        console.print(table)
    return captured.get().splitlines()


def test_a_year_fits_in_80_columns_with_its_ids_whole_and_a_waived_rule_named() -> None:
    meeting = "administrative-academies-network-2028-1"
    rule = {"wish": "rule", "cost": 0, "text": f"{meeting}: China hosts both, on 3 and 6 June 2028"}
    dates = {"first": "2028-06-18", "last": "2028-06-19", "host": "turkmenistan"}
    decided = {"wish": "rule", "cost": 0, "text": "a day off", "let_stand": "China agrees"}
    one = {"meeting": meeting, "firm": True, "broken": [rule, decided], **dates}
    lines = drawn(plan.table_of({"meetings": [one], "asked_now": [], "otherwise_now": {}}))
    assert sum(meeting in line for line in lines) == 2
    told = " ".join(" ".join(lines).split())
    assert "breaks a rule, as convoked: " in told
    assert "stands as decided: a day off; “China agrees”" in told
    assert max(map(len, lines)) <= 80


def test_a_poll_shows_wall_times_of_its_zone_and_which_slots_are_blocked() -> None:
    starts = {"at": "2028-09-18T04:00:00Z", "zone": "Asia/Almaty", "offset": 300}
    ends = {**starts, "at": "2028-09-18T08:00:00Z"}
    nobody: dict[str, Any] = {"yes": [], "if_need_be": [], "no": [], "silent": []}
    slot = {"slot": "s1", "span": {"starts": starts, "ends": ends}, **nobody, "blocked": True}
    blocked = {**slot, "no": ["china", "kazakhstan"]}
    shown = " ".join(drawn(table_of({"slots": [blocked], "binding": ["china"]})))
    for part in (
        "s1 blocked",
        "Mon 18 Sep 2028",
        "09:00–13:00 Asia/Almaty",
        "no: china*, kazakhstan",
    ):
        assert part in shown


def test_a_slot_is_answered_once() -> None:
    answers = {"s1": "yes", "s2": "yes", "s3": "no"}
    for several in ("s1, s2", "s1 s2"):
        assert poll.answers_in(yes=several, no="s3") == answers
    with pytest.raises(CommandError, match="s1 is answered twice"):
        poll.answers_in(yes="s1", no="s1")


def test_a_feed_is_named_with_its_kind() -> None:
    assert feed.scope_of("party:kazakhstan", "") == {"kind": "party", "id": "kazakhstan"}
    assert feed.scope_of("all", "") == {"kind": "all", "id": None}
