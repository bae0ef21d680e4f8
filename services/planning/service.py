"""Planning: a year of meetings for all bodies, proposed and explained."""

from pathlib import Path

from services.coordinators import CoordinatorsTable
from services.directory import DirectoryTable
from services.planning.handlers import heard
from services.planning.http import routes
from services.planning.pages import pages
from services.planning.searching import search_for_ever
from services.planning.tables import PlanningTable
from services.receipts import ReceiptTable
from services.restrictions import RestrictionsTable
from services.service import Service

planning = Service(
    name="planning",
    tables=(
        PlanningTable.metadata,
        CoordinatorsTable.metadata,
        DirectoryTable.metadata,
        ReceiptTable.metadata,
        RestrictionsTable.metadata,
    ),
    migrations=Path(__file__).with_name("migrations"),
    heard=heard,
    routes=routes,
    pages=pages,
    errands=(search_for_ever,),
)
