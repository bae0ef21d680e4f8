"""Follow-ups: what became of what was decided."""

from pathlib import Path

from services.directory import DirectoryTable
from services.followups.deadlines import deadlines
from services.followups.handlers import heard
from services.followups.http import routes
from services.followups.tables import FollowUpsTable
from services.receipts import ReceiptTable
from services.service import Service

followups = Service(
    name="followups",
    tables=(FollowUpsTable.metadata, DirectoryTable.metadata, ReceiptTable.metadata),
    migrations=Path(__file__).with_name("migrations"),
    heard=heard,
    deadlines=deadlines,
    routes=routes,
)
