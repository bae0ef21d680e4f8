"""The README's console blocks: run them, hold their output against what is printed, or print anew.

    python -m tests.readme.console

plays a demo year and writes the real outputs into README.md. A line that is only `…` stands for any
number of lines.
"""

import contextlib
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
PORT = 8000
PATIENCE = 120
BY_HAND = ("make run", "make test")
VARYING = (
    (re.compile(r"in \d+ s,"), "in 38 s,"),
    (re.compile(r"100% 0:\d\d:\d\d"), "100% 0:00:37"),
    (re.compile(r"20271231T06\d{4}Z"), "20271231T060000Z"),
    (re.compile(r"2027-12-31 06:\d\d UTC"), "2027-12-31 06:00 UTC"),
)


@dataclass
class Command:
    """A command of the README, and the lines it prints there."""

    line: str
    printed: list[str] = field(default_factory=list)

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the output must look like, line for line."""
        lines = ["(?:.*\n)*?" if line == "…" else re.escape(line) + "\n" for line in self.printed]
        return re.compile("".join(lines))


def commands(text: str) -> list[Command]:
    found: list[Command] = []
    for block in BLOCK.findall(text):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(Command(line.removeprefix("$ ")))
            else:
                found[-1].printed.append(line)
    return found


class Terminal:
    """A shell in a folder that looks like the project's, with the demo served on `port`."""

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self.before: list[str] = []

    def run(self, line: str) -> str:
        """What `line` prints, with the port as the README has it; assignments stay for later."""
        if re.match(r"[A-Z]+=", line):
            self.before.append(line)
            return ""
        script = "\n".join([*self.before, line]).replace(f":{PORT}", f":{self.port}")
        environment = {**os.environ, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
        ended = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return steady(ended.stdout + ended.stderr, self.port)


def steady(printed: str, port: int) -> str:
    """`printed` with the README's port, without what differs from run to run."""
    text = printed.replace(f":{port}", f":{PORT}")
    for pattern, instead in VARYING:
        text = pattern.sub(instead, text)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())


@contextlib.contextmanager
def terminal(folder: Path) -> Iterator[tuple[Terminal, str]]:
    """A terminal beside a `make run` that has just finished, and what that printed."""
    for name in (".venv", "contracts"):
        (folder / name).symlink_to(ROOT / name)
    with subprocess.Popen(
        [ROOT / ".venv/bin/secretariat", "demo", "--port", "0"],
        cwd=folder,
        env={**os.environ, "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stdout is not None
        printed = ""
        for line in server.stdout:
            printed += line
            if "Ctrl-C" in line:
                break
        found = re.search(r"http://127\.0\.0\.1:(\d+)", printed)
        assert found, printed
        try:
            yield Terminal(folder, int(found[1])), steady(printed, int(found[1]))
        finally:
            server.terminate()


def rewritten(text: str, outputs: dict[str, str]) -> str:
    """The README with each command's real output below it, but for those run by hand."""

    def block(found: re.Match[str]) -> str:
        lines = []
        for command in commands(found[0]):
            printed = "".join(f"{line}\n" for line in command.printed)
            lines.append(f"$ {command.line}\n" + outputs.get(command.line, printed))
        return "```console\n" + "".join(lines) + "```"

    return BLOCK.sub(block, text)


def main() -> None:
    text = README.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder, terminal(Path(folder)) as (shell, _):
        outputs = {
            command.line: shell.run(command.line)
            for command in commands(text)
            if command.line not in BY_HAND
        }
    README.write_text(rewritten(text, outputs), encoding="utf-8")


if __name__ == "__main__":
    main()
