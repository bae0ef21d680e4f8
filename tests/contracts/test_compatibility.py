"""Changes of a published schema: what each would break, named by its field."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from contracts.__main__ import HERE, refused_changes
from contracts.compatibility import breaks
from events.decisions import DecisionAdopted

ADOPTED = DecisionAdopted.model_json_schema(mode="serialization")
Change = Callable[[Any], None]


def changed(change: Change) -> Any:
    schema = copy.deepcopy(ADOPTED)
    change(schema)
    return schema


def add_optional(schema: Any) -> None:
    schema["properties"]["note"] = {"type": "string"}


def add_required(schema: Any) -> None:
    add_optional(schema)
    schema["required"].append("note")


def remove_optional(schema: Any) -> None:
    del schema["properties"]["item"]


def remove_required(schema: Any) -> None:
    del schema["properties"]["mode"]
    schema["required"].remove("mode")


def no_longer_required(schema: Any) -> None:
    schema["required"].remove("decision")


def new_kind(schema: Any) -> None:
    schema["$defs"]["PositionKind"]["enum"].append("protest")


def fewer_kinds(schema: Any) -> None:
    schema["$defs"]["PositionKind"]["enum"].remove("opt_out")


def longer_task(schema: Any) -> None:
    schema["$defs"]["Assignment"]["properties"]["task"]["maxLength"] += 1


def another_type(schema: Any) -> None:
    schema["$defs"]["Assignment"]["properties"]["due"] = {"type": "integer"}


def never_null(schema: Any) -> None:
    schema["properties"]["meeting"] = schema["properties"]["meeting"]["anyOf"][0]


def described(schema: Any) -> None:
    schema["description"] = "other words"


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (described, []),
        (add_optional, []),
        (remove_optional, []),
        (add_required, ["BACKWARD break at note"]),
        (remove_required, ["FORWARD break at mode"]),
        (no_longer_required, ["FORWARD break at decision"]),
        (new_kind, ["FORWARD break at positions[].kind"]),
        (fewer_kinds, ["BACKWARD break at positions[].kind"]),
        (longer_task, ["FORWARD break at decision.assignments[].task"]),
        (
            another_type,
            [
                "BACKWARD break at decision.assignments[].due",
                "BACKWARD break at decision.assignments[].due",
                "FORWARD break at decision.assignments[].due",
            ],
        ),
        (never_null, ["BACKWARD break at meeting"]),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_change_is_told_by_whom_it_breaks_and_where(change: Change, wanted: list[str]) -> None:
    found = [str(each).partition(": ")[0] for each in breaks(ADOPTED, changed(change))]
    assert found == wanted


@pytest.mark.parametrize("file", sorted((HERE / "events").glob("*.json")), ids=lambda f: f.stem)
def test_nothing_breaks_where_nothing_changes(file: Any) -> None:
    schema = json.loads(file.read_text(encoding="utf-8"))
    assert breaks(schema, schema) == []


TYPES = st.sampled_from(["string", "integer", "boolean", "null"])
PLAIN = st.builds(lambda kind: {"type": kind}, TYPES) | st.builds(
    lambda words: {"enum": words}, st.lists(st.sampled_from("abc"), min_size=1, unique=True)
)
VALUES = st.none() | st.booleans() | st.integers() | st.sampled_from("abcd")


def object_of(fields: dict[str, Any], required: set[str]) -> Any:
    return {
        "type": "object",
        "properties": fields,
        "required": sorted(required & fields.keys()),
        "additionalProperties": False,
    }


FIELDS = st.sampled_from(["one", "two", "three"])
OBJECTS = st.builds(
    object_of,
    st.dictionaries(FIELDS, PLAIN | st.builds(lambda a, b: {"anyOf": [a, b]}, PLAIN, PLAIN)),
    st.sets(FIELDS),
)


@given(OBJECTS, OBJECTS, st.dictionaries(FIELDS, VALUES))
def test_what_breaks_nobody_is_accepted_by_everybody(old: Any, new: Any, data: Any) -> None:
    """Held against a validator: if a reader refuses what a producer may send, that is a break."""
    found = {each.direction for each in breaks(old, new)}
    for direction, reader, writer in (("BACKWARD", new, old), ("FORWARD", old, new)):
        is_open = {**reader, "additionalProperties": True}
        if Draft202012Validator(writer).is_valid(data) and direction not in found:
            assert Draft202012Validator(is_open).is_valid(data)


def test_a_published_version_is_not_overwritten_by_one_that_breaks_it() -> None:
    file = HERE / "events" / "decision.adopted.v1.json"
    published = file.read_text(encoding="utf-8")
    described_anew = json.dumps({**json.loads(published), "description": "other words"})
    assert refused_changes({file: described_anew}) == []
    schema = json.loads(published)
    schema["properties"]["note"] = {"type": "string"}
    schema["required"].append("note")
    (complaint,) = refused_changes({file: json.dumps(schema)})
    assert "BACKWARD break at note" in complaint
    assert "version=2" in complaint
