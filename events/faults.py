"""What pydantic found wrong, in words: where, as a path of fields, and what."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from events.vocabulary import IDENTIFIER

OF_A_KEY = "[key]"  # what pydantic adds to the path of a key that is at fault itself


def where_and_what(error: Mapping[str, Any]) -> tuple[str, str]:
    """One entry of a validation error's `errors()`."""
    where = ".".join(str(step) for step in error["loc"] if step != OF_A_KEY)
    if error["type"] == "string_pattern_mismatch" and error["ctx"]["pattern"] == IDENTIFIER:
        return where, instead_of(str(error["input"]))
    return where, str(error["msg"]).removeprefix("Value error, ")


def instead_of(text: str) -> str:
    """What to write for an id, where `text` is none."""
    small = text.strip().lower()
    if re.fullmatch(IDENTIFIER, small):
        return f"write {small}"
    return "this is no id; write small letters and digits, with . _ - between them and no spaces"


def first_fault(error: ValidationError, whole: str) -> str:
    """The first thing wrong; `whole` is what is at fault where no field of it is."""
    where, what = where_and_what(error.errors()[0])
    return f"{where or whole}: {what}"
