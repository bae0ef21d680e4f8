"""Decisions: what other services build on. A decision exists once it is adopted, never before."""

from datetime import date
from enum import StrEnum

from pydantic import Field

from events.event import Event, Fact
from events.mechanisms import DecisionMode, ObligationState
from events.moments import Instant
from events.topics import DECISIONS, LATEST_DECISIONS, LOOP
from events.vocabulary import Identifier, Language, ObligationId, Prose, Symbol, Title


class PositionKind(StrEnum):
    """What a party attaches to a decision without blocking it."""

    AD_REFERENDUM = "ad_referendum"
    RESERVATION = "reservation"
    INTERPRETATIVE_STATEMENT = "interpretative_statement"
    OPT_OUT = "opt_out"


class Position(Fact):
    """A party's attached position."""

    party: Identifier
    kind: PositionKind
    text: Prose


class Assignment(Fact):
    """What one party must do because of a decision, by the end of a day where that party is."""

    party: Identifier = Field(examples=["kazakhstan"])
    task: Title = Field(examples=["Open an express corridor at Khorgos"])
    due: date | None = Field(
        default=None, description="None: as the rules of procedure say", examples=["2027-10-01"]
    )


class Conclusion(Fact):
    """What a decision makes of an obligation."""

    obligation: ObligationId
    state: ObligationState


class DecisionText(Fact):
    """One operative sentence with all that is adopted with it."""

    text: Prose = Field(
        examples=["The meeting requests the parties to extend express corridors to all crossings."]
    )
    assignments: tuple[Assignment, ...] = ()
    serves: tuple[ObligationId, ...] = Field(default=(), examples=[["A15.1"]])
    concludes: tuple[Conclusion, ...] = ()
    refer_to: Identifier | None = Field(
        default=None, description="Mechanism it is handed to", examples=["heads-of-state"]
    )


class DecisionAdopted(Event, name="decision.adopted", about="symbol", topics=(LOOP, DECISIONS)):
    """A decision, with its number. It never changes afterwards.

    Adopted in a meeting it names meeting and item; adopted by silence between meetings it names the
    silence procedure, and is announced at the next meeting.
    """

    symbol: Symbol
    decision: DecisionText
    mode: DecisionMode
    positions: tuple[Position, ...] = ()
    meeting: Identifier | None = None
    item: Identifier | None = None
    silence: Identifier | None = None


class CorrigendumIssued(
    Event, name="decision.corrigendum-issued", about="symbol", topics=(LOOP, DECISIONS)
):
    """A correction of an adopted document, as a document of its own."""

    symbol: Symbol = Field(description="For instance CAC/CUSTOMS/2027/MIN/1/Corr.1")
    corrects: Symbol
    text: Prose
    languages: tuple[Language, ...] = Field(min_length=1)
    title: Title | None = None


class DecisionStands(Event, name="decision.stands", about="symbol", topics=(LATEST_DECISIONS,)):
    """A decision as it stands: what was adopted, and the corrigenda issued since.

    A higher `revision` replaces a lower one, whichever comes first.
    """

    symbol: Symbol
    revision: int = Field(ge=0)
    adopted: Instant
    decision: DecisionText
    mode: DecisionMode
    positions: tuple[Position, ...] = ()
    meeting: Identifier | None = None
    item: Identifier | None = None
    silence: Identifier | None = None
    corrigenda: tuple[Symbol, ...] = ()

    @property
    def partitionkey(self) -> str:
        return self.symbol
