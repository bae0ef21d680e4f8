"""What commands are told: closed to fields that they do not know, each with an example."""

from pydantic import BaseModel, ConfigDict, Field

from events.vocabulary import Prose


class Input(BaseModel):
    """What a person sends with a command. The examples of its fields make one that is accepted."""

    model_config = ConfigDict(extra="forbid")


class Reason(Input):
    """Why."""

    reason: Prose = Field(examples=["The host asks for it: the venue is not ready"])
