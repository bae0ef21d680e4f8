"""One meeting's agenda, from its convocation to its end.

    collecting ─► provisional ─► adopted ─► concluded
        │          ▲ │ └─┘ revised
        └──────────┴─┴─► withdrawn          when cancelled, or closed without having adopted it

Item 1 is always the adoption of the agenda. Then come the standing items of the rules, what is
carried forward under one heading (N.1, N.2, …), the proposals, the supplementary items, and the
closing items of the rules. An item keeps its identity when its number changes.
"""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from events.agendas import (
    AgendaAdopted,
    AgendaCirculated,
    AgendaItem,
    AgendaWithdrawn,
    ItemKind,
    ItemPostponed,
    ItemsRestricted,
    Origin,
    OriginKind,
    SubmissionsClosed,
)
from events.event import Event, Fact
from events.mechanisms import MilestoneKind, Rules
from events.meetings import MeetingScheduled
from events.moments import Zone
from events.vocabulary import Actor, Identifier, ObligationId
from services import rights
from services.agendas.rules.pool import Pool
from services.refusals import NotFoundError, UnacceptableError, WrongStateError
from services.state import State

ADOPTION = "Adoption of the agenda"
RESTRICTED = "Restricted"
HEADING = "Matters carried forward"
MOVABLE = (ItemKind.PROPOSED, ItemKind.SUPPLEMENTARY)


class Stage(StrEnum):
    """Where an agenda stands."""

    COLLECTING = "collecting"
    PROVISIONAL = "provisional"
    ADOPTED = "adopted"
    CONCLUDED = "concluded"
    WITHDRAWN = "withdrawn"


class Agenda(State):
    """The agenda of one meeting (the id is the meeting's). `circulated` counts its revisions.

    `due` is when what concerns it is due, as scheduling has planned it; `zone` is that of its date.
    """

    title: str
    starts: datetime
    chair: Identifier
    rules: Rules
    stage: Stage = Stage.COLLECTING
    meeting_open: bool = False
    circulated: int = 0
    items: tuple[AgendaItem, ...] = ()
    numbered: int = 0
    postponed: tuple[Identifier, ...] = ()
    due: dict[MilestoneKind, datetime] = {}
    zone: Zone = "UTC"

    @property
    def mentions(self) -> tuple[str, ...]:
        return tuple(item.item for item in self.items)

    @property
    def origins(self) -> tuple[str, ...]:
        """The ids of what its items go back to."""
        return tuple(item.origin.id for item in self.items if item.origin)

    def without(self, hidden: Collection[str]) -> Self:
        """Items that go back to a restricted meeting keep their place, and nothing else."""
        items = tuple(blank(item) if item.item in hidden else item for item in self.items)
        return self.model_copy(update={"items": items})

    @property
    def submissions_until(self) -> datetime:
        """From this instant on a proposal is supplementary."""
        planned = self.due.get(MilestoneKind.PROPOSALS)
        return planned or self.starts - timedelta(days=self.rules.proposals_days)

    @property
    def circulation_at(self) -> datetime:
        """When the provisional agenda goes out by itself."""
        planned = self.due.get(MilestoneKind.PROVISIONAL_AGENDA)
        return planned or self.starts - timedelta(days=self.rules.circulation_days)


class Line(Fact):
    """An item before it has a number."""

    title: str
    kind: ItemKind
    origin: Origin | None = None
    proposed_by: Identifier | None = None
    serves: tuple[ObligationId, ...] = ()


def blank(item: AgendaItem) -> AgendaItem:
    """What others are told of an item that goes back to a restricted meeting."""
    place = {"item": item.item, "number": item.number, "kind": item.kind}
    return AgendaItem.model_validate({**place, "title": RESTRICTED, "restricted": True})


def expect(event: MeetingScheduled) -> Agenda:
    """The agenda that a convocation brings into being."""
    return Agenda(
        id=event.meeting,
        mechanism=event.mechanism,
        title=event.title,
        starts=event.span.starts.at,
        zone=event.span.starts.zone,
        chair=event.turn.chair,
        rules=event.rules,
    )


def close_submissions(agenda: Agenda) -> list[Event]:
    """The submission deadline has come."""
    return [SubmissionsClosed(mechanism=agenda.mechanism, meeting=agenda.id)]


