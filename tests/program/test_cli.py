"""The command line: what it says when something is not as it should be, and what programs read."""

import json
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from events.mechanisms import MechanismRegistered
from events.road.retries import ATTEMPTS
from services.mechanisms.commands import PACKAGE
from services.program.services import SERVICES
from services.scheduling.service import scheduling
from tests.calendars.test_service import MEETING, convened
from tests.conftest import CUSTOMS

SECRETARIAT = Path(sys.executable).parent / "secretariat"


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SECRETARIAT, *words], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    "words",
    [
        ("trace", "A16", "--folder", "/nowhere"),
        ("doctor", "--folder", "/nowhere"),
        ("rebuild", "portal", "--folder", "/nowhere"),
        ("dlq", "list", "--folder", "/nowhere"),
        ("dlq", "retry", "--folder", "/nowhere"),
    ],
)
def test_a_folder_without_databases_is_named_and_the_option_too(words: tuple[str, ...]) -> None:
    ended = run(*words)
    assert ended.returncode == 1
    assert "no databases are in /nowhere" in ended.stderr
    assert "--folder" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_registry_with_errors_is_refused_with_their_lines(tmp_path: Path) -> None:
    text = (PACKAGE / "registry.yaml").read_text(encoding="utf-8")
    file = tmp_path / "format.yaml"
    file.write_text(text.replace("Asia/Bishkek", "Asia/Nowhere"), encoding="utf-8")
    ended = run("registry", "check", file)
    line = text[: text.index("Asia/Bishkek")].count("\n") + 1
    assert ended.returncode == 1
    assert f"line {line}" in ended.stderr
    assert "parties[2].reference.timezone" in ended.stderr


def test_the_own_registry_is_described() -> None:
    ended = run("registry", "check")
    assert ended.returncode == 0
    words = " ".join(ended.stdout.split())
    assert "6 parties, 20 bodies that meet, 54 agreements, 9 documents" in words


def test_the_shell_completes_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("_SECRETARIAT_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", "secretariat tr")
    monkeypatch.setenv("COMP_CWORD", "1")
    assert run().stdout.split() == ["trace"]


@pytest.fixture
async def stuck(staged: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """All services, of which scheduling has given up an event, and another waits behind it."""
    stage = await staged(*SERVICES)

    async def refuse(_work: object, _event: object) -> None:
        raise RuntimeError("сломано")

    with monkeypatch.context() as patch:
        patch.setitem(scheduling.heard.by_type, MechanismRegistered.type, [refuse])
        await stage.tell(CUSTOMS.model_copy(update={"short_name": "Таможня"}))
        await stage.tell(CUSTOMS.model_copy(update={"short_name": "海关"}))
        await stage.advance(stage.clock.now() + timedelta(hours=1))
    return stage


async def test_a_dead_letter_is_listed_shown_and_tried_again(stuck: Any) -> None:
    folder = stuck.program.folder
    dead, waiting = json.loads(run("dlq", "list", "--json", "--folder", folder).stdout)
    assert (dead["state"], dead["attempts"], waiting["state"]) == ("dead", ATTEMPTS, "waiting")
    assert dead["error"] == "RuntimeError: сломано"
    event = dead["envelope"]["id"]
    [shown] = json.loads(run("dlq", "show", event, "--folder", folder).stdout)
    assert shown["envelope"]["data"]["short_name"] == "Таможня"
    assert run("doctor", "--folder", folder).returncode == 1
    assert "1 to be tried again" in run("dlq", "retry", event, "--folder", folder).stdout
    stuck.program.workers["scheduling"].database.committed.set()
    await stuck.program.settle()
    assert json.loads(run("dlq", "list", "--json", "--folder", folder).stdout) == []


async def test_a_meeting_that_is_in_no_feed_needs_a_person(staged: Any) -> None:
    stage = await staged(*SERVICES)
    await stage.tell(convened())
    assert run("doctor", "--folder", stage.program.folder).returncode == 0
    async with stage.program.workers["calendars"].database.write() as session:
        await session.execute(text("UPDATE entry SET zone = 'Mars/Base'"))
    ended = run("doctor", "--folder", stage.program.folder)
    assert ended.returncode == 1
    assert f"✗ {MEETING} is in no feed: 'Mars/Base' is no IANA time zone" in ended.stdout


async def test_a_letter_that_does_not_exist_is_named(stuck: Any) -> None:
    ended = run("dlq", "show", "no-such-event", "--folder", stuck.program.folder)
    assert ended.returncode == 1
    assert "no letter holds no-such-event" in ended.stderr
    assert "`secretariat dlq list` shows all" in ended.stderr


def test_a_service_of_which_nothing_follows_from_the_log_is_not_rebuilt(tmp_path: Path) -> None:
    ended = run("rebuild", "agendas", "--folder", tmp_path)
    assert ended.returncode == 1
    assert "agendas has nothing to build anew" in ended.stderr
    assert "calendars, lineage, portal" in ended.stderr


async def test_a_folder_that_a_program_holds_is_not_served_a_second_time(staged: Any) -> None:
    stage = await staged(scheduling)
    ended = run("serve", "--port", "0", "--folder", stage.program.folder)
    assert ended.returncode == 1
    assert "another process runs on" in ended.stderr


def test_a_port_that_is_taken_is_named_and_the_option_too(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        ended = run("serve", "--port", str(port), "--folder", tmp_path)
    assert ended.returncode == 1
    assert f"127.0.0.1:{port} can't be used" in ended.stderr
    assert "--port" in ended.stderr
