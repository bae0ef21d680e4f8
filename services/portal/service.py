"""Portal: pages that show where every body stands, from a copy of its own."""

from pathlib import Path

from services.coordinators import CoordinatorsTable
from services.directory import DirectoryTable
from services.portal import meeting_pages
from services.portal.handlers import heard
from services.portal.http import pages
from services.portal.tables import PortalTable
from services.restrictions import RestrictionsTable
from services.service import Service

pages.include_router(meeting_pages.pages)

portal = Service(
    name="portal",
    tables=(
        PortalTable.metadata,
        CoordinatorsTable.metadata,
        DirectoryTable.metadata,
        RestrictionsTable.metadata,
    ),
    migrations=Path(__file__).with_name("migrations"),
    heard=heard,
    pages=pages,
    copies=True,
)
