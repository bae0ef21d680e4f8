"""Planning: a year of meetings for all bodies, proposed and explained."""

from pathlib import Path

from services.coordinators import CoordinatorsTable, KnownCoordinator
from services.directory import DirectoryTable, KnownMechanism
from services.planning.handlers import heard, told
from services.planning.http import routes
from services.planning.pages import pages
from services.planning.searching import search_for_ever
from services.planning.tables import POLLS, STANDINGS, TURNS, PartyRow, PlanningTable
from services.receipts import ReceiptTable
from services.restrictions import RestrictionsTable
from services.service import Derived, Service

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
    derived=Derived(
        told,
        records=(STANDINGS, TURNS, POLLS),
        tables=(PartyRow, KnownCoordinator, KnownMechanism),
    ),
)
