"""Every event there is, by its type; and the topic all of them travel on.

One topic, keyed by the mechanism: what happens in one mechanism is seen by everybody in the order
in which it happened, whichever service said it.
"""

from types import ModuleType

from events import agendas, decisions, followups, mechanisms, meetings, minutes
from events.event import Event

LOOP = "secretariat.loop"

SUBJECTS = (mechanisms, meetings, agendas, minutes, decisions, followups)


def events_of(subject: ModuleType) -> list[type[Event]]:
    """The events that a module of this package defines, in the order of their definition."""
    return [
        value
        for value in vars(subject).values()
        if isinstance(value, type)
        and issubclass(value, Event)
        and value.__module__ == subject.__name__
    ]


CATALOGUE: dict[str, type[Event]] = {
    event.type: event for subject in SUBJECTS for event in events_of(subject)
}
