"""What each event leaves behind in the lineage: nodes, links between them, and acts upon them.

A link goes from what was there before to what came of it. An act is one line of a node's history.
"""

from functools import singledispatch

from events.agendas import (
    AgendaAdopted,
    AgendaCirculated,
    AgendaItem,
    ItemPostponed,
    ItemProposed,
    LeaveGranted,
    LeaveRefused,
    OriginKind,
    ProposalWithdrawn,
)
from events.decisions import CorrigendumIssued, DecisionAdopted
from events.event import Event, Fact
from events.followups import (
    FollowUpAccepted,
    FollowUpEscalated,
    FollowUpExtended,
    FollowUpOpened,
    FollowUpOverdue,
    FollowUpReminded,
    FollowUpReported,
    FollowUpReturned,
    FollowUpWithdrawn,
    ReferralMade,
    ReferralTaken,
)
from events.mechanisms import AgreementRegistered, ObligationAdvanced
from events.meetings import (
    MeetingCancelled,
    MeetingClosed,
    MeetingHandedOver,
    MeetingOpened,
    MeetingPlanned,
    MeetingRechecked,
    MeetingRescheduled,
    MeetingScheduled,
    MilestonesSet,
    RestrictionSet,
)
from events.minutes import MinutesAdopted, SilenceBroken, SilenceHeld, SilenceStarted
from events.moments import written
from events.polls import PollOpened
from services.deeds import done
from services.icalendar.dates import moment_in

ENGLISH = "en"
LONGEST_TITLE = 300
ON_ITS_AGENDA = "had on its agenda"
TAKEN_OFF = "taken off the agenda"


class Node(Fact):
    """Something that can be traced."""

    id: str
    kind: str
    title: str


class Link(Fact):
    """`after` came of `before`; read: `before` `relation` `after`."""

    before: str
    relation: str
    after: str


class Act(Fact):
    """What happened to a node; its last act is how it stands.

    `named` is the id of a party or a body whose name, after `lead`, stands before the note.
    """

    node: str
    what: str
    note: str | None = None
    named: str | None = None
    lead: str = ""


Trace = Node | Link | Act

CARRIED_AS = {
    OriginKind.PROPOSAL: "was put on the agenda as",
    OriginKind.FOLLOW_UP: "was carried to",
    OriginKind.ESCALATION: "was escalated to",
    OriginKind.REFERRAL: "was referred to",
    OriginKind.POSTPONED: "was postponed to",
    OriginKind.ANNOUNCEMENT: "was announced as",
}


@singledispatch
def traces(event: Event) -> list[Trace]:
    """What `event` leaves behind; events that concern no chain leave nothing."""
    del event
    return []


@traces.register
def agreement(event: AgreementRegistered) -> list[Trace]:
    found: list[Trace] = [Node(id=event.key, kind="agreement", title=shortened(event.summary))]
    for obligation in event.obligations:
        found += [
            Node(id=obligation.id, kind="obligation", title=obligation.action),
            Link(before=event.key, relation="asks", after=obligation.id),
            Act(node=obligation.id, what=f"registered, to {obligation.modality}"),
        ]
    return [*found, Act(node=event.key, what="registered")]


@traces.register
def obligation(event: ObligationAdvanced) -> list[Trace]:
    return [Act(node=event.obligation, what=event.state, note=event.decision or event.reason)]


@traces.register
def planned(event: MeetingPlanned) -> list[Trace]:
    return [
        Node(id=event.meeting, kind="meeting", title=event.title),
        *acts_on(event.meeting, event),
    ]


@traces.register
def meeting(
    event: PollOpened
    | MeetingHandedOver
    | MeetingScheduled
    | MeetingRescheduled
    | MilestonesSet
    | MeetingRechecked
    | RestrictionSet
    | MeetingOpened
    | MeetingClosed
    | MeetingCancelled,
) -> list[Trace]:
    return [*acts_on(event.meeting, event)]


def acts_on(meeting: str, event: Event) -> list[Act]:
    """What `event` did with a meeting, as its page tells it."""
    deed = done(event)
    if deed is None:
        return []
    note = ": ".join(filter(None, [deed.about, deed.reason]))
    return [Act(node=meeting, what=deed.deed, note=note or None)]


@traces.register
def proposed(event: ItemProposed) -> list[Trace]:
    return [
        Node(id=event.proposal, kind="proposal", title=event.title),
        *serving(event.serves, event.proposal),
        Act(node=event.proposal, what="supplementary" if event.supplementary else "proposed"),
    ]


@traces.register
def withdrawn_proposal(event: ProposalWithdrawn) -> list[Trace]:
    return [Act(node=event.proposal, what="withdrawn")]


@traces.register
def leave_granted(event: LeaveGranted) -> list[Trace]:
    return [Act(node=event.proposal, what="admitted", note=event.meeting)]


@traces.register
def leave_refused(event: LeaveRefused) -> list[Trace]:
    return [Act(node=event.proposal, what="kept for later", note=event.reason)]


@traces.register
def circulated(event: AgendaCirculated) -> list[Trace]:
    what = "on the provisional agenda"
    return [trace for item in event.items for trace in item_traces(event.meeting, item, what)]


@traces.register
def adopted_agenda(event: AgendaAdopted) -> list[Trace]:
    what = "on the adopted agenda"
    return [trace for item in event.items for trace in item_traces(event.meeting, item, what)]


