"""Notices: invitations by mail, and what is answered to them."""

from pathlib import Path

from services.directory import DirectoryTable
from services.notices.deliveries import send_for_ever
from services.notices.handlers import heard
from services.notices.http import routes
from services.notices.mailbox import read_for_ever
from services.notices.pages import pages
from services.notices.tables import NoticesTable
from services.receipts import ReceiptTable
from services.service import Service

notices = Service(
    name="notices",
    tables=(NoticesTable.metadata, DirectoryTable.metadata, ReceiptTable.metadata),
    migrations=Path(__file__).with_name("migrations"),
    heard=heard,
    routes=routes,
    pages=pages,
    errands=(send_for_ever, read_for_ever),
)
