"""What every event has: a mechanism, a name with a version, something it is about, its topics.

class MeetingCancelled(Event, name="meeting.cancelled", about="meeting"): ...
"""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from events.topics import LOOP, Topic
from events.vocabulary import Identifier

TYPE_PREFIX = "secretariat"


class Fact(BaseModel):
    """A part of an event: immutable, and closed to fields that its contract does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Event(Fact):
    """Something that happened in a mechanism and that others may rely on."""

    type: ClassVar[str]
    dataschema: ClassVar[str]
    about: ClassVar[str]
    topics: ClassVar[tuple[Topic, ...]]

    mechanism: Identifier

    def __init_subclass__(
        cls, *, name: str, about: str, version: int = 1, topics: tuple[Topic, ...] = (LOOP,)
    ) -> None:
        super().__init_subclass__()
        cls.type = f"{TYPE_PREFIX}.{name}.v{version}"
        cls.dataschema = f"urn:{TYPE_PREFIX}:event:{name}:v{version}"
        cls.about = about
        cls.topics = topics

    @property
    def subject(self) -> str:
        """What the event is about: the value of the field that `about` names."""
        return str(getattr(self, self.about))

    @property
    def partitionkey(self) -> str:
        """Events of one key stay in order."""
        return self.mechanism
