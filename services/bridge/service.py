"""Bridge: decisions for those without Kafka."""

from pathlib import Path

from services.bridge.deliveries import deliver_for_ever
from services.bridge.handlers import heard
from services.bridge.http import routes
from services.bridge.tables import BridgeTable
from services.coordinators import CoordinatorsTable
from services.directory import DirectoryTable
from services.receipts import ReceiptTable
from services.restrictions import RestrictionsTable
from services.service import Service

bridge = Service(
    name="bridge",
    tables=(
        BridgeTable.metadata,
        CoordinatorsTable.metadata,
        DirectoryTable.metadata,
        ReceiptTable.metadata,
        RestrictionsTable.metadata,
    ),
    migrations=Path(__file__).with_name("migrations"),
    heard=heard,
    routes=routes,
    errands=(deliver_for_ever,),
)
