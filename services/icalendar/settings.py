"""Which wishes for a feed can be met."""

from events.subscriptions import ScopeKind, Settings
from services.icalendar.wording import LANGUAGES
from services.refusals import UnacceptableError

ANY = Settings()


def check(settings: Settings, kind: ScopeKind | None = None) -> None:
    """UnacceptableError where a feed (of `kind`) can't be as it is wished.

    Nothing would be in it, no words are in its language, or it has nothing to choose from.
    """
    if kind is ScopeKind.BUSY and settings.model_copy(update={"language": ANY.language}) != ANY:
        raise UnacceptableError(
            "this address tells when a party is busy and no more; "
            "of all settings it takes the language of its page alone"
        )
    if not settings.meetings and not settings.deadlines:
        raise UnacceptableError("the feed would be empty; have meetings, deadlines, or both in it")
    if settings.language not in LANGUAGES:
        raise UnacceptableError(
            f"there are no words in the language {settings.language}; "
            f"take one of {', '.join(LANGUAGES)}"
        )
