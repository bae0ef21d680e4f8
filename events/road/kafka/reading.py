"""What a record from the topic must be to be believed."""

from pydantic import ValidationError

from events.binary import Headers, UnreadableError, from_record
from events.envelope import LARGEST, Envelope
from events.faults import first_fault
from events.upcasting import dataschema_of, known


def read(headers: Headers, value: bytes | None) -> Envelope:
    """The event in a record, if it is all that it says; UnreadableError when it is not."""
    if len(value or b"") > LARGEST:
        raise UnreadableError(f"it has {len(value or b'')} bytes, and an event at most {LARGEST}")
    envelope = from_record(headers, value)
    if not known(envelope.type):
        raise UnreadableError(f"no event in the catalogue is called {envelope.type}")
    if envelope.dataschema != dataschema_of(envelope.type):
        raise UnreadableError(
            f"dataschema is {envelope.dataschema}, not {dataschema_of(envelope.type)}"
        )
    try:
        event = envelope.open()
    except ValidationError as error:
        raise UnreadableError(f"data: {first_fault(error, 'event')}") from None
    if event.partitionkey != envelope.partitionkey:
        raise UnreadableError(f"partitionkey is {envelope.partitionkey}, not {event.partitionkey}")
    return envelope
