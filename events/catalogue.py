"""Every event there is, by its type."""

from types import ModuleType

from events import (
    agendas,
    decisions,
    followups,
    mechanisms,
    meetings,
    minutes,
    notices,
    plans,
    polls,
    subscriptions,
    working_time,
)
from events.event import Event
from events.topics import LOOP

SUBJECTS = (
    mechanisms,
    meetings,
    plans,
    notices,
    polls,
    working_time,
    agendas,
    minutes,
    decisions,
    followups,
    subscriptions,
)


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

ON_THE_LOOP = frozenset(name for name, event in CATALOGUE.items() if LOOP in event.topics)
