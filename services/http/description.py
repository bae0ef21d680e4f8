"""What the API says of itself: OpenAPI, with the problem documents that every route may answer."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from services.http.naming import name_shortly
from services.http.problems import Problem

ANY_REFUSAL = {"$ref": "#/components/responses/Problem"}
REFUSAL = {
    "description": "Refused; nothing has changed",
    "content": {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}},
    },
}
REPLACED = ("HTTPValidationError", "ValidationError")


def describe_problems(app: FastAPI) -> None:
    """Have the description of `app` name problem documents as the answer to what is refused."""
    generate: Callable[[], dict[str, Any]] = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            add_problems(document)
            name_shortly(document)
        return generate()

    app.openapi = described  # type: ignore[method-assign]


def add_problems(document: dict[str, Any]) -> None:
    _, schemas = models_json_schema(
        [(Problem, "serialization")], ref_template="#/components/schemas/{model}"
    )
    parts = document["components"]
    parts["schemas"] = {
        name: schema for name, schema in parts["schemas"].items() if name not in REPLACED
    } | schemas["$defs"]
    parts["responses"] = {"Problem": REFUSAL}
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("422", None)
            operation["responses"]["4XX"] = ANY_REFUSAL
