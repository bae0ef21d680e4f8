"""The form by which people say how a feed is to look; the template wishes.html draws it."""

from collections.abc import Mapping
from urllib.parse import urlencode

from events.subscriptions import Scope, ScopeKind, Settings
from services.icalendar import settings as feed_settings

SWITCHES = ("meetings", "deadlines", "hide_cancelled", "all_day")
SENT = "wished"  # with the form; a switch that is off is not sent


def wished(fields: Mapping[str, str]) -> Settings:
    """The settings in a form that was sent; UnacceptableError where they can't be met."""
    said = {
        **{name: name in fields for name in SWITCHES},
        "language": fields.get("language", ""),
        "alarm_minutes": fields.get("alarm_minutes") or None,
    }
    return feed_settings.wished(said, "the form")


def webcal_of(scope: Scope, address: str) -> str | None:
    """The link that opens a feed in a calendar program; those take no free time from links."""
    return None if scope.kind is ScopeKind.BUSY else f"webcal://{address.partition('://')[2]}"


def query_of(settings: Settings) -> str:
    """What an address of a public feed says of settings that are not the usual ones."""
    said = settings.model_dump(mode="json", exclude_defaults=True)
    return urlencode({name: str(value).lower() for name, value in said.items()})
