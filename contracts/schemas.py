"""What the contracts hold, as JSON."""

from typing import Any

from events.catalogue import CATALOGUE
from services.program.app import whole_description

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def event_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of the data of every event type and version, by a name fit for a file."""
    return {
        name.removeprefix("secretariat."): {
            "$schema": DIALECT,
            "$id": event.dataschema,
            **event.model_json_schema(mode="serialization"),
        }
        for name, event in CATALOGUE.items()
    }


def http_description() -> dict[str, Any]:
    """OpenAPI 3.1 of all services in one program."""
    return whole_description()
