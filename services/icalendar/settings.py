"""What is wished of a feed, and which wishes can be met."""

from collections.abc import Mapping

from pydantic import ValidationError

from events.faults import first_fault
from events.subscriptions import ScopeKind, Settings
from services.icalendar.wording import LANGUAGES
from services.refusals import UnacceptableError

ANY = Settings()
LONGEST_NUMBER = 5  # in digits


def wished(said: Mapping[str, bool | str | None], where: str) -> Settings:
    """The settings that are `said`, numbers in digits; UnacceptableError where they can't be met.

    `where` they stand is for its text, like "the form".
    """
    try:
        settings = Settings.model_validate({name: number(value) for name, value in said.items()})
    except ValidationError as error:
        raise UnacceptableError(first_fault(error, where)) from None
    check(settings)
    return settings


def number(value: bool | str | None) -> bool | int | str | None:
    if isinstance(value, str) and value.isdecimal() and len(value) <= LONGEST_NUMBER:
        return int(value)
    return value


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
