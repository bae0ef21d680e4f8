"""Write the contracts from the code, or with `--check` say where they differ from it."""

import argparse
import json
import sys
from pathlib import Path

import yaml
from rich.console import Console

from contracts.asyncapi import asyncapi
from contracts.compatibility import breaks
from contracts.schemas import event_schemas, http_description
from events.event import TYPE_PREFIX
from events.upcasting import known

HERE = Path(__file__).parent


def documents() -> dict[Path, str]:
    """Every contract by its file."""
    schemas = {HERE / "events" / f"{name}.json": schema for name, schema in event_schemas().items()}
    described = {**schemas, HERE / "openapi.json": http_description()}
    return {
        **{
            file: json.dumps(content, indent=2, ensure_ascii=False) + "\n"
            for file, content in described.items()
        },
        HERE / "asyncapi.yaml": yaml.safe_dump(
            asyncapi(), sort_keys=False, allow_unicode=True, width=100
        ),
    }


def differences(wanted: dict[Path, str]) -> list[str]:
    """What stands otherwise in the files than the code says, a line a file."""
    there = {*(HERE / "events").glob("*.json"), HERE / "openapi.json", HERE / "asyncapi.yaml"}
    stale = [
        f"{file.relative_to(HERE)} differs from the code"
        for file, content in wanted.items()
        if not file.exists() or file.read_text(encoding="utf-8") != content
    ]
    gone = [
        f"{file.relative_to(HERE)} is of no event; a version that was published needs an upcast"
        for file in there - wanted.keys()
        if not known(f"{TYPE_PREFIX}.{file.stem}")
    ]
    return stale + gone


def refused_changes(wanted: dict[Path, str]) -> list[str]:
    """Published versions of events that `wanted` would change so that somebody breaks."""
    found = []
    for file, content in wanted.items():
        if file.parent.name == "events" and file.exists():
            published = json.loads(file.read_text(encoding="utf-8"))
            advice = "leave it as it is, and say the new in another: version=2"
            found += [
                f"{file.stem}: {each}; {advice}" for each in breaks(published, json.loads(content))
            ]
    return found


def write(wanted: dict[Path, str]) -> None:
    for file, content in wanted.items():
        file.write_text(content, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m contracts", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail on a difference")
    wanted = documents()
    console = Console()
    if not parser.parse_args().check:
        if refused := refused_changes(wanted):
            console.print(*refused, sep="\n", style="red")
            return 1
        write(wanted)
        console.print(f"{len(wanted)} contracts written")
        return 0
    found = differences(wanted)
    for line in sorted(found):
        console.print(line, style="red")
    console.print("run: make contracts" if found else f"{len(wanted)} contracts agree")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
