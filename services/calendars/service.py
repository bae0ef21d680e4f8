"""Calendars: a feed per mechanism and per party, built by events alone."""

from pathlib import Path

from services.calendars.handlers import heard
from services.calendars.http import pages
from services.calendars.tables import CalendarsTable
from services.directory import DirectoryTable
from services.service import Service

calendars = Service(
    name="calendars",
    tables=(CalendarsTable.metadata, DirectoryTable.metadata),
    migrations=Path(__file__).with_name("migrations"),
    heard=heard,
    pages=pages,
    copies=True,
)
