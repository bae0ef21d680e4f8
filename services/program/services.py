"""All services there are, in the order in which the loop passes them."""

from services.agendas.service import agendas
from services.bridge.service import bridge
from services.calendars.service import calendars
from services.followups.service import followups
from services.lineage.service import lineage
from services.mechanisms.service import mechanisms
from services.minutes.service import minutes
from services.notices.service import notices
from services.planning.service import planning
from services.portal.service import portal
from services.scheduling.service import scheduling
from services.subscriptions.service import subscriptions

SERVICES = (
    mechanisms,
    planning,
    scheduling,
    agendas,
    minutes,
    followups,
    subscriptions,
    calendars,
    lineage,
    portal,
    bridge,
    notices,
)
