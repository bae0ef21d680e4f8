"""What parties say about draft minutes: comments, objections, positions on decisions."""

from datetime import datetime

from events.decisions import Position, PositionKind
from events.event import Event
from events.minutes import MinutesCommented
from events.vocabulary import Actor
from services import rights
from services.minutes.rules import positions
from services.minutes.rules.changes import (
    Change,
    ObjectionRaised,
    ObjectionWithdrawn,
    PositionAttached,
    PositionDetached,
)
from services.minutes.rules.minutes import (
    Minutes,
    Stage,
    require,
    require_draft,
    require_entry,
    require_no_silence,
)
from services.refusals import NotFoundError, WrongStateError


def comment(
    minutes: Minutes, *, item: str | None, text: str, actor: Actor, now: datetime
) -> list[Event]:
    """Comment on the draft or on one item, strictly before the end of the comment period."""
    party = rights.party(actor, minutes.parties, "comment on the minutes")
    require_in_time(minutes, "be commented on", now, Stage.CIRCULATED)
    assert minutes.comments_until is not None
    if now >= minutes.comments_until:
        raise WrongStateError(
            f"comments were taken until {minutes.comments_until.isoformat()}; "
            "raise a formal objection if the text can't stand"
        )
    if item is not None:
        require_entry(minutes, item)
    return [
        MinutesCommented(
            mechanism=minutes.mechanism,
            meeting=minutes.id,
            comment=f"{minutes.id}.c{len(minutes.comments) + 1}",
            party=party,
            item=item,
            text=text,
        )
    ]


def object_to(minutes: Minutes, *, text: str, actor: Actor) -> list[Change]:
    """Object formally: there is no consensus until the objection is withdrawn.

    An objection to minutes under a silence procedure breaks silence: `silence.break_silence`.
    """
    party = rights.party(actor, minutes.parties, "object to the minutes")
    require(minutes, "be objected to", Stage.CIRCULATED)
    require_no_silence(minutes, "object to the minutes themselves")
    return [ObjectionRaised(party=party, text=text)]


def withdraw_objection(minutes: Minutes, *, actor: Actor) -> list[Change]:
    """Give up the objection that one's own party raised."""
    party = rights.party(actor, minutes.parties, "withdraw an objection")
    require(minutes, "have an objection withdrawn", Stage.DRAFT, Stage.CIRCULATED)
    if party not in {objection.party for objection in minutes.objections}:
        raise NotFoundError(f"no objection of {party} stands against the minutes of {minutes.id}")
    return [ObjectionWithdrawn(party=party)]


def attach_position(
    minutes: Minutes, draft: str, *, kind: PositionKind, text: str, actor: Actor, now: datetime
) -> list[Change]:
    """Attach a position to a proposed decision; it does not block the decision."""
    party = rights.party(actor, minutes.parties, "attach a position")
    require_in_time(minutes, "have a position attached", now, Stage.DRAFT, Stage.CIRCULATED)
    require_draft(minutes, draft)
    return [PositionAttached(draft=draft, position=Position(party=party, kind=kind, text=text))]


def detach_position(
    minutes: Minutes, draft: str, *, kind: PositionKind, actor: Actor, now: datetime
) -> list[Change]:
    """Take back a position that one's own party attached."""
    party = rights.party(actor, minutes.parties, "take a position back")
    require_in_time(minutes, "have a position taken back", now, Stage.DRAFT, Stage.CIRCULATED)
    positions.require(require_draft(minutes, draft).positions, party, kind)
    return [PositionDetached(draft=draft, party=party, kind=kind)]


def require_in_time(minutes: Minutes, what: str, now: datetime, *stages: Stage) -> None:
    """Refuse as well what comes at the expiry of silence or later: the text is adopted then."""
    require(minutes, what, *stages)
    if minutes.silence is not None and now >= minutes.silence.expires.at:
        raise WrongStateError(
            f"silence held until {minutes.silence.expires} and the minutes are adopted; "
            "ask the secretary for a corrigendum, or propose an item for the next meeting"
        )
