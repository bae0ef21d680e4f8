"""Scheduling: when bodies meet, where, under whose chair, and who came."""

from pathlib import Path

from services.coordinators import CoordinatorsTable, KnownCoordinator
from services.directory import DirectoryTable, KnownMechanism
from services.receipts import ReceiptTable
from services.restrictions import RestrictionsTable
from services.scheduling.deadlines import deadlines
from services.scheduling.handlers import heard
from services.scheduling.http import routes
from services.scheduling.pages import pages
from services.scheduling.rechecking import recheck
from services.scheduling.retelling import told
from services.scheduling.tables import MEETINGS, SchedulingTable
from services.service import Derived, Service

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
    derived=Derived(told, records=(MEETINGS,), tables=(KnownCoordinator, KnownMechanism)),
)
