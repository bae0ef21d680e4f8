"""Old versions of events, lifted to the version of today where they come in.

A version that was published is never taken back: it may lie on a topic, in an archive or in an
outbox for years. When an event gets a new version, its old one gets an entry here, which gives the
data of the next version; nobody else ever sees the old one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from events.catalogue import CATALOGUE
from events.event import TYPE_PREFIX


@dataclass(frozen=True)
class Upcast:
    """The type of the next version, and what makes its data from those of this one."""

    to: str
    change: Callable[[Mapping[str, Any]], dict[str, Any]]


WIDENED = {  # how many versions were before, of which all can be said in the one of today
    "subscription.made": 2,  # a feed was in English, Russian or Chinese; none told when one is busy
    "subscription.settings-changed": 1,
    "meeting.rechecked": 1,  # nobody looked at office hours
    "poll.rechecked": 1,
}
UPCASTS: dict[str, Upcast] = {
    f"{TYPE_PREFIX}.{name}.v{old}": Upcast(f"{TYPE_PREFIX}.{name}.v{old + 1}", dict)
    for name, versions in WIDENED.items()
    for old in range(1, versions + 1)
}


def dataschema_of(type_: str) -> str:
    """The id of the schema of a type, of whatever version."""
    prefix, _, rest = type_.partition(".")
    name, _, version = rest.rpartition(".")
    return f"urn:{prefix}:event:{name}:{version}"


def newest(type_: str) -> str:
    """The type of today that an event of `type_` becomes: itself, where it is of today."""
    while type_ in UPCASTS:
        type_ = UPCASTS[type_].to
    return type_


def known(type_: str) -> bool:
    """Whether events of `type_` can be read, as they are or lifted."""
    return newest(type_) in CATALOGUE


def lifted(type_: str, data: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """An event's type of today and its data in that version."""
    while (upcast := UPCASTS.get(type_)) is not None:
        type_, data = upcast.to, upcast.change(data)
    return type_, data


def with_old_versions(types: frozenset[str]) -> frozenset[str]:
    """`types`, and every old version that becomes one of them."""
    return types | {old for old in UPCASTS if newest(old) in types}
