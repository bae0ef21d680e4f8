"""Whether a schema may replace a published one of the same version, and where it may not.

Producers keep to the schema as it is, closed to other fields; readers are open to fields that they
do not know. So a change is BACKWARD compatible when a new reader accepts what old producers send,
FORWARD when an old reader accepts what new producers send, and FULL when it is both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Schema = Mapping[str, Any]

UPPER = ("maxLength", "maximum", "exclusiveMaximum", "maxItems")
LOWER = ("minLength", "minimum", "exclusiveMinimum", "minItems")
EXACT = ("pattern", "format", "const", "multipleOf", "uniqueItems")


class Direction(StrEnum):
    """Who would be broken."""

    BACKWARD = "BACKWARD"
    FORWARD = "FORWARD"


@dataclass(frozen=True)
class Break:
    """What would be broken, at which field as a path, and why."""

    direction: Direction
    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.direction} break at {self.field}: {self.reason}"


@dataclass(frozen=True)
class Part:
    """A schema inside the document that its references point into."""

    document: Schema
    schema: Schema

    def at(self, schema: Schema) -> "Part":
        return Part(self.document, schema).resolved()

    def resolved(self) -> "Part":
        """What a reference leads to, with what stands beside the reference."""
        part = self
        while reference := part.schema.get("$ref"):
            target: Any = part.document
            for step in str(reference).removeprefix("#/").split("/"):
                target = target[step]
            beside = {key: value for key, value in part.schema.items() if key != "$ref"}
            part = Part(part.document, {**target, **beside})
        return part

    def choices(self) -> list["Part"]:
        """The schemas of which one must fit."""
        if "anyOf" in self.schema:
            return [choice for each in self.schema["anyOf"] for choice in self.at(each).choices()]
        return [self]


def breaks(published: Schema, changed: Schema) -> list[Break]:
    """What would be broken if `changed` took the place of `published`; nothing when it is FULL."""
    old, new = Part(published, published).resolved(), Part(changed, changed).resolved()
    return [
        *(Break(Direction.BACKWARD, *found) for found in refusals(new, old, "")),
        *(Break(Direction.FORWARD, *found) for found in refusals(old, new, "")),
    ]


def refusals(reader: Part, writer: Part, field: str) -> Iterator[tuple[str, str]]:
    """Where `reader` may refuse what fits `writer`: the field, and why."""
    for written in writer.choices():
        found = [list(refused(read, written, field)) for read in reader.choices()]
        if all(found):
            yield from min(found, key=len)


def refused(reader: Part, writer: Part, field: str) -> Iterator[tuple[str, str]]:
    """The same where neither leaves a choice."""
    read, written = reader.schema, writer.schema
    name = field or "the whole"
    if "type" in read and read["type"] != written.get("type") and not widened(read, written):
        yield name, f"{written.get('type', 'anything')} is written where {read['type']} is read"
        return
    if "enum" in read and (more := surplus(read, written)):
        yield name, f"{more} may be written and is not known to the reader"
    yield from bounds(read, written, name)
    yield from properties(reader, writer, field)
    if "items" in read:
        items = written.get("items", {})
        yield from refusals(reader.at(read["items"]), writer.at(items), f"{field}[]")


def widened(read: Schema, written: Schema) -> bool:
    return (read["type"], written.get("type")) == ("number", "integer")


def surplus(read: Schema, written: Schema) -> str:
    """Values that may be written and are not among those read."""
    if "enum" not in written:
        return "anything"
    return ", ".join(str(value) for value in written["enum"] if value not in read["enum"])


def bounds(read: Schema, written: Schema, name: str) -> Iterator[tuple[str, str]]:
    for keyword in UPPER:
        if keyword in read and written.get(keyword, float("inf")) > read[keyword]:
            yield name, f"{keyword} {written.get(keyword, 'none')} is above {read[keyword]}"
    for keyword in LOWER:
        if keyword in read and written.get(keyword, float("-inf")) < read[keyword]:
            yield name, f"{keyword} {written.get(keyword, 'none')} is below {read[keyword]}"
    for keyword in EXACT:
        if keyword in read and written.get(keyword) != read[keyword]:
            yield name, f"{keyword} {written.get(keyword, 'none')} is not {read[keyword]}"


def properties(reader: Part, writer: Part, field: str) -> Iterator[tuple[str, str]]:
    """What is read of an object's fields; those that the reader does not know do not matter."""
    known = reader.schema.get("properties", {})
    written = writer.schema.get("properties", {})
    for name, schema in known.items():
        path = f"{field}.{name}" if field else name
        required = name in reader.schema.get("required", ())
        if required and name not in writer.schema.get("required", ()):
            yield path, "it is required, and may not be written"
        if name in written:
            yield from refusals(reader.at(schema), writer.at(written[name]), path)
