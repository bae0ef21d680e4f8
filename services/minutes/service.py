"""Minutes: what was said, how it was adopted, and the decisions with their numbers."""

from pathlib import Path

from services.directory import DirectoryTable
from services.minutes.deadlines import deadlines
from services.minutes.handlers import heard
from services.minutes.http import routes
from services.minutes.tables import MinutesTable
from services.obligations import ObligationsTable
from services.receipts import ReceiptTable
from services.service import Service

minutes = Service(
    name="minutes",
    tables=(
        MinutesTable.metadata,
        DirectoryTable.metadata,
        ObligationsTable.metadata,
        ReceiptTable.metadata,
    ),
    migrations=Path(__file__).with_name("migrations"),
    heard=heard,
    deadlines=deadlines,
    routes=routes,
)