def item_traces(meeting: str, item: AgendaItem, what: str) -> list[Trace]:
    """A standing item comes of its meeting alone; any other has an origin too."""
    found: list[Trace] = [
        Node(id=item.item, kind="agenda item", title=item.title),
        Link(before=meeting, relation=ON_ITS_AGENDA, after=item.item),
        Act(node=item.item, what=what, note=f"item {item.number}"),
    ]
    if item.origin is not None:
        relation = CARRIED_AS[item.origin.kind]
        found.append(Link(before=item.origin.id, relation=relation, after=item.item))
    return found


@traces.register
def postponed(event: ItemPostponed) -> list[Trace]:
    return [Act(node=event.item, what="postponed", note=event.reason)]


@traces.register
def decision(event: DecisionAdopted) -> list[Trace]:
    found: list[Trace] = [
        Node(id=event.symbol, kind="decision", title=shortened(event.decision.text)),
        *serving(event.decision.serves, event.symbol),
        Act(node=event.symbol, what="adopted", note=f"by {event.mode}"),
        *(
            Act(node=event.symbol, what=p.kind.replace("_", " "), named=p.party, note=p.text)
            for p in event.positions
        ),
    ]
    if event.item is not None:
        found.append(Link(before=event.item, relation="led to", after=event.symbol))
    if event.silence is not None:
        found.append(Link(before=event.silence, relation="held, and gave", after=event.symbol))
    return found


@traces.register
def silence(event: SilenceStarted) -> list[Trace]:
    title = shortened(event.text) if event.text else f"Minutes of {event.meeting}"
    found: list[Trace] = [
        Node(id=event.silence, kind="silence procedure", title=title),
        Act(node=event.silence, what="started", note=f"until {moment_in(event.expires, ENGLISH)}"),
    ]
    if event.meeting is not None:
        relation = "had its minutes put under"
        found.append(Link(before=event.meeting, relation=relation, after=event.silence))
    return found


@traces.register
def silence_broken(event: SilenceBroken) -> list[Trace]:
    return [Act(node=event.silence, what="broken", named=event.party, note=event.text)]


@traces.register
def silence_held(event: SilenceHeld) -> list[Trace]:
    return [Act(node=event.silence, what="held")]


@traces.register
def minutes(event: MinutesAdopted) -> list[Trace]:
    return [
        Node(id=event.symbol, kind="minutes", title=f"Minutes of {event.meeting}"),
        Link(before=event.meeting, relation="is minuted in", after=event.symbol),
        Act(node=event.symbol, what="adopted", note=f"by {event.mode}"),
        *(Link(before=event.symbol, relation="records", after=d) for d in event.decisions),
    ]


@traces.register
def corrigendum(event: CorrigendumIssued) -> list[Trace]:
    return [
        Node(id=event.symbol, kind="corrigendum", title=shortened(event.text)),
        Link(before=event.corrects, relation="is corrected by", after=event.symbol),
        Act(node=event.symbol, what="issued", note=", ".join(event.languages)),
    ]


@traces.register
def follow_up(event: FollowUpOpened) -> list[Trace]:
    return [
        Node(id=event.follow_up, kind="follow-up", title=event.task),
        Link(before=event.decision, relation="asked for", after=event.follow_up),
        Act(
            node=event.follow_up,
            what="opened",
            named=event.party,
            note=f"due {written(event.due)}",
        ),
    ]


@traces.register
def reminded(event: FollowUpReminded) -> list[Trace]:
    return [Act(node=event.follow_up, what="reminded", note=f"due {written(event.due)}")]


@traces.register
def reported(event: FollowUpReported) -> list[Trace]:
    return [
        Node(id=event.report, kind="report", title=shortened(event.text)),
        Link(before=event.follow_up, relation="was reported on in", after=event.report),
        Act(node=event.report, what="reported", note=event.evidence),
        Act(node=event.follow_up, what="reported"),
    ]


@traces.register
def accepted(event: FollowUpAccepted) -> list[Trace]:
    return [
        Act(node=event.report, what="accepted"),
        Act(node=event.follow_up, what="accepted"),
    ]


@traces.register
def returned(event: FollowUpReturned) -> list[Trace]:
    return [
        Act(node=event.report, what="returned", note=event.reason),
        Act(node=event.follow_up, what="open again", note=event.reason),
    ]


@traces.register
def overdue(event: FollowUpOverdue) -> list[Trace]:
    return [Act(node=event.follow_up, what="overdue", note=f"since {written(event.due)}")]


@traces.register
def extended(event: FollowUpExtended) -> list[Trace]:
    note = f"to {written(event.due)}: {event.reason}"
    return [Act(node=event.follow_up, what="extended", note=note)]


@traces.register
def escalated(event: FollowUpEscalated) -> list[Trace]:
    return [Act(node=event.follow_up, what="escalated", named=event.to, lead="to ")]


@traces.register
def withdrawn(event: FollowUpWithdrawn) -> list[Trace]:
    return [Act(node=event.follow_up, what="withdrawn", note=event.reason)]


@traces.register
def referral(event: ReferralMade) -> list[Trace]:
    return [
        Node(id=event.referral, kind="referral", title=event.title),
        Link(before=event.decision, relation="was handed on by", after=event.referral),
        Act(node=event.referral, what="made", named=event.to, lead="to "),
    ]


@traces.register
def taken(event: ReferralTaken) -> list[Trace]:
    by = {"named": event.to, "lead": "by ", "note": f"in {event.meeting}"}
    return [Act(node=event.referral, what="taken up", **by)]


def serving(obligations: tuple[str, ...], after: str) -> list[Trace]:
    return [
        Link(before=obligation, relation="is served by", after=after) for obligation in obligations
    ]


def shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_TITLE else line[: LONGEST_TITLE - 1] + "…"
