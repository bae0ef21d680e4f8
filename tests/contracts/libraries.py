"""Programs in other languages: their libraries, installed once for what is pinned."""

import fcntl
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.kafka.broker import JARS

CACHE = JARS.parent / "consumers"


@dataclass(frozen=True)
class Libraries:
    """What `install` puts into a folder of the name `made`, out of the files in `pinned`.

    `tools` must be on the machine.
    """

    tools: str
    pinned: tuple[str, ...]
    made: str
    install: tuple[tuple[str, ...], ...]

    def of(self, folder: Path) -> Path:
        """The folder with the libraries of the program in `folder`."""
        for tool in self.tools.split():
            if shutil.which(tool) is None:
                pytest.fail(f"{tool} is missing: install Java 17 with Maven, and Node 20 with npm")
        files = [folder / name for name in self.pinned]
        pinned = b"".join([sys.version.encode(), *(file.read_bytes() for file in files)])
        home = CACHE / f"{folder.name}-{hashlib.sha256(pinned).hexdigest()[:12]}"
        CACHE.mkdir(parents=True, exist_ok=True)
        with (CACHE / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not home.exists():
                self.install_into(home, files)
        return home / self.made

    def install_into(self, home: Path, files: Sequence[Path]) -> None:
        with tempfile.TemporaryDirectory(dir=CACHE) as spare:
            fresh = Path(spare, "fresh")
            fresh.mkdir()
            for file in files:
                shutil.copy(file, fresh)
            for command in self.install:
                must(command, fresh)
            fresh.rename(home)


def must(command: Sequence[str], folder: Path) -> str:
    """What `command` prints; the test fails with what it says when it does not end well."""
    ended = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if ended.returncode:
        pytest.fail(f"{' '.join(command)}: {ended.stderr or ended.stdout}")
    return ended.stdout


BY_NPM = Libraries(
    tools="node npm",
    pinned=("package.json", "package-lock.json"),
    made="node_modules",
    install=(("npm", "ci", "--no-audit", "--no-fund"),),
)
