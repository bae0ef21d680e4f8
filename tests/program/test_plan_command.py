"""`secretariat plan`, against a server that runs."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.program.cli import app
from services.program.terminal import CommandError
from tests.program.test_server import HEADS, PATIENCE, SECRETARIAT, SECRETARY, Server

PLAN = "plan-2030-1"
QUICK = ("--work", "0.3")
LAST = {"fixed": [{"mechanism": "news-agencies-forum", "on": "2040-05-15"}]}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose planning has heard of every body."""
    started = Server(tmp_path_factory.mktemp("data"))
    body = {"year": 2040, "pains": {"work": 0.1}, "wanted": LAST}
    deadline = time.monotonic() + PATIENCE
    while not started.client.post("/plans", json=body, headers=SECRETARY).is_success:
        assert time.monotonic() < deadline
    yield started
    started.client.close()
    assert started.stop() == 0


def url_of(server: Server) -> str:
    return str(server.client.base_url).removesuffix("/api/v1/")


def plan(server: Server, *words: str) -> Result:
    """`secretariat plan` in this process: starting one takes seconds."""
    return CliRunner(env={"COLUMNS": "160"}).invoke(app, ["plan", *words, "--url", url_of(server)])


def test_a_secretary_plans_a_year_looks_takes_a_part_and_plans_again(
    server: Server, tmp_path: Path
) -> None:
    wanted = tmp_path / "wanted.yaml"
    wanted.write_text(
        "fixed: [{mechanism: heads-of-state, on: 2030-06-18}]\n"
        "bodies: [{mechanism: heads-of-state, days: 2}]\n",
        encoding="utf-8",
    )
    made = plan(server, "make", "2030", *QUICK, "--wanted", str(wanted))
    assert made.exit_code == 0, made.exception
    assert "2030-06-18" in made.stdout
    assert "– 06-19" in made.stdout
    assert f"{PLAN} is proposed; its broken wishes cost" in made.stdout
    assert made.stderr.startswith(f"{PLAN}: searching\n")
    picture, table = tmp_path / "year.svg", tmp_path / "year.csv"
    assert plan(server, "show", PLAN, "--svg", str(picture), "--csv", str(table)).stdout == ""
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    assert "heads-of-state-2030-1,kazakhstan,2030-06-18" in table.read_text(encoding="utf-8")
    unsaid = plan(server, "accept", PLAN)
    assert str(unsaid.exception) == "name each BODY or MEETING whose dates you take, or say --all"
    accepted = plan(server, "accept", PLAN, HEADS)
    first, *about = accepted.stdout.splitlines()
    assert first == f"{PLAN} is proposed. Delegations are asked about"
    assert [line.split()[:2] for line in about] == [
        [f"{HEADS}-2030-1", "around"],
        [f"{HEADS}-2030-2", "around"],
    ]
    polls = server.ask("/polls", lambda found: len(found["items"]) == 2)
    assert {poll["mechanism"] for poll in polls["items"]} == {HEADS}
    told = plan(server, "show", PLAN).stdout
    assert f"Accepted: {HEADS}.\n" in told
    assert "Not accepted: " in told
    listed = plan(server, "list", "--year", "2030").stdout.splitlines()
    assert [line.split()[:2] for line in listed[2:]] == [[PLAN, "proposed"]]
    assert listed[2].rstrip().endswith(HEADS)
    refused = plan(server, "make", "2030")
    assert f"secretariat plan replan {PLAN}" in str(refused.exception)
    again = plan(server, "replan", PLAN, *QUICK)
    assert "plan-2030-2 is proposed" in again.stdout, again.exception
    assert again.stdout.count("delegations are asked about it") == 2
    assert f"{HEADS}-2030-1.poll1 is open, and no delegation has answered it; it asks" in (
        again.stdout
    )
    shown: Any = json.loads(plan(server, "show", "plan-2030-2", "--json").stdout)
    assert (shown["based_on"], [one for one in shown["moved"] if one["confirmed"]]) == (PLAN, [])
    first, _ = plan(server, "list", "--year", "2030").stdout.splitlines()[2:]
    assert first.split("  ")[1].strip() == "replaced by plan-2030-2"
    given_up = plan(server, "dismiss", "plan-2030-2", "--reason", "Всё остаётся")
    assert given_up.stdout == "plan-2030-2 is dismissed.\n"


def test_ctrl_c_ends_the_search_with_the_best_so_far(server: Server, tmp_path: Path) -> None:
    never = {"first": "2031-01-01", "last": "2031-12-31", "text": "any day", "weight": 9}
    file = tmp_path / "wanted.yaml"
    file.write_text(json.dumps({"periods": [never]}), encoding="utf-8")
    making = subprocess.Popen(
        [
            SECRETARIAT,
            "plan",
            "make",
            "2031",
            "--work",
            "600",
            "--wanted",
            file,
            "--url",
            url_of(server),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "160"},
    )
    server.ask(
        "/plans/plan-2031-1/progress",
        lambda found: found["now"] is not None and found["now"]["best"] is not None,
    )
    making.send_signal(signal.SIGINT)
    printed, wrong = making.communicate(timeout=PATIENCE)
    assert making.returncode == 0, wrong
    assert "plan-2031-1 is proposed" in printed
    assert "The search was interrupted." in printed


def test_a_picture_that_cannot_be_written_is_refused_before_the_search(
    server: Server, tmp_path: Path
) -> None:
    before = server.client.get("/plans").json()["items"]
    for file, why in (
        (tmp_path / "none" / "year.svg", "there is no folder"),
        (tmp_path, "is a folder"),
    ):
        refused = plan(server, "make", "2033", *QUICK, "--svg", str(file))
        assert refused.exit_code == 2
        assert why in " ".join(refused.stderr.replace("│", " ").split())
    assert server.client.get("/plans").json()["items"] == before


SAME_WEEK = """
fixed:
  - {mechanism: heads-of-state, on: 2032-06-16}
  - {mechanism: foreign-ministers, on: 2032-06-17}
"""


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("fixed: [", "can't be read as YAML"),
        ("fixd: []", "wanted.fixd"),
        (SAME_WEEK, "foreign-ministers-2032-1 prepares heads-of-state-2032-1"),
    ],
)
def test_what_is_wrong_with_the_file_of_wishes_is_said(
    server: Server, tmp_path: Path, text: str, complaint: str
) -> None:
    file = tmp_path / "wanted.yaml"
    file.write_text(text, encoding="utf-8")
    ended = plan(server, "make", "2032", "--wanted", str(file))
    assert isinstance(ended.exception, CommandError)
    assert complaint in str(ended.exception)
