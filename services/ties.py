"""What hangs on what: by this, all that comes of a restricted meeting is restricted with it.

A tie says that one thing belongs to another: a decision to its meeting and to its agenda item, an
item to what it goes back to, a follow-up to its decision. So a matter of a restricted meeting stays
one of it, also where it is carried to another meeting or mechanism.

A mechanism's pool belongs to its meetings that have not adopted their agenda.
"""

from functools import singledispatch
from typing import NamedTuple

from events.agendas import AgendaAdopted, AgendaCirculated, ItemProposed, OriginKind
from events.decisions import CorrigendumIssued, DecisionAdopted
from events.event import Event
from events.followups import FollowUpOpened, FollowUpReported, ReferralMade
from events.meetings import MeetingCancelled, MeetingClosed, MeetingPlanned
from events.minutes import MinutesAdopted, SilenceStarted
from events.polls import PollOpened


class Tie(NamedTuple):
    """`thing` belongs to `owner`, by their ids; no longer where it has `ended`."""

    thing: str
    owner: str
    ended: bool = False


def pool_of(mechanism: str) -> str:
    """The name of a mechanism's pool among the things."""
    return f"{mechanism}.pool"


@singledispatch
def ties(event: Event) -> list[Tie]:
    """What `event` says of what belongs to what: most say nothing."""
    del event
    return []


@ties.register
def planned(event: MeetingPlanned) -> list[Tie]:
    return [Tie(pool_of(event.mechanism), event.meeting)]


@ties.register(MeetingCancelled)
@ties.register(MeetingClosed)
def over(event: MeetingCancelled | MeetingClosed) -> list[Tie]:
    return [Tie(pool_of(event.mechanism), event.meeting, ended=True)]


@ties.register
def asked(event: PollOpened) -> list[Tie]:
    return [Tie(event.poll, event.meeting)]


@ties.register
def proposed(event: ItemProposed) -> list[Tie]:
    return [Tie(event.proposal, event.meeting or pool_of(event.mechanism))]


@ties.register
def circulated(event: AgendaCirculated) -> list[Tie]:
    return of_items(event)


@ties.register
def adopted_agenda(event: AgendaAdopted) -> list[Tie]:
    return [*of_items(event), Tie(pool_of(event.mechanism), event.meeting, ended=True)]


def of_items(event: AgendaCirculated | AgendaAdopted) -> list[Tie]:
    """An item belongs to its meeting and to what it goes back to; a proposal to the meeting."""
    found = [Tie(item.item, event.meeting) for item in event.items]
    for item in event.items:
        if item.origin is None:
            continue
        found.append(Tie(item.item, item.origin.id))
        if item.origin.kind is OriginKind.PROPOSAL:
            found.append(Tie(item.origin.id, event.meeting))
            found.append(Tie(item.origin.id, pool_of(event.mechanism), ended=True))
    return found


@ties.register
def under_silence(event: SilenceStarted) -> list[Tie]:
    return [Tie(event.silence, event.meeting)] if event.meeting else []


@ties.register
def minuted(event: MinutesAdopted) -> list[Tie]:
    return [Tie(event.symbol, event.meeting)]


@ties.register
def decided(event: DecisionAdopted) -> list[Tie]:
    owners = (event.meeting, event.item, event.silence)
    return [Tie(event.symbol, owner) for owner in owners if owner]


@ties.register
def corrected(event: CorrigendumIssued) -> list[Tie]:
    return [Tie(event.symbol, event.corrects)]


@ties.register
def owed(event: FollowUpOpened) -> list[Tie]:
    return [Tie(event.follow_up, event.decision)]


@ties.register
def reported(event: FollowUpReported) -> list[Tie]:
    return [Tie(event.report, event.follow_up)]


@ties.register
def handed_on(event: ReferralMade) -> list[Tie]:
    return [Tie(event.referral, event.decision)]


TYING: tuple[type[Event], ...] = tuple(
    kind for kind in ties.registry if issubclass(kind, Event) and kind is not Event
)
