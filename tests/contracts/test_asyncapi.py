"""contracts/asyncapi.yaml, judged by the AsyncAPI initiative's own parser."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from contracts.__main__ import HERE
from events.catalogue import CATALOGUE
from events.topics import TOPICS
from tests.contracts.libraries import BY_NPM, must

PARSER = Path(__file__).parent / "asyncapi"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The document and what it refers to, beside the parser."""
    shutil.copytree(HERE / "events", tmp_path / "events")
    shutil.copy(HERE / "asyncapi.yaml", tmp_path)
    shutil.copy(PARSER / "parse.js", tmp_path / "parse.mjs")
    (tmp_path / BY_NPM.made).symlink_to(BY_NPM.of(PARSER))
    return tmp_path


def parsed(folder: Path) -> Any:
    return json.loads(must(("node", "parse.mjs", "asyncapi.yaml"), folder))


def test_the_parser_finds_nothing_wrong_and_reads_every_topic_with_its_events(folder: Path) -> None:
    found = parsed(folder)
    assert found["wrong"] == []
    assert set(found["channels"]) == {f"secretariat.{topic.name}" for topic in TOPICS}
    for topic in TOPICS:
        carried: dict[str, str | None] = {
            e.type: e.dataschema for e in CATALOGUE.values() if topic in e.topics
        }
        assert found["channels"][f"secretariat.{topic.name}"] == (carried or {"dead": None})


@pytest.mark.parametrize(
    ("written", "instead"),
    [("action: send", "action: shout"), ("./events/decision.adopted", "./events/decision.eaten")],
)
def test_a_document_that_is_wrong_is_found_wrong(folder: Path, written: str, instead: str) -> None:
    file = folder / "asyncapi.yaml"
    text = file.read_text(encoding="utf-8")
    assert written in text
    file.write_text(text.replace(written, instead), encoding="utf-8")
    assert parsed(folder)["wrong"]
