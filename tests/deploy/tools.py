"""The tools that judge what is under deploy/: from the machine, or built once and kept."""

import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
CONFIGURATION = DEPLOY / "helm" / "secretariat" / "files"
KEPT = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "secretariat" / "tools"


@dataclass(frozen=True)
class GoTool:
    """A program that its makers publish as a Go module."""

    name: str
    module: str
    version: str
    package: str


HELM = GoTool("helm", "helm.sh/helm/v3", "v3.22.0", "./cmd/helm")
COMPOSE = GoTool("docker-compose", "github.com/docker/compose/v5", "v5.5.1", "./cmd")


def installed(tool: str, package: str) -> str:
    """Where `tool` is on this machine."""
    return shutil.which(tool) or pytest.fail(f"{tool} is missing; install Debian's {package}")


def built(tool: GoTool) -> str:
    """`tool` of its version, built from its source unless that was done before."""
    place = KEPT / f"{tool.name}-{tool.version}"
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{tool.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not place.exists():
            build(tool, place)
    return str(place)


def build(tool: GoTool, place: Path) -> None:
    if shutil.which("go") is None:
        pytest.fail(f"go is missing; install Go 1.26, with which {tool.name} is built")
    module = f"{tool.module}@{tool.version}"
    found = json.loads(run("go", "mod", "download", "-json", module).stdout)
    with tempfile.TemporaryDirectory(dir=KEPT) as fresh:
        binary = Path(fresh, tool.name)
        options = ["-trimpath", "-ldflags=-s", "-o", str(binary)]
        run("go", "build", "-C", found["Dir"], *options, tool.package, CGO_ENABLED="0")
        binary.rename(place)


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`command` done; what it said is the failure's text when it did not end well."""
    done = attempt(*command, **environment)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done


def attempt(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | environment
    )
