"""What people may ask of followups."""

from datetime import date
from typing import Annotated

from pydantic import Field

from events.event import Event
from events.followups import ReferralMade
from events.road.transaction import Transaction
from events.vocabulary import Identifier, Prose
from services import directory, restrictions
from services.followups.rules import followup as rules
from services.followups.rules import referral as referrals
from services.followups.rules.followup import FollowUp, Stage
from services.followups.rules.referral import Referral
from services.followups.tables import FOLLOW_UPS, REFERRALS
from services.inputs import Input, Reason
from services.refusals import WrongStateError

Link = Annotated[
    str,
    Field(pattern=r"^https?://[^\s<>\"]+$", max_length=2000, examples=["https://gov.example/r/7"]),
]


class NewReport(Input):
    """What was done, and where that can be seen."""

    text: Prose = Field(examples=["The express corridor at Irkeshtam opened on 1 June"])
    evidence: Link | None = Field(default=None, examples=["https://customs.example/irkeshtam"])


class Extension(Input):
    """A later due date."""

    due: date = Field(examples=["2027-12-01"])
    reason: Prose = Field(examples=["The tender had to be repeated"])


class NewReferral(Input):
    """The mechanism that the matter is handed to."""

    to: Identifier = Field(examples=["heads-of-state"])


async def report(work: Transaction, key: str, body: NewReport) -> FollowUp:
    follow_up = await FOLLOW_UPS.take(work, key)
    events = rules.report(follow_up, text=body.text, evidence=body.evidence, actor=work.cause.actor)
    return await change(work, follow_up, events)


async def accept(work: Transaction, key: str) -> FollowUp:
    follow_up = await FOLLOW_UPS.take(work, key)
    chair = await directory.presiding(work.session, follow_up.mechanism)
    events = rules.accept(follow_up, chair=chair, actor=work.cause.actor)
    return await change(work, follow_up, events)


async def give_back(work: Transaction, key: str, body: Reason) -> FollowUp:
    follow_up = await FOLLOW_UPS.take(work, key)
    chair = await directory.presiding(work.session, follow_up.mechanism)
    events = rules.give_back(
        follow_up, reason=body.reason, chair=chair, actor=work.cause.actor, now=work.now
    )
    return await change(work, follow_up, events)


async def extend(work: Transaction, key: str, body: Extension) -> FollowUp:
    follow_up = await FOLLOW_UPS.take(work, key)
    events = rules.extend(
        follow_up, due=body.due, reason=body.reason, actor=work.cause.actor, now=work.now
    )
    return await change(work, follow_up, events)


async def withdraw(work: Transaction, key: str, body: Reason) -> FollowUp:
    follow_up = await FOLLOW_UPS.take(work, key)
    events = rules.withdraw(follow_up, reason=body.reason, actor=work.cause.actor)
    return await change(work, follow_up, events)


async def refer(work: Transaction, key: str, body: NewReferral) -> Referral:
    follow_up = await FOLLOW_UPS.take(work, key)
    known = {known.mechanism for known in await directory.everything(work.session)}
    (made,) = referrals.refer(follow_up, to=body.to, known=known, actor=work.cause.actor)
    assert isinstance(made, ReferralMade)
    if await REFERRALS.find(work.session, made.referral):
        raise WrongStateError(f"{follow_up.id} was referred to {body.to} already")
    return await begin_referral(work, made)


async def begin_referral(work: Transaction, event: ReferralMade) -> Referral:
    work.publish(event)
    restrictions.tie(work, event)
    return await REFERRALS.add(work, referrals.begin(event))


async def change(work: Transaction, follow_up: FollowUp, events: list[Event]) -> FollowUp:
    """Let `events` happen to `follow_up`, and have it called at the instants that now matter."""
    restrictions.tie(work, *events)
    changed = await FOLLOW_UPS.apply(work, follow_up, events)
    await set_deadlines(work, changed)
    return changed


async def set_deadlines(work: Transaction, follow_up: FollowUp) -> None:
    """Reminder, end of the due day, escalation: those that still lie ahead, and no others."""
    instants = {
        "reminder": follow_up.reminder_at,
        "due": follow_up.ends,
        "escalation": follow_up.escalation_at,
    }
    wanted = {
        Stage.OPEN: ("reminder", "due", "escalation"),
        Stage.OVERDUE: ("escalation",),
    }.get(follow_up.stage, ())
    for name, due in instants.items():
        if name not in wanted or (name == "reminder" and due <= work.now):
            work.clear_deadline(name, follow_up.id)
        else:
            work.set_deadline(
                name, follow_up.id, mechanism=follow_up.mechanism, due=max(due, work.now)
            )
