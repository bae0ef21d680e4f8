"""The words that events, commands and pages share: who acts, and how texts and ids may look."""

import re
import unicodedata
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

ACTOR = re.compile(r"(?:(?P<party>[a-z][a-z0-9_-]*)/)?(?P<role>[a-z]+)(?: (?P<name>\S.*))?")
CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f]"  # all of Unicode's Cc but LF and TAB
    r"|[\u202a-\u202e\u2066-\u2069]"  # those that show a text in another order than it is written
    r"|[\u2028\u2029]"  # line ends that are none to most programs
    r"|[\ud800-\udfff]"  # halves of a character, which no encoding writes
)


def plain_text(text: str) -> str:
    """`text` in Unicode NFC; ValueError when it carries control characters or is blank."""
    if found := CONTROL.search(text):
        code = f"U+{ord(found[0]):04X}"
        raise ValueError(f"the text holds the control character {code}; remove it")
    if not text.strip():
        raise ValueError("the text is blank")
    return unicodedata.normalize("NFC", text)


def one_line(text: str) -> str:
    if "\n" in text or "\t" in text:
        raise ValueError("write it in one line")
    return text


IDENTIFIER = r"^[a-z0-9][a-z0-9._-]*$"
Identifier = Annotated[str, Field(pattern=IDENTIFIER, max_length=120, examples=["customs-heads"])]
Title = Annotated[str, AfterValidator(plain_text), AfterValidator(one_line), Field(max_length=300)]
Prose = Annotated[str, AfterValidator(plain_text), Field(max_length=20_000)]
Symbol = Annotated[
    str,
    Field(
        pattern=r"^[A-Z0-9./-]+(/Corr\.\d+)?$",
        max_length=120,
        examples=["CAC/CUSTOMS/2027/DEC/3"],
    ),
]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$", examples=["ru"])]
ObligationId = Annotated[str, Field(pattern=r"^A\d+\.\d+$", examples=["A16.1"])]


class Role(StrEnum):
    """In which capacity somebody acts."""

    SECRETARY = "secretary"
    CHAIR = "chair"
    DELEGATE = "delegate"
    COORDINATOR = "coordinator"
    SYSTEM = "system"


PARTY_ROLES = (Role.CHAIR, Role.DELEGATE, Role.COORDINATOR)


class Actor(BaseModel):
    """Who gave a command: a role, for a party where the role belongs to one.

    Written `party/role Name`, for instance `kazakhstan/delegate A. Omarova` or `secretary`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: Role
    party: Identifier | None = None
    name: Title | None = None

    @model_validator(mode="after")
    def speaks_for_whom_the_role_says(self) -> Self:
        if self.role in PARTY_ROLES and self.party is None:
            raise ValueError(f"a {self.role} speaks for a party; write it like china/{self.role}")
        if self.role not in PARTY_ROLES and self.party is not None:
            raise ValueError(f"the {self.role} speaks for no party; write it without {self.party}/")
        return self

    @classmethod
    def parse(cls, text: str) -> Self:
        """The actor that `text` writes down; ValueError when it is not of that form."""
        found = ACTOR.fullmatch(text.strip())
        if not found or found["role"] not in set(Role):
            roles = ", ".join(role for role in Role if role is not Role.SYSTEM)
            raise ValueError(
                f"write the actor as party/role, or secretary alone, with a role of {roles}"
            )
        return cls(role=Role(found["role"]), party=found["party"], name=found["name"])

    def __str__(self) -> str:
        capacity = f"{self.party}/{self.role}" if self.party else str(self.role)
        return f"{capacity} {self.name}" if self.name else capacity


SYSTEM = Actor(role=Role.SYSTEM)


def actor_from_text(value: object) -> object:
    return Actor.parse(value) if isinstance(value, str) else value


WrittenActor = Annotated[Actor, BeforeValidator(actor_from_text)]
