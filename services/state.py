"""What every aggregate has: an identity, its mechanism, and a count of its changes."""

from collections.abc import Collection
from typing import Self

from pydantic import BaseModel, ConfigDict

from events.vocabulary import Actor, Identifier


class State(BaseModel):
    """An aggregate as it stands. Immutable: rules return events, and `evolve` the next state."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    mechanism: Identifier
    revision: int = 0

    @property
    def mentions(self) -> tuple[str, ...]:
        """The ids of what it tells of and what may belong to another meeting, a restricted one."""
        return ()

    def without(self, hidden: Collection[str]) -> Self:
        """The same for somebody who may not read what has these ids, of those that it mentions."""
        del hidden
        return self

    def told(self, who: Actor | None) -> Self:
        """The same as far as it is for `who`, who may read it (none: nobody in particular)."""
        del who
        return self
