"""Mechanisms: who the parties are, which bodies meet, under which rules, for which agreements."""

from pathlib import Path

from services.coordinators import CoordinatorsTable
from services.directory import DirectoryTable
from services.mechanisms.handlers import heard
from services.mechanisms.http import routes
from services.mechanisms.tables import MechanismsTable
from services.receipts import ReceiptTable
from services.restrictions import RestrictionsTable
from services.service import Service

mechanisms = Service(
    name="mechanisms",
    tables=(
        MechanismsTable.metadata,
        CoordinatorsTable.metadata,
        DirectoryTable.metadata,
        ReceiptTable.metadata,
        RestrictionsTable.metadata,
    ),
    migrations=Path(__file__).with_name("migrations"),
    heard=heard,
    routes=routes,
)
