"""The pages say in every language all that they say in English."""

from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import services
from services.http.languages import NAMES

CATALOGUES = Path(services.__file__).parent / "http/catalogues"
TRIMMED = {"**.html": {"trimmed": "true", "silent": "false", "encoding": "utf-8"}}


@pytest.mark.parametrize("language", sorted(NAMES.keys() - {"en"}))
def test_every_text_of_a_page_is_translated_and_nothing_else(language: str) -> None:
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    marked = {
        text
        for _, _, text, _, _ in extract_from_dir(
            CATALOGUES.parents[1], method_map=[("**.html", "jinja2")], options_map=TRIMMED
        )
    }
    assert {message.id for message in catalogue if message.id} == marked
    for message in catalogue:
        texts = message.string if isinstance(message.string, tuple | list) else [message.string]
        assert all(texts), message.id
        assert not message.fuzzy, message.id
        assert list(message.check(catalogue)) == []
