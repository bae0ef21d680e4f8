"""What bridge does when it hears of a decision: it keeps the event for those who want to know."""

from sqlalchemy import func, select

from events.decisions import CorrigendumIssued, DecisionAdopted
from events.road.handlers import Handlers
from events.road.transaction import Transaction
from services import coordinators, directory, restrictions
from services.bridge.tables import SaidRow

heard = Handlers(directory.heard, coordinators.heard, restrictions.heard)

KEEPING = 7_164_903


@heard.on(DecisionAdopted, CorrigendumIssued)
async def keep(work: Transaction, event: DecisionAdopted | CorrigendumIssued) -> None:
    """One at a time, so that numbers grow in the order of the commits and no reader skips one."""
    assert work.heard is not None
    if work.session.dialect.name == "postgresql":
        await work.session.execute(select(func.pg_advisory_xact_lock(KEEPING)))
    work.session.add(
        SaidRow(
            id=work.heard.id,
            source=work.heard.source,
            mechanism=event.mechanism,
            thing=event.symbol,
            envelope=work.heard.to_json(),
        )
    )
