"""Follow-ups: what became of what was decided."""

from pathlib import Path

from services import directory
from services.coordinators import CoordinatorsTable
from services.directory import DirectoryTable, KnownMechanism
from services.followups.deadlines import deadlines
from services.followups.handlers import heard
from services.followups.http import routes
from services.followups.tables import FollowUpsTable
from services.receipts import ReceiptTable
from services.restrictions import RestrictionsTable
from services.service import Derived, Service

followups = Service(
    name="followups",
    tables=(
        FollowUpsTable.metadata,
        CoordinatorsTable.metadata,
        DirectoryTable.metadata,
        ReceiptTable.metadata,
        RestrictionsTable.metadata,
    ),
    migrations=Path(__file__).with_name("migrations"),
    heard=heard,
    deadlines=deadlines,
    routes=routes,
    derived=Derived(directory.heard, tables=(KnownMechanism,)),
)
