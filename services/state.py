"""What every aggregate has: an identity, its mechanism, and a count of its changes."""

from pydantic import BaseModel, ConfigDict

from events.vocabulary import Identifier


class State(BaseModel):
    """An aggregate as it stands. Immutable: rules return events, and `evolve` the next state."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    mechanism: Identifier
    revision: int = 0
