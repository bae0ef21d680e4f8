"""CloudEvents over Kafka: an envelope as a record, and a record as an envelope.

Written in binary mode: the data are the value, every other attribute is a header `ce_NAME` in
UTF-8, and the key is the `partitionkey` (Kafka protocol binding 1.0.2, 3.1 and 3.2). Structured
mode is read too.
"""

import json
from collections.abc import Sequence

from pydantic import ValidationError

from events.envelope import Envelope
from events.faults import first_fault

PREFIX = "ce_"
CONTENT_TYPE = "content-type"
STRUCTURED = "application/cloudevents"
IN_THE_VALUE = {"data", "datacontenttype"}

Headers = Sequence[tuple[str, bytes]]


class UnreadableError(Exception):
    """A record that is no CloudEvent as this system knows them; says why."""


def to_record(envelope: Envelope) -> tuple[Headers, bytes]:
    """The headers and the value of the record that carries `envelope`."""
    attributes = envelope.model_dump(mode="json", exclude=IN_THE_VALUE, exclude_none=True)
    headers = [(f"{PREFIX}{name}", str(value).encode()) for name, value in attributes.items()]
    headers.append((CONTENT_TYPE, envelope.datacontenttype.encode()))
    return headers, json.dumps(envelope.data, ensure_ascii=False).encode()


def from_record(headers: Headers, value: bytes | None) -> Envelope:
    """The envelope that a record carries; UnreadableError when it carries none."""
    try:
        said = {name: text.decode() for name, text in headers if text is not None}
        content_type = said.get(CONTENT_TYPE, "")
        if content_type.startswith(STRUCTURED):
            return Envelope.model_validate_json(value or b"")
        attributes = {
            name.removeprefix(PREFIX): text
            for name, text in said.items()
            if name.startswith(PREFIX)
        }
        if not attributes:
            raise UnreadableError("no CloudEvents attribute among the headers")
        return Envelope.model_validate(
            {**attributes, "datacontenttype": content_type, "data": json.loads(value or b"")}
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise UnreadableError(f"{type(error).__name__}: {error}") from None
    except ValidationError as error:
        raise UnreadableError(first_fault(error, "event")) from None


def type_of(headers: Headers) -> str | None:
    """The event's type, where a record in binary mode says it."""
    for name, text in headers:
        if name == f"{PREFIX}type" and text is not None:
            return text.decode(errors="replace")
    return None