def circulate(
    agenda: Agenda, pool: Pool, restricted: Collection[str] = (), *, actor: Actor
) -> list[Event]:
    """Send the provisional agenda to all parties, early by the secretary or by itself in time.

    `restricted` are the ids of what goes back to a restricted meeting.
    """
    rights.secretary(actor, "circulate the provisional agenda")
    if agenda.stage is not Stage.COLLECTING:
        raise WrongStateError(f"the agenda is {agenda.stage}; it was circulated already")
    return [circulation(agenda, arrange(agenda, pool, restricted), revision=0)]


def revise(agenda: Agenda, pool: Pool, restricted: Collection[str] = ()) -> list[Event]:
    """The next revision of a provisional agenda, if what waits for it has changed."""
    items = arrange(agenda, pool, restricted)
    if agenda.stage is not Stage.PROVISIONAL or items == agenda.items:
        return []
    return [circulation(agenda, items, revision=agenda.circulated)]


def restrict(agenda: Agenda, restricted: Collection[str]) -> list[Event]:
    """Say which items go back to a restricted meeting, if others do; at whatever stage.

    `restricted` are the ids of what goes back to one.
    """
    items = tuple(
        item.model_copy(update={"restricted": goes_back(item.origin, restricted)})
        for item in agenda.items
    )
    if items == agenda.items:
        return []
    return [ItemsRestricted(mechanism=agenda.mechanism, meeting=agenda.id, items=items)]


def goes_back(origin: Origin | None, restricted: Collection[str]) -> bool:
    return origin is not None and origin.id in restricted


def reorder(agenda: Agenda, order: tuple[str, ...], *, actor: Actor) -> list[Event]:
    """Put the proposed and supplementary items of a provisional agenda into another order.

    Nobody is told of an order that it has already.
    """
    rights.secretary(actor, "reorder the agenda")
    require(agenda, Stage.PROVISIONAL, "be reordered")
    movable = [item.item for item in agenda.items if item.kind in MOVABLE]
    if sorted(order) != sorted(movable):
        raise UnacceptableError(
            f"name each proposed and supplementary item once, in the order wanted: {movable}"
        )
    by_id = {item.item: item for item in agenda.items}
    ordered = iter([by_id[item] for item in order])
    lines = [next(ordered) if item.kind in MOVABLE else item for item in agenda.items]
    items = renumber(lines)
    if items == agenda.items:
        return []
    return [circulation(agenda, items, revision=agenda.circulated)]


def adopt(agenda: Agenda, *, without: tuple[str, ...], reason: str, actor: Actor) -> list[Event]:
    """Adopt the agenda as item 1 of the open meeting; items left out go to the next meeting."""
    rights.chair(actor, agenda.chair, "declare the agenda adopted")
    if agenda.stage is Stage.COLLECTING:
        raise WrongStateError("no provisional agenda was circulated; circulate it first")
    require(agenda, Stage.PROVISIONAL, "be adopted")
    if not agenda.meeting_open:
        raise WrongStateError("the agenda is adopted in the meeting; open the meeting first")
    dropped = [movable_item(agenda, item) for item in without]
    kept = [item for item in agenda.items if item not in dropped]
    return [
        AgendaAdopted(mechanism=agenda.mechanism, meeting=agenda.id, items=renumber(kept)),
        *(postponement(agenda, item, reason) for item in dropped),
    ]


def postpone(agenda: Agenda, item: str, *, reason: str, actor: Actor) -> list[Event]:
    """Leave an adopted item to the next meeting."""
    rights.chair(actor, agenda.chair, "postpone an item")
    require(agenda, Stage.ADOPTED, "have an item postponed")
    if item in agenda.postponed:
        raise WrongStateError(f"{item} was postponed already")
    return [postponement(agenda, movable_item(agenda, item), reason)]


def withdraw(agenda: Agenda) -> list[Event]:
    """The meeting was cancelled."""
    return [AgendaWithdrawn(mechanism=agenda.mechanism, meeting=agenda.id)]


def conclude(agenda: Agenda) -> Agenda:
    """The meeting is closed; an agenda that it did not adopt has come to nothing."""
    adopted = agenda.stage is Stage.ADOPTED
    stage = Stage.CONCLUDED if adopted else Stage.WITHDRAWN
    return agenda.model_copy(update={"meeting_open": False, "stage": stage})


