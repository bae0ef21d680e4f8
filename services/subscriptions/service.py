"""Subscriptions: who follows which calendar feed by a secret address, until it is revoked."""

from pathlib import Path

from services.coordinators import CoordinatorsTable
from services.directory import DirectoryTable
from services.receipts import ReceiptTable
from services.service import Service
from services.subscriptions.handlers import heard
from services.subscriptions.held_pages import pages as held_pages
from services.subscriptions.http import routes
from services.subscriptions.pages import pages
from services.subscriptions.tables import SubscriptionsTable

pages.include_router(held_pages)

subscriptions = Service(
    name="subscriptions",
    tables=(
        SubscriptionsTable.metadata,
        CoordinatorsTable.metadata,
        DirectoryTable.metadata,
        ReceiptTable.metadata,
    ),
    migrations=Path(__file__).with_name("migrations"),
    heard=heard,
    routes=routes,
    pages=pages,
)
