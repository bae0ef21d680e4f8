"""The image's recipe."""

import re
import shlex
import sys
from pathlib import Path

from tests.deploy.commands import assert_known
from tests.deploy.tools import DEPLOY, run

ROOT = DEPLOY.parent
RECIPE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")


def test_hadolint_finds_nothing() -> None:
    hadolint = str(Path(sys.executable).with_name("hadolint"))
    run(hadolint, "--failure-threshold", "style", str(DEPLOY / "Dockerfile"))


def test_what_is_copied_is_there_and_is_sent_to_the_builder() -> None:
    sent = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    copied = {
        source
        for line in re.findall(r"^COPY (?!--from)(.*)", RECIPE, re.MULTILINE)
        for source in line.split()[:-1]
    }
    assert copied == {name.removeprefix("!") for name in sent if name.startswith("!")}
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_it_is_made_with_the_uv_that_makes_the_venv() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"UV_VERSION := (\S+)", makefile) == re.findall(r"uv==(\S+)", RECIPE)


def test_it_runs_a_command_that_there_is() -> None:
    (command,) = re.findall(r"^CMD \[(.*)\]", RECIPE, re.MULTILINE)
    assert_known(shlex.split(command.replace(",", " ")))