def evolve(agenda: Agenda, event: Event) -> Agenda:
    """The agenda after an event of this service."""
    match event:
        case AgendaCirculated():
            change = {
                "stage": Stage.PROVISIONAL,
                "circulated": event.revision + 1,
                "items": event.items,
                "numbered": max(agenda.numbered, *(serial(item) for item in event.items)),
            }
        case AgendaAdopted():
            change = {"stage": Stage.ADOPTED, "items": event.items}
        case ItemsRestricted():
            change = {"items": event.items}
        case ItemPostponed():
            change = {"postponed": (*agenda.postponed, event.item)}
        case AgendaWithdrawn():
            change = {"stage": Stage.WITHDRAWN}
        case SubmissionsClosed():
            change = {}
        case _:
            raise TypeError(f"no agenda changes by {event.type}")
    return agenda.model_copy(update=change)


def arrange(agenda: Agenda, pool: Pool, restricted: Collection[str]) -> tuple[AgendaItem, ...]:
    """The items in their order, with numbers; items that stood before keep their identity."""
    known = {identity(item): item.item for item in agenda.items}
    serials = iter(range(agenda.numbered + 1, agenda.numbered + 10_000))
    lines = []
    for line in wanted(agenda, pool):
        key = known.get(identity(line)) or f"{agenda.id}.i{next(serials)}"
        lines.append(
            AgendaItem(
                item=key,
                number="1",
                title=line.title,
                kind=line.kind,
                origin=line.origin,
                proposed_by=line.proposed_by,
                serves=line.serves,
                restricted=goes_back(line.origin, restricted),
            )
        )
    return renumber(lines)


def wanted(agenda: Agenda, pool: Pool) -> Iterator[Line]:
    """What belongs on the agenda, in order."""
    for title in (ADOPTION, *agenda.rules.standing_items):
        yield Line(title=title, kind=ItemKind.STANDING)
    if pool.carried:
        yield Line(title=HEADING, kind=ItemKind.STANDING)
    for matter in pool.carried:
        yield Line(
            title=matter.title, kind=ItemKind.CARRIED, origin=matter.origin, serves=matter.serves
        )
    admitted = [proposal for proposal in pool.proposals if proposal.admitted]
    place = {item.origin.id: number for number, item in enumerate(agenda.items) if item.origin}
    last = len(agenda.items)
    for proposal in sorted(admitted, key=lambda p: (p.supplementary, place.get(p.id, last))):
        yield Line(
            title=proposal.title,
            kind=ItemKind.SUPPLEMENTARY if proposal.supplementary else ItemKind.PROPOSED,
            origin=Origin(kind=OriginKind.PROPOSAL, id=proposal.id),
            proposed_by=proposal.party,
            serves=proposal.serves,
        )
    for title in agenda.rules.closing_items:
        yield Line(title=title, kind=ItemKind.STANDING)


def renumber(items: list[AgendaItem]) -> tuple[AgendaItem, ...]:
    """The items with numbers in their order: carried ones as N.1, N.2, … under the one before."""
    numbered = []
    number = below = 0
    for item in items:
        if item.kind is ItemKind.CARRIED:
            below += 1
            place = f"{number}.{below}"
        else:
            number += 1
            below = 0
            place = str(number)
        numbered.append(item.model_copy(update={"number": place}))
    return tuple(numbered)


def identity(line: Line | AgendaItem) -> tuple[str, str]:
    """What makes an item the same in two revisions: its origin, or a standing item's title."""
    return (line.origin.kind, line.origin.id) if line.origin else (ItemKind.STANDING, line.title)


def serial(item: AgendaItem) -> int:
    return int(item.item.rpartition(".i")[2])


def circulation(agenda: Agenda, items: tuple[AgendaItem, ...], *, revision: int) -> Event:
    return AgendaCirculated(
        mechanism=agenda.mechanism, meeting=agenda.id, revision=revision, items=items
    )


def postponement(agenda: Agenda, item: AgendaItem, reason: str) -> Event:
    return ItemPostponed(
        mechanism=agenda.mechanism,
        item=item.item,
        meeting=agenda.id,
        title=item.title,
        origin=item.origin,
        serves=item.serves,
        reason=reason,
    )


def movable_item(agenda: Agenda, key: str) -> AgendaItem:
    """The item `key`, if it may go to another meeting; standing items come back by themselves."""
    for item in agenda.items:
        if item.item == key:
            if item.kind is ItemKind.STANDING:
                raise UnacceptableError(f"{item.title!r} is a standing item and is not postponed")
            return item
    raise NotFoundError(f"the agenda of {agenda.id} has no item {key}")


def require(agenda: Agenda, stage: Stage, what: str) -> None:
    if agenda.stage is not stage:
        raise WrongStateError(f"the agenda is {agenda.stage}, and must be {stage} to {what}")
