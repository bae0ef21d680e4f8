"""Scheduling: when bodies meet, where, under whose chair, and who came."""

from pathlib import Path

from services.coordinators import CoordinatorsTable
from services.directory import DirectoryTable
from services.receipts import ReceiptTable
from services.restrictions import RestrictionsTable
from services.scheduling.deadlines import deadlines
from services.scheduling.handlers import heard
from services.scheduling.http import routes
from services.scheduling.pages import pages
from services.scheduling.rechecking import recheck
from services.scheduling.tables import SchedulingTable
from services.service import Service

scheduling = Service(
    name="scheduling",
    tables=(
        SchedulingTable.metadata,
        CoordinatorsTable.metadata,
        DirectoryTable.metadata,
        ReceiptTable.metadata,
        RestrictionsTable.metadata,
    ),
    migrations=Path(__file__).with_name("migrations"),
    heard=heard,
    deadlines=deadlines,
    routes=routes,
    pages=pages,
    errands=(recheck,),
)
