"""What a registry file adds to what is there. Rows that are there already stay as they are.

Loading the same file again adds nothing. A row that reads differently now is not taken over, but
named in `kept`: what others built on does not change under them. Rules of procedure are no part of
a registry file, and change by amendment alone.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict

from services.mechanisms.registry.entries import Registry
from services.refusals import UnacceptableError

NAMED_BY = {
    "themes": "id",
    "parties": "id",
    "mechanisms": "id",
    "other_bodies": "id",
    "agreements": "number",
    "documents": "number",
}


class Merge(BaseModel):
    """The registry after loading, and the rows of the new file that were not taken over."""

    model_config = ConfigDict(frozen=True)

    registry: Registry
    kept: tuple[str, ...] = ()


def merge(standing: Registry, read: Registry) -> Merge:
    """`standing` with the rows that only `read` has.

    Raises UnacceptableError when `read` is of another format, with another body at the top.
    """
    if read.top.id != standing.top.id:
        raise UnacceptableError(
            f"{standing.meta.title} is loaded here, with {standing.top.id} at the top, and this file "
            f"has {read.top.id} there; serve another format from another folder or database"
        )
    sections: dict[str, tuple[Any, ...]] = {}
    kept: list[str] = []
    for section, field in NAMED_BY.items():
        old = {getattr(row, field): row for row in getattr(standing, section)}
        new = {getattr(row, field): row for row in getattr(read, section)}
        sections[section] = tuple({**new, **old}[name] for name in {**old, **new})
        kept += [f"{section}[{name}]" for name in old if name in new and new[name] != old[name]]
    counts = {name: len(sections[name]) for name in type(standing.meta.counts).model_fields}
    meta = standing.meta.model_copy(
        update={"counts": standing.meta.counts.model_copy(update=counts)}
    )
    registry = Registry.model_validate({"meta": meta, **sections})
    return Merge(registry=registry, kept=tuple(kept))
