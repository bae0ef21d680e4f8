"""Whether dates of a plan may still be taken: only as it has them, and with no other plan's."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from events.mechanisms import MilestoneKind, Rules
from events.moments import written
from events.plans import Planned, PlanPartAccepted
from events.vocabulary import Actor
from services import rights
from services.planning.rules.bonds import bonds
from services.planning.rules.brief import Brief, Firmness
from services.planning.rules.dates import ONE_DAY, off, slot_of
from services.planning.rules.neighbours import with_neighbours
from services.planning.rules.newest import check_in_place
from services.planning.rules.plan import Plan, Stage, require
from services.planning.rules.poll import Poll, blocked, refusals
from services.planning.rules.since import planned_since
from services.planning.rules.standing import Stage as Known
from services.planning.rules.standing import Standing
from services.quantities import counted
from services.refusals import UnacceptableError, WrongStateError
from services.rotation import Rotation, coming
from services.working_time.calendar import Calendar
from services.working_time.counting import last_asking


@dataclass(frozen=True, slots=True)
class Now:
    """What is known when dates are accepted: meetings, their polls, turns, the plans of the year.

    `rules` are those of each body, by its id; `calendar` says when parties work. `brief` is what
    the plan was made from; of the dates of `asked_of` delegations are asked.
    """

    today: date
    brief: Brief
    standings: Mapping[str, Standing]
    turns: Mapping[str, Rotation]
    rules: Mapping[str, Rules]
    plans: Sequence[Plan]
    asked_of: Collection[str]
    calendar: Calendar
    polls: Sequence[Poll] = ()


def accept(
    plan: Plan, named: Iterable[str] | None, now: Now, *, again: bool = False, actor: Actor
) -> list[PlanPartAccepted]:
    """Take the dates of these bodies and single meetings; None: of all that are left.

    Refused where another plan has taken its place, and where a date has passed, is too near to
    ask and to convoke, is a day off by now or was refused by all, or a meeting has got another date
    or host, was cancelled, was let stand, or was convoked too near, since it was made. A date that
    was dropped is taken for the host of now. Where delegations have answered a poll already, they
    are not asked `again` unless that is meant.
    """
    rights.secretary(actor, "accept a plan")
    require(plan, Stage.PROPOSED, "be accepted")
    check_in_place(plan, now.plans, now.asked_of)
    if not plan.open:
        raise WrongStateError(f"every date of {plan.id} stands already; there is nothing to accept")
    wanted = plan.open_parts if named is None else tuple(dict.fromkeys(named))
    for name in wanted:
        check_part(plan, name, now)
    asked = [
        as_hosted(plan, one, now) for one in plan.open if {one.mechanism, one.meeting} & set(wanted)
    ]
    for one in asked:
        check_still_so(plan, one, now)
    check_apart(plan, asked, now)
    check_neighbours(plan, asked, now)
    if not again:
        check_unanswered(asked, now)
    bodies = dict.fromkeys(one.mechanism for one in asked)
    return [
        PlanPartAccepted(
            mechanism=body,
            plan=plan.id,
            year=plan.year,
            meetings=tuple(one for one in asked if one.mechanism == body),
        )
        for body in bodies
    ]


def check_part(plan: Plan, name: str, now: Now) -> None:
    """That a body or a meeting has a date to accept."""
    if any(name in {one.mechanism, one.meeting} for one in plan.open):
        return
    single = next((one for one in plan.meetings if one.meeting == name), None)
    if name in plan.accepted or (single and plan.has_accepted(single)):
        raise WrongStateError(f"the dates of {name} are accepted already; name others")
    if single:
        raise WrongStateError(f"{name} stands on {written(single.first)} already; name others")
    if name in planned_since(plan, now.standings.values()):
        raise WrongStateError(
            f"{name} was planned since {plan.id} was asked for, which does not know of it; make "
            f"another from it: secretariat plan replan {plan.id}"
        )
    parts = ", ".join(plan.open_parts)
    raise UnacceptableError(f"{plan.id} has no date of {name} to accept; it has of {parts}")


def as_hosted(plan: Plan, one: Planned, now: Now) -> Planned:
    """The meeting; where its date was dropped, with the host that it has by now."""
    host = host_of(plan, one, now) if one.meeting in plan.dropped else None
    return one.model_copy(update={"host": host}) if host else one


def host_of(plan: Plan, one: Planned, now: Now) -> str | None:
    """Who hosts the meeting by now; None where it is no meeting to come."""
    if standing := now.standings.get(one.meeting):
        return standing.host
    most = len(plan.meetings) + len(plan.left_out)
    return coming(now.turns[one.mechanism], plan.year, most).get(one.meeting)


def check_still_so(plan: Plan, one: Planned, now: Now) -> None:
    if one.meeting in let_stand(plan, now):
        raise WrongStateError(
            f"{one.meeting} need not move any more: it was let stand, or its day off was taken "
            f"back, since {plan.id} was made; accept other meetings by name, or make another from "
            f"it: secretariat plan replan {plan.id}"
        )
    if why := changed(plan, one, now):
        raise WrongStateError(
            f"{one.meeting} {why}; make another from it: secretariat plan replan {plan.id}"
        )


def check_unanswered(taken: Iterable[Planned], now: Now) -> None:
    """Another poll withdraws those about its meeting, and their answers are lost."""
    meetings = {one.meeting for one in taken}
    if lost := answered(poll for poll in now.polls if poll.meeting in meetings):
        named = "; ".join(map(answers_to, lost))
        raise WrongStateError(
            f"{named}; another poll would withdraw what was answered. Close it or withdraw it "
            "first, or say ask_again"
        )


def answered(polls: Iterable[Poll]) -> list[Poll]:
    """Those whose answers would be lost if their delegations were asked about another date."""
    return [poll for poll in polls if poll.waits and poll.answered]


def answers_to(poll: Poll) -> str:
    """Like `customs-heads-2028-1.poll1 is open, and 2 delegations have answered it`."""
    if not poll.answered:
        return f"{poll.id} is {poll.stage}, and no delegation has answered it"
    have = counted(len(poll.answered), "delegation has", "delegations have")
    return f"{poll.id} is {poll.stage}, and {have} answered it"


def check_apart(plan: Plan, taken: Iterable[Planned], now: Now) -> None:
    """A date that the plan does not have a meeting on, because that was convoked or let stand.

    The plan does not have one for another host either: that date is compared with all of the plan.
    """
    taken = list(taken)
    dates = {one.meeting: one.first for one in taken}
    held = {**stands_otherwise(plan, now), **dates}
    planned = {one.meeting: one.first for one in plan.meetings if one.meeting not in plan.dropped}
    otherwise = {one.meeting for one in taken if one.host != now.brief.meeting[one.meeting].host}
    for bond in bonds(hosted_as(now.brief, taken)):
        one, other = bond.first.id, bond.second.id
        on = {**planned, **held} if bond.ids & otherwise else held
        slots = {id_: slot_of(on[id_]) for id_ in bond.ids & on.keys()}
        if dates.keys() & bond.ids and bond.broken(*bond.of_both(slots)):
            raise WrongStateError(
                f"{one} on {written(on[one])} and {other} on {written(on[other])} cannot both be: "
                f"{bond.why_not(on[one], on[other])}; "
                f"make another plan from this one: secretariat plan replan {plan.id}"
            )


def check_neighbours(plan: Plan, taken: Sequence[Planned], now: Now) -> None:
    """A date beside which a meeting of the year before or after was convoked since."""
    brief = with_neighbours(hosted_as(now.brief, taken), now.standings.values())
    for one in taken:
        for each in brief.meeting[one.meeting].taken_by(one.first):
            raise WrongStateError(
                f"{one.meeting} cannot be on {written(one.first)}: {each.why}; "
                f"make another plan from this one: secretariat plan replan {plan.id}"
            )


def hosted_as(brief: Brief, taken: Iterable[Planned]) -> Brief:
    """The brief with the hosts of the meetings that are taken."""
    hosts = {one.meeting: one.host for one in taken}
    meetings = (
        meeting.model_copy(update={"host": hosts.get(meeting.id, meeting.host)})
        for meeting in brief.meetings
    )
    return brief.model_copy(update={"meetings": tuple(meetings)})


def stands_otherwise(plan: Plan, now: Now) -> dict[str, date]:
    """The meetings that were convoked for a date, or let stand on it, since the plan was made."""
    known = {meeting.id: meeting.on for meeting in now.brief.meetings}
    stay = let_stand(plan, now)
    moving = asked_to_move(now)
    return {
        one.id: one.first
        for one in now.standings.values()
        if one.stage is Known.CONVOKED and one.first and one.first.year == plan.year
        if one.first != known.get(one.id) or one.id in stay
        if one.id not in moving
    }


def asked_to_move(now: Now) -> set[str]:
    """The convoked meetings that the plan has on another date, about which a poll still asks."""
    waiting = {poll.meeting for poll in now.polls if poll.waits}
    asked = {one.id for one in now.brief.meetings if one.firmness is Firmness.ASKED}
    return waiting & asked


def let_stand(plan: Plan, now: Now) -> set[str]:
    """The meetings that it moves for days that they had lost, and of which they lack none now."""
    lost = {meeting.id: meeting.on for meeting in now.brief.meetings if meeting.lost}
    moved = [now.standings[one.meeting] for one in plan.moved if one.meeting in lost]
    return {one.id for one in moved if one.first == lost[one.id] and not one.lost}


def changed(plan: Plan, one: Planned, now: Now) -> str | None:
    """What is no longer as it was when the plan was made."""
    if one.first <= now.today:
        return f"was to meet on {written(one.first)}, which has passed since {plan.id} was made"
    if one.first in refused_by_all(one, now):
        return f"was to meet on {written(one.first)}, which every party has refused in a poll"
    if why := off_by_now(one, now):
        return f"can no longer be held as planned: {why}"
    standing = now.standings.get(one.meeting)
    turns = now.turns[one.mechanism]
    if standing is not None:
        before = next((each.previous for each in plan.moved if each.meeting == one.meeting), None)
        moved = standing.stage is not Known.CONVOKED or standing.first != before
        if standing.stage is not Known.INTENDED and moved:
            return f"was {standing.stage} since {plan.id} was made"
    host = host_of(plan, one, now)
    if host == one.host:
        return too_late(one, now)
    by = turns.name(host) if host else "nobody"
    because = f": {turns.reason(host)}" if host and standing is None else ""
    return (
        f"is to be hosted by {by}, and no longer by {turns.name(one.host)} as in {plan.id}{because}"
    )


def refused_by_all(one: Planned, now: Now) -> set[date]:
    """The dates of its meeting that every party has refused."""
    refused = refusals(poll for poll in now.polls if poll.meeting == one.meeting)
    return set(blocked(refused, now.brief.body[one.mechanism].parties))


def off_by_now(one: Planned, now: Now) -> str | None:
    """A day off on it; not one on which the secretary has fixed the date all the same."""
    fixed = now.brief.meeting[one.meeting].fixed == one.first
    names = now.brief.party
    for ahead in range((one.last - one.first).days + 1):
        on = one.first + ahead * ONE_DAY
        for party in now.brief.body[one.mechanism].parties:
            day = now.calendar.day(party, on)
            if not day.works and not (fixed and not now.brief.calendar.works(on, party)):
                return off(day, names[party])
    return None


def too_late(one: Planned, now: Now) -> str | None:
    """That it could not be convoked any more when delegations have answered."""
    rules = now.rules[one.mechanism]
    latest = last_asking(one.first, rules, now.calendar, one.host)
    if now.today <= latest:
        return None
    working = "working " if MilestoneKind.INVITATION in rules.working_days else ""
    return (
        f"on {written(one.first)} had to be accepted by {written(latest)}, for delegations to "
        "answer and for "
        f"{rules.notice_days} {working}days' notice"
    )
