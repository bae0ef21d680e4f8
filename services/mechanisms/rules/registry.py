"""What a registry file holds, row by row, with the marks of where each fact comes from."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from events.mechanisms import Modality
from events.moments import Zone
from events.vocabulary import Identifier, Language, ObligationId, Title, plain_text

Confidence = Literal["high", "medium", "low", "none"]
Source = Literal["seed", "external"]
Note = Annotated[str, Field(max_length=2000), AfterValidator(plain_text)]
TOP_KIND = "heads_of_state"
NOT_MEETING = "under_consideration"


def plain_texts(content: Any) -> Any:
    """`content` with every text in it checked; ValueError for one with control characters."""
    match content:
        case str():
            return plain_text(content)
        case dict():
            return {key: plain_texts(value) for key, value in content.items()}
        case list():
            return [plain_texts(value) for value in content]
        case _:
            return content


Loose = Annotated[dict[str, Any], AfterValidator(plain_texts)]
Number = Annotated[int, Field(ge=1, strict=True)]
Interval = Annotated[
    str, Field(pattern=r"^\d{4}-\d{2}-\d{2}(/\d{4}-\d{2}-\d{2})?$", examples=["2023-05-18"])
]


class FirstMeeting(BaseModel):
    """When and where a body first met, as far as the source says so."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: Interval
    end: Interval
    host: Identifier
    place: Title


class Row(BaseModel):
    """A part of the file; a field that it does not know is an error, not a silent loss."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Vocabularies(Row):
    mechanism_kind: tuple[Identifier, ...]
    mechanism_status: dict[Identifier, Note]
    other_body_status: dict[Identifier, Note]
    link_confidence: tuple[Confidence, ...]
    modality: dict[Modality, Note]


class Meta(Row):
    schema_version: Literal[1]
    title: Title
    summit: Loose | None = None
    source: Loose
    counts: dict[Literal["parties", "mechanisms", "agreements", "documents"], int]
    vocabularies: Vocabularies


class Theme(Row):
    id: Identifier
    name: Title


class SpokenLanguage(Row):
    code: Language
    name: Title
    role: Identifier


class Reference(Row):
    """Facts about a party that the source does not state."""

    source: Source
    iso_alpha2: str = Field(pattern=r"^[A-Z]{2}$")
    iso_alpha3: str = Field(pattern=r"^[A-Z]{3}$")
    iso_numeric: str = Field(pattern=r"^\d{3}$")
    capital: Title
    capital_names: tuple[Title, ...] = ()
    timezone: Zone
    timezone_note: Note | None = None
    languages: tuple[SpokenLanguage, ...] = Field(min_length=1)


class PartyRow(Row):
    id: Identifier
    name: Title
    side: Identifier
    source: Source
    seed_refs: tuple[int, ...] = ()
    reference: Reference


class BodyRow(Row):
    """A mechanism, or a body that the list of mechanisms leaves out (then without a number)."""

    id: Identifier
    number: Number | None = None
    short_name: Title
    full_name: Title
    kind: Identifier
    kind_note: Note | None = None
    level: Title
    status: Identifier
    status_note: Note | None = None
    first_meeting: FirstMeeting | None = None
    next_host: Identifier | None = None
    next_year: int | None = None
    parent: Identifier | None = None
    agreements: tuple[Number, ...] = ()
    documents: tuple[Number, ...] = ()

    @property
    def meets(self) -> bool:
        return self.status != NOT_MEETING


class ObligationRow(Row):
    id: ObligationId
    modality: Modality
    action: Title
    start_year: int | None = None
    due_year: int | None = None
    host: Identifier | None = None


class AgreementRow(Row):
    number: Number
    summary: Note
    theme: Identifier
    mechanisms: tuple[Identifier, ...] = ()
    other_bodies: tuple[Identifier, ...] = ()
    parties: tuple[Identifier, ...] = ()
    link_confidence: Confidence
    link_note: Note | None = None
    obligations: tuple[ObligationRow, ...] = Field(min_length=1)

    @property
    def links(self) -> tuple[str, ...]:
        """The bodies that answer for it, the best match first."""
        return (*self.mechanisms, *self.other_bodies)

    @property
    def unassigned(self) -> bool:
        return not self.links


class DocumentRow(Row):
    number: Number
    title: Title
    type: Identifier
    date: Interval
    date_precision: Identifier
    mechanisms: tuple[Identifier, ...] = ()
    other_bodies: tuple[Identifier, ...] = ()
    link_confidence: Confidence
    link_note: Note | None = None

    @property
    def links(self) -> tuple[str, ...]:
        """The bodies that it belongs to, the best match first."""
        return (*self.mechanisms, *self.other_bodies)


class Registry(Row):
    """One cooperation format."""

    meta: Meta
    themes: tuple[Theme, ...]
    parties: tuple[PartyRow, ...] = Field(min_length=1)
    mechanisms: tuple[BodyRow, ...]
    other_bodies: tuple[BodyRow, ...] = ()
    agreements: tuple[AgreementRow, ...]
    documents: tuple[DocumentRow, ...] = ()

    @property
    def all_bodies(self) -> tuple[BodyRow, ...]:
        return (*self.mechanisms, *self.other_bodies)

    @property
    def bodies(self) -> tuple[BodyRow, ...]:
        """The bodies that meet: the top one first."""
        meeting = [body for body in self.all_bodies if body.meets]
        return tuple(sorted(meeting, key=lambda body: (body.kind != TOP_KIND, body.number or 0)))

    @property
    def top(self) -> BodyRow | None:
        """The body above all others, if the format has one."""
        return next((body for body in self.bodies if body.kind == TOP_KIND), None)

    def parent_of(self, body: BodyRow) -> str | None:
        """The body that `body` answers to: the one it names, else the top one."""
        if body.parent is not None:
            return body.parent
        return self.top.id if self.top and body.id != self.top.id else None
