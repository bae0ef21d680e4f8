"""A host declines a meeting that was given to it, while no date binds anybody."""

from collections.abc import Sequence
from datetime import date

from events.event import Event
from events.meetings import MeetingHandedOver, Turn
from events.vocabulary import Actor
from services import rights
from services.refusals import UnacceptableError, WrongStateError
from services.rotation import Rotation, in_one_line, in_turn, refusals, refusing
from services.scheduling.rules.meeting import Meeting, Stage, named_chair
from services.scheduling.rules.rotation import check_party


def declined_by(
    rotation: Rotation, meetings: Sequence[Meeting], named: str | None, actor: Actor
) -> Meeting | None:
    """Which of the body's meetings is declined: the `named` one, or what is its host's alone.

    None where nobody names one and it is the turn that comes next. UnacceptableError where there is
    none of that name, and where the party has several without a date.
    """
    party = actor.party or rotation.queue[0]
    rights.coordinator(actor, party, "decline its turn to host")
    check_party(rotation, party)
    if named is not None:
        found = next((each for each in meetings if each.id == named), None)
        if found is None:
            raise UnacceptableError(f"{named} is no meeting of {rotation.mechanism}")
        return found
    if party == rotation.queue[0]:
        return None
    own = [each for each in meetings if each.turn.host == party]
    undated = [each for each in own if each.stage is Stage.PLANNED]
    if len(undated) > 1:
        ids = " and ".join(each.id for each in undated)
        raise UnacceptableError(
            f"{rotation.name(party)} is to host {ids}; give the meeting that it declines"
        )
    convoked = [each for each in own if each.stage is Stage.SCHEDULED]
    return next(iter((*undated, *convoked)), None)


def hand_over(
    rotation: Rotation, meeting: Meeting, *, reason: str, on: date, actor: Actor
) -> list[Event]:
    """The first who has not refused it hosts it, and chairs it unless another chair was named.

    Who was named stays the chair, whoever hosts, also after it has declined to host.
    """
    party = meeting.turn.host
    rights.coordinator(actor, party, f"decline to host {meeting.id}")
    if meeting.stage is Stage.SCHEDULED:
        raise WrongStateError(
            f"{meeting.id} is convoked, and {rotation.name(party)} hosts it; the secretary may "
            "cancel it, which gives the turn back, and then it can be declined"
        )
    if meeting.stage is not Stage.PLANNED:
        raise WrongStateError(f"{meeting.id} is {meeting.stage}; nobody can decline it any more")
    refused = refusing(rotation, meeting.id, party, reason, on)
    host = next((each for each in rotation.queue if each not in refused), None)
    if host is None:
        raise WrongStateError(
            f"every other party has declined {meeting.id}; let the secretary cancel it, and record "
            "a swap once another party agrees"
        )
    chair = named_chair(meeting) or host
    because = in_turn(refusals(rotation, refused))
    if chair in refused:
        because += f". {rotation.name(chair)} stays the chair that it was named"
    turn = Turn(
        host=host,
        chair=chair,
        because=in_one_line(because),
        co_hosts=tuple(each for each in meeting.turn.co_hosts if each != host),
    )
    return [
        MeetingHandedOver(
            mechanism=meeting.mechanism,
            meeting=meeting.id,
            turn=turn,
            party=party,
            reason=reason,
            on=on,
        )
    ]
