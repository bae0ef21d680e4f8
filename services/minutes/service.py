"""Minutes: what was said, how it was adopted, and the decisions with their numbers."""

from services.directory import DirectoryTable
from services.minutes.deadlines import deadlines
from services.minutes.handlers import heard
from services.minutes.http import routes
from services.minutes.tables import MinutesTable
from services.receipts import ReceiptTable
from services.service import Service

minutes = Service(
    name="minutes",
    tables=(MinutesTable.metadata, DirectoryTable.metadata, ReceiptTable.metadata),
    heard=heard,
    deadlines=deadlines,
    routes=routes,
)
