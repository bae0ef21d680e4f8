"""The systemd units, judged by systemd."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from services.program.services import SERVICES
from tests.deploy.commands import assert_known
from tests.deploy.tools import DEPLOY, installed, run

ONE_SERVICE = DEPLOY / "secretariat@.service"
UNITS = [
    "secretariat.service",
    *(f"secretariat@{service.name}.service" for service in SERVICES),
]


@pytest.fixture
def analyze() -> str:
    return installed("systemd-analyze", "systemd")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The root of a machine on which the units and the program are installed."""
    shutil.copytree("/lib/systemd/system", tmp_path / "usr/lib/systemd/system", symlinks=True)
    units = tmp_path / "etc/systemd/system"
    units.mkdir(parents=True)
    for file in DEPLOY.glob("*.service"):
        shutil.copy(file, units)
    program = tmp_path / "opt/secretariat/.venv/bin/secretariat"
    program.parent.mkdir(parents=True)
    program.touch(mode=0o755)
    return tmp_path


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_understands_every_line(analyze: str, machine: Path, unit: str) -> None:
    told = run(analyze, "verify", "--man=no", f"--root={machine}", unit)
    assert "secretariat" not in told.stderr, told.stderr


def test_a_service_can_do_little_beyond_its_work(analyze: str) -> None:
    run(analyze, "security", "--offline=true", "--threshold=15", str(ONE_SERVICE))


def test_units_start_a_command_that_there_is() -> None:
    for file in DEPLOY.glob("*.service"):
        (line,) = re.findall(r"^ExecStart=(.*)", file.read_text(encoding="utf-8"), re.MULTILINE)
        _program, *arguments = shlex.split(line)
        assert_known(arguments)
