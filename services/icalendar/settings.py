"""Which wishes for a feed can be met."""

from events.subscriptions import Settings
from services.icalendar.wording import LANGUAGES
from services.refusals import UnacceptableError


def check(settings: Settings) -> None:
    """UnacceptableError where nothing would be in the feed, or no words are in its language."""
    if not settings.meetings and not settings.deadlines:
        raise UnacceptableError("the feed would be empty; have meetings, deadlines, or both in it")
    if settings.language not in LANGUAGES:
        raise UnacceptableError(
            f"there are no words in the language {settings.language}; "
            f"take one of {', '.join(LANGUAGES)}"
        )
