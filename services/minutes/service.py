"""Minutes: what was said, how it was adopted, and the decisions with their numbers."""

from pathlib import Path

from services import directory
from services.coordinators import CoordinatorsTable
from services.directory import DirectoryTable, KnownMechanism
from services.minutes.deadlines import deadlines
from services.minutes.handlers import heard
from services.minutes.http import routes
from services.minutes.tables import MinutesTable
from services.obligations import ObligationsTable
from services.receipts import ReceiptTable
from services.restrictions import RestrictionsTable
from services.service import Derived, Service

minutes = Service(
    name="minutes",
    tables=(
        MinutesTable.metadata,
        CoordinatorsTable.metadata,
        DirectoryTable.metadata,
        ObligationsTable.metadata,
        ReceiptTable.metadata,
        RestrictionsTable.metadata,
    ),
    migrations=Path(__file__).with_name("migrations"),
    heard=heard,
    deadlines=deadlines,
    routes=routes,
    derived=Derived(directory.heard, tables=(KnownMechanism,)),
)
