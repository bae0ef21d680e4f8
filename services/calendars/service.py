"""Calendars: feeds of meetings and deadlines, built by events alone."""

from pathlib import Path

from services.calendars.feeds import keep_warm
from services.calendars.free_busy import routes
from services.calendars.handlers import heard
from services.calendars.http import feeds
from services.calendars.pages import pages
from services.calendars.rewriting import rewrite
from services.calendars.tables import CalendarsTable, SecretRow
from services.coordinators import CoordinatorsTable
from services.directory import DirectoryTable
from services.service import Service

calendars = Service(
    name="calendars",
    tables=(CalendarsTable.metadata, CoordinatorsTable.metadata, DirectoryTable.metadata),
    migrations=Path(__file__).with_name("migrations"),
    heard=heard,
    routes=routes,
    pages=pages,
    plain=(feeds,),
    copies=True,
    own=(SecretRow,),
    errands=(rewrite, keep_warm),
)
