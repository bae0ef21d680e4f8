"""Agendas: what will be talked about, and where each item came from."""

from pathlib import Path

from services.agendas.deadlines import deadlines
from services.agendas.handlers import heard
from services.agendas.http import routes
from services.agendas.pages import pages
from services.agendas.tables import AgendasTable
from services.coordinators import CoordinatorsTable
from services.directory import DirectoryTable
from services.obligations import ObligationsTable
from services.receipts import ReceiptTable
from services.restrictions import RestrictionsTable
from services.service import Service

agendas = Service(
    name="agendas",
    tables=(
        AgendasTable.metadata,
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
    pages=pages,
)
