"""What a record from the topic must be to be believed."""

from pydantic import ValidationError

from events.binary import Headers, UnreadableError, from_record
from events.catalogue import CATALOGUE
from events.envelope import Envelope

LARGEST = 900_000


def read(headers: Headers, value: bytes | None) -> Envelope:
    """The event in a record, if it is all that it says; UnreadableError when it is not."""
    if len(value or b"") > LARGEST:
        raise UnreadableError(f"it has {len(value or b'')} bytes, and an event at most {LARGEST}")
    envelope = from_record(headers, value)
    model = CATALOGUE.get(envelope.type)
    if model is None:
        raise UnreadableError(f"no event in the catalogue is called {envelope.type}")
    if envelope.dataschema != model.dataschema:
        raise UnreadableError(f"dataschema is {envelope.dataschema}, not {model.dataschema}")
    try:
        event = envelope.open()
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise UnreadableError(f"data: {place}: {first['msg']}") from None
    if event.mechanism != envelope.partitionkey:
        raise UnreadableError(f"partitionkey is {envelope.partitionkey}, not {event.mechanism}")
    return envelope
