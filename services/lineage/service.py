"""Lineage: from an agreement to what became of it, and back."""

from pathlib import Path

from services.coordinators import CoordinatorsTable
from services.directory import DirectoryTable
from services.lineage.handlers import heard
from services.lineage.http import routes
from services.lineage.pages import pages
from services.lineage.tables import LineageTable
from services.restrictions import RestrictionsTable
from services.service import Service

lineage = Service(
    name="lineage",
    tables=(
        LineageTable.metadata,
        CoordinatorsTable.metadata,
        DirectoryTable.metadata,
        RestrictionsTable.metadata,
    ),
    migrations=Path(__file__).with_name("migrations"),
    heard=heard,
    routes=routes,
    pages=pages,
    copies=True,
)
