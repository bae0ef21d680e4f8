"""What the `mechanisms` service says: bodies, rules of procedure, coordinators, agreements."""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from events.event import Event, Fact
from events.moments import Zone
from events.vocabulary import Identifier, Language, ObligationId, Prose, Symbol, Title


def without_repeats(values: tuple[str, ...]) -> tuple[str, ...]:
    for position, value in enumerate(values):
        if value in values[:position]:
            raise ValueError(f"{value} stands in it twice")
    return values


DistinctParties = Annotated[tuple[Identifier, ...], AfterValidator(without_repeats)]


class Quorum(Fact):
    """How many delegations must be present to open: at least `numerator`/`denominator` of all."""

    numerator: int = Field(ge=0, le=100, examples=[2])
    denominator: int = Field(ge=1, le=100, examples=[3])

    @model_validator(mode="after")
    def can_be_reached(self) -> Self:
        if self.numerator > self.denominator:
            raise ValueError("a quorum of more than all delegations is never reached")
        return self

    def needed(self, parties: int) -> int:
        """The least number of delegations out of `parties`."""
        return -(-parties * self.numerator // self.denominator)


class DecisionMode(StrEnum):
    """How a text is adopted."""

    CONSENSUS = "consensus"
    SILENCE = "silence"


class MilestoneKind(StrEnum):
    """What is to be done before or after a meeting, in the order in which it is due."""

    INVITATION = "invitation"
    NOMINATIONS = "nominations"
    PROPOSALS = "proposals"
    DOCUMENTS = "documents"
    TRANSLATION = "translation"
    PROVISIONAL_AGENDA = "provisional_agenda"
    MINUTES = "minutes"
    COMMENTS = "comments"
    SILENCE = "silence"


class Rules(Fact):
    """Rules of procedure, one version. Every value is a setting; the registry's source has none.

    Days are calendar days unless `working_days` says otherwise of a milestone, then they are days
    that the host works. Hours are hours; times of day are in the zone of the host's capital.
    """

    version: int = Field(default=1, ge=1)
    meetings_per_year: int = Field(default=1, ge=1, le=12)
    notice_days: int = Field(default=60, ge=0, le=730, description="Convocation before opening")
    proposals_days: int = Field(default=30, ge=0, le=365, description="Submission deadline")
    circulation_days: int = Field(default=14, ge=0, le=365, description="Provisional agenda")
    nomination_days: int = Field(default=45, ge=0, le=365, description="Delegations are named")
    document_days: int = Field(default=24, ge=0, le=365, description="Documents are handed in")
    translation_days: int = Field(default=17, ge=0, le=365, description="They are translated")
    minutes_days: int = Field(default=14, ge=0, le=365, description="Draft minutes, after the end")
    working_days: tuple[MilestoneKind, ...] = Field(default=(), description="Counted in such days")
    quorum: Quorum = Quorum(numerator=2, denominator=3)
    minutes_mode: DecisionMode = DecisionMode.CONSENSUS
    silence_hours: int = Field(default=72, ge=1, le=8760)
    comment_days: int = Field(default=10, ge=0, le=365, description="To comment on draft minutes")
    follow_up_days: int = Field(default=120, ge=1, le=3650, description="When none is agreed")
    reminder_days: int = Field(default=14, ge=0, le=365, description="Before a follow-up is due")
    escalation_days: int = Field(default=30, ge=0, le=3650, description="After it became overdue")
    languages: tuple[Language, ...] = ("zh", "ru", "en")
    host_order: DistinctParties = ()
    chair_follows_host: bool = True
    symbol_prefix: Symbol
    standing_items: tuple[Title, ...] = Field(default=(), description="After item 1")
    closing_items: tuple[Title, ...] = Field(default=(), description="After all others")

    @model_validator(mode="after")
    def deadlines_follow_each_other(self) -> Self:
        if self.proposals_days < self.circulation_days:
            raise ValueError(
                f"proposals_days ({self.proposals_days}) must be at least circulation_days "
                f"({self.circulation_days}): the agenda goes out when proposals have ended"
            )
        if self.notice_days < self.proposals_days:
            raise ValueError(
                f"notice_days ({self.notice_days}) must be at least proposals_days "
                f"({self.proposals_days}): who is called in time can propose in time"
            )
        return self


class PartyFacts(Fact):
    """A party as others need to know it."""

    id: Identifier
    name: Title
    side: Literal["china", "central_asia"] | Identifier
    zone: Zone
    capital: Title
    capital_names: tuple[Title, ...] = Field(
        default=(), description="Other names of the capital that places may be written with"
    )
    languages: tuple[Language, ...]


class MechanismRegistered(Event, name="mechanism.registered", about="mechanism"):
    """A body that meets exists, with these parties, under these rules."""

    number: int | None = Field(description="Number in section II of the source; none for others")
    short_name: Title
    full_name: Title
    kind: Identifier
    level: Title
    status: Identifier
    parent: Identifier | None
    parties: tuple[PartyFacts, ...]
    rules: Rules
    agreements: tuple[int, ...]


class RulesAmended(Event, name="mechanism.rules-amended", about="mechanism"):
    """From now on meetings are convened under this version."""

    rules: Rules


class CoordinatorNamed(Event, name="mechanism.coordinator-named", about="mechanism"):
    """The single contact of a party in a mechanism."""

    party: Identifier
    coordinator: Title
    address: str | None = Field(default=None, max_length=254, description="E-mail address")


class Modality(StrEnum):
    """What an obligation asks."""

    ESTABLISH = "establish"
    DELIVER = "deliver"
    OPERATE = "operate"
    DEVELOP = "develop"
    PROMOTE = "promote"
    CONSIDER = "consider"


class Obligation(Fact):
    """What an agreement asks; of a `consider` nothing is committed but the consideration."""

    id: ObligationId
    modality: Modality
    action: Title
    due_year: int | None = None


class AgreementRegistered(Event, name="agreement.registered", about="key"):
    """One of the agreements. Its `mechanism` is the best match, or the Summit when none fits."""

    key: str = Field(pattern=r"^A\d+$")
    number: int
    summary: Prose
    theme: Identifier
    mechanisms: tuple[Identifier, ...]
    link_confidence: Literal["high", "medium", "low", "none"]
    obligations: tuple[Obligation, ...]


class ObligationState(StrEnum):
    """Where an obligation stands. The last three close a `consider`, and nothing else."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    FULFILLED = "fulfilled"
    ADOPTED = "adopted"
    DECLINED = "declined"
    DEFERRED = "deferred"


class ObligationAdvanced(Event, name="obligation.advanced", about="obligation"):
    """An obligation came to another state, by a decision or by the secretary's finding."""

    obligation: ObligationId
    state: ObligationState
    decision: Symbol | None = None
    reason: Prose | None = None
