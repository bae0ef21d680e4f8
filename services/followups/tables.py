"""What followups keeps: follow-ups, and referrals."""

from datetime import date
from typing import Any

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from services.followups.rules import followup, referral
from services.followups.rules.followup import FollowUp
from services.followups.rules.referral import Referral
from services.records import Record, Records


class FollowUpsTable(SQLModel):
    metadata = MetaData()


class FollowUpRow(FollowUpsTable, Record, table=True):
    """What a party owes by the end of `due`."""

    __tablename__ = "follow_up"

    stage: str = Field(index=True)
    party: str = Field(index=True)
    decision: str = Field(index=True)
    due: date


class ReferralRow(FollowUpsTable, Record, table=True):
    """A matter handed to the mechanism `to`."""

    __tablename__ = "referral"

    stage: str
    to: str = Field(index=True)


def searched_by(state: FollowUp) -> dict[str, Any]:
    return {
        "stage": state.stage,
        "party": state.party,
        "decision": state.decision,
        "due": state.due,
    }


FOLLOW_UPS = Records(FollowUpRow, FollowUp, followup.evolve, searched_by)
REFERRALS = Records(
    ReferralRow, Referral, referral.evolve, lambda state: {"stage": state.stage, "to": state.to}
)
