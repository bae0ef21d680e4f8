"""What an address may be asked: a parameter that it does not know would be left out unheard."""

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel


async def known_alone(request: Request) -> None:
    """The dependency by which a route refuses what its description does not name."""
    asked = request.query_params.keys()
    if not asked:
        return
    known = tuple(parameters_of(request.scope["route"].dependant))
    takes = f"it takes {', '.join(known)}" if known else "it takes none"
    if unknown := [name for name in asked if name not in known]:
        message = f"this address has no such parameter; {takes}"
        raise RequestValidationError(
            [{"type": "unknown", "loc": ("query", name), "msg": message} for name in unknown]
        )


def parameters_of(needs: Dependant) -> Iterator[str]:
    """Those of a route and of what it depends on; a model stands for its fields."""
    for field in needs.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from kind.model_fields
        else:
            yield field.alias
    for each in needs.dependencies:
        yield from parameters_of(each)
