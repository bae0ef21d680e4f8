"""What is committed under contracts/ is what the code says, and its examples hold."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from contracts.__main__ import HERE, differences, documents
from events.catalogue import CATALOGUE
from events.decisions import DecisionText
from events.mechanisms import Rules
from services.calendars.service import calendars
from services.inputs import Input


def inputs(model: type[BaseModel]) -> list[type[BaseModel]]:
    below = model.__subclasses__()
    return [*below, *(found for each in below for found in inputs(each))]


def example_of(schema: dict[str, Any], parts: dict[str, Any]) -> Any:
    """What a reader of `schema` would send: its examples, or its defaults, or its parts'."""
    if "$ref" in schema:
        return example_of(parts[schema["$ref"].rpartition("/")[2]], parts)
    if schema.get("examples"):
        return schema["examples"][0]
    if "default" in schema:
        return schema["default"]
    if "enum" in schema:
        return schema["enum"][0]
    if schema.get("type") == "object":
        return {name: example_of(value, parts) for name, value in schema["properties"].items()}
    if schema.get("type") == "array":
        return [example_of(schema["items"], parts)]
    pytest.fail(f"no example in {schema}")


def test_the_committed_contracts_are_what_the_code_says() -> None:
    assert differences(documents()) == []


def test_a_contract_that_was_changed_by_hand_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = documents()
    found = differences({**wanted, HERE / "asyncapi.yaml": "{}\n"})
    assert found == ["asyncapi.yaml differs from the code"]
    unknown = {file: text for file, text in wanted.items() if file.stem != "decision.adopted.v1"}
    assert differences(unknown) == [], "what can still be read may stay published"
    monkeypatch.setattr("contracts.__main__.known", lambda _: False)
    complaints = differences(unknown)
    gone = "events/decision.adopted.v1.json is of no event"
    assert sum(one.startswith(gone) for one in complaints) == 1


@pytest.mark.parametrize("model", [*inputs(Input), DecisionText, Rules], ids=lambda m: m.__name__)
def test_what_a_command_is_told_has_an_example_that_is_accepted(model: type[BaseModel]) -> None:
    schema = model.model_json_schema()
    model.model_validate(example_of(schema, schema.get("$defs", {})))


def test_every_event_has_a_schema_file_with_its_own_identity() -> None:
    for name, event in CATALOGUE.items():
        file = HERE / "events" / f"{name.removeprefix('secretariat.')}.json"
        schema = json.loads(Path(file).read_text(encoding="utf-8"))
        assert schema["$id"] == event.dataschema
        assert schema["additionalProperties"] is False


async def test_each_process_describes_the_api_of_all(staged: Any) -> None:
    stage = await staged(calendars)
    described = (await stage.http.get("/openapi.json")).json()
    assert described == json.loads((HERE / "openapi.json").read_text(encoding="utf-8"))


def test_every_route_says_what_it_does_and_that_it_may_refuse() -> None:
    described = json.loads((HERE / "openapi.json").read_text(encoding="utf-8"))
    operations = [
        (method, path, operation)
        for path, by_method in described["paths"].items()
        for method, operation in by_method.items()
    ]
    assert len(operations) > 60
    for method, path, operation in operations:
        assert operation.get("description"), f"{method} {path} says nothing of itself"
        assert "4XX" in operation["responses"]
        assert "422" not in operation["responses"]
        if method != "get":
            headers = {parameter["name"] for parameter in operation["parameters"]}
            assert {"actor", "idempotency-key", "if-match"} <= headers
