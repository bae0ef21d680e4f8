"""Lineage: from an agreement to what became of it, and back."""

from services.lineage.handlers import heard
from services.lineage.http import routes
from services.lineage.pages import pages
from services.lineage.tables import LineageTable
from services.service import Service

lineage = Service(
    name="lineage",
    tables=(LineageTable.metadata,),
    heard=heard,
    routes=routes,
    pages=pages,
    copies=True,
)
