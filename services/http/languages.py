"""The languages that pages speak: English as templates have it, and the catalogues beside this."""

from datetime import datetime
from functools import cache
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from events.moments import Moment
from services.http import words
from services.icalendar import dates

ENGLISH = "en"
NAMES = {"en": "English", "ru": "русский", "zh": "中文"}
LOCALES = {code: dates.LOCALES[code] for code in NAMES}
NEAREST = dict.fromkeys(("kk", "ky", "tg", "tk", "uz"), "ru")  # the second language of each party


def nearest(language: str) -> str:
    """The language of pages for who reads `language`."""
    return language if language in NAMES else NEAREST.get(language, ENGLISH)


@cache
def catalogue(language: str) -> NullTranslations:
    """What the texts of pages are in `language`, one of NAMES."""
    if language == ENGLISH:
        return NullTranslations()
    with (files(__package__) / "catalogues" / f"{language}.po").open("rb") as file:
        read = read_po(file, locale=language, abort_invalid=True)
    written = BytesIO()
    write_mo(written, read)
    written.seek(0)
    return Translations(written)


@pass_context
def said(context: Context, text: str) -> str:
    return str(catalogue(context["lang"]).gettext(text))


@pass_context
def counted(context: Context, one: str, many: str, number: int) -> str:
    return str(catalogue(context["lang"]).ngettext(one, many, number))


@pass_context
def instant(context: Context, value: datetime) -> str:
    """An instant that was said in no zone, as the page's language writes it."""
    language = context["lang"]
    if language == ENGLISH:
        return words.instant(value)
    return f"{dates.hour_in(Moment.of(value, 'UTC'), language)} UTC"


def teach(environment: Environment) -> None:
    """Have templates say what they mark with `trans` and `_` in the language of `lang`."""
    environment.add_extension("jinja2.ext.i18n")
    environment.policies["ext.i18n.trimmed"] = True
    environment.filters["instant"] = instant
    environment.install_gettext_callables(said, counted, newstyle=True)  # type: ignore[attr-defined]
