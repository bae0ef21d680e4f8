"""Write the contracts from the code, or with `--check` say where they differ from it."""

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console

from contracts.schemas import event_schemas, http_description, topics

HERE = Path(__file__).parent


def documents() -> dict[Path, str]:
    """Every contract by its file."""
    schemas = {HERE / "events" / f"{name}.json": schema for name, schema in event_schemas().items()}
    described = {
        **schemas,
        HERE / "openapi.json": http_description(),
        HERE / "topics.json": topics(),
    }
    return {
        file: json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        for file, content in described.items()
    }


def differences(wanted: dict[Path, str]) -> list[str]:
    """What stands otherwise in the files than the code says, a line a file."""
    there = {*(HERE / "events").glob("*.json"), HERE / "openapi.json", HERE / "topics.json"}
    stale = [
        f"{file.relative_to(HERE)} differs from the code"
        for file, content in wanted.items()
        if not file.exists() or file.read_text(encoding="utf-8") != content
    ]
    return stale + [f"{file.relative_to(HERE)} is of no event" for file in there - wanted.keys()]


def write(wanted: dict[Path, str]) -> None:
    (HERE / "events").mkdir(exist_ok=True)
    for file in (HERE / "events").glob("*.json"):
        if file not in wanted:
            file.unlink()
    for file, content in wanted.items():
        file.write_text(content, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m contracts", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail on a difference")
    wanted = documents()
    console = Console()
    if not parser.parse_args().check:
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
