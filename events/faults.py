"""What pydantic found wrong, in words: where, as a path of fields, and what."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError


def where_and_what(error: Mapping[str, Any]) -> tuple[str, str]:
    """One entry of a validation error's `errors()`."""
    where = ".".join(str(step) for step in error["loc"])
    return where, str(error["msg"]).removeprefix("Value error, ")


def first_fault(error: ValidationError, whole: str) -> str:
    """The first thing wrong; `whole` is what is at fault where no field of it is."""
    where, what = where_and_what(error.errors()[0])
    return f"{where or whole}: {what}"
