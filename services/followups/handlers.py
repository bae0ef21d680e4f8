"""What followups does when it hears of decisions, and of agendas that take a referral up."""

from events.agendas import AgendaAdopted
from events.decisions import DecisionAdopted
from events.followups import FollowUpOpened, ReferralMade
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services import coordinators, directory, restrictions
from services.followups.commands import begin_referral, set_deadlines
from services.followups.rules import followup as rules
from services.followups.rules import referral as referrals
from services.followups.tables import FOLLOW_UPS, REFERRALS

heard = Handlers(directory.heard, coordinators.heard, restrictions.heard)


@heard.on(DecisionAdopted)
async def follow_up(work: Transaction, event: DecisionAdopted) -> None:
    """Open what the decision asks of each party, and hand it on where it says so."""
    body = await directory.find(work.session, event.mechanism)
    for opened in rules.from_decision(event, body, work.now):
        assert isinstance(opened, FollowUpOpened)
        work.publish(opened)
        restrictions.tie(work, opened)
        begun = await FOLLOW_UPS.add(work, rules.begin(opened, body))
        await set_deadlines(work, begun)
    for made in referrals.from_decision(event):
        assert isinstance(made, ReferralMade)
        await begin_referral(work, made)


@heard.on(AgendaAdopted)
async def take_referrals(work: Transaction, event: AgendaAdopted) -> None:
    for key, item in referrals.taken_by(event):
        referral = await REFERRALS.get(work.session, key)
        await REFERRALS.apply(work, referral, referrals.take(referral, event, item))
