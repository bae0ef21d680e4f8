"""What the README shows is what happens."""

import re
import time
from pathlib import Path

from tests.readme.console import BY_HAND, README, ROOT, Command, Terminal, commands, terminal

PATIENCE = 10


def becomes(command: Command, shell: Terminal) -> str:
    """What the command prints, once it is as the README has it or patience ends.

    What one service says reaches the others after a moment; only questions are asked again.
    """
    deadline = time.monotonic() + PATIENCE
    printed = shell.run(command.line)
    asks = " -d " not in command.line and " -X " not in command.line
    while not command.pattern.fullmatch(printed) and asks and time.monotonic() < deadline:
        printed = shell.run(command.line)
    return printed


def test_every_command_prints_what_the_readme_says(tmp_path: Path) -> None:
    shown = commands(README.read_text(encoding="utf-8"))
    assert len(shown) > 8
    with terminal(tmp_path) as (shell, demo):
        for command in shown:
            if command.line == "make run":
                assert command.pattern.fullmatch(demo), demo
            elif command.line not in BY_HAND:
                printed = becomes(command, shell)
                assert command.pattern.fullmatch(printed), f"{command.line}\n{printed}"


def test_every_make_command_and_every_linked_file_is_there() -> None:
    text = README.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"`make ([a-z]+)`", text):
        assert re.search(f"^{target}:", makefile, re.MULTILINE), target
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / link).exists(), link
