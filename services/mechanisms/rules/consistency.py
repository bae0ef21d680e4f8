"""What must hold between the rows of a registry. Each breach is a path into the file and a text."""

import difflib
from collections.abc import Iterable, Iterator, Sequence

from services.mechanisms.rules.registry import (
    TOP_KIND,
    AgreementRow,
    BodyRow,
    DocumentRow,
    Registry,
)

Path = tuple[str | int, ...]
Breach = tuple[Path, str]


def breaches(registry: Registry) -> list[Breach]:
    """Everything that is wrong between the rows, in no particular order."""
    return [
        *repeated(registry),
        *miscounted(registry),
        *outside_vocabularies(registry),
        *unknown_in_parties(registry),
        *unknown_in_bodies(registry),
        *unknown_in_agreements(registry),
        *unknown_in_documents(registry),
        *cyclic(registry),
    ]


def repeated(registry: Registry) -> Iterator[Breach]:
    """Ids and numbers that stand twice."""
    yield from twice("themes", "id", [row.id for row in registry.themes])
    yield from twice("parties", "id", [row.id for row in registry.parties])
    yield from twice("mechanisms", "number", [row.number for row in registry.mechanisms])
    yield from twice("agreements", "number", [row.number for row in registry.agreements])
    yield from twice("documents", "number", [row.number for row in registry.documents])
    seen: set[str] = set()
    for path, body in located_bodies(registry):
        if body.id in seen:
            yield (*path, "id"), f"a body is called {body.id} already; choose another id"
        seen.add(body.id)
    tops = [(path, body) for path, body in located_bodies(registry) if body.kind == TOP_KIND]
    for path, body in tops[1:]:
        yield (*path, "kind"), f"{tops[0][1].id} is the top body already; {body.id} can't be too"
    for row, agreement in enumerate(registry.agreements):
        for place, obligation in enumerate(agreement.obligations):
            wanted = f"A{agreement.number}.{place + 1}"
            if obligation.id != wanted:
                where = ("agreements", row, "obligations", place, "id")
                yield where, f"{obligation.id} should be {wanted}, after its agreement and place"


def twice(section: str, field: str, values: Sequence[object]) -> Iterator[Breach]:
    for row, value in enumerate(values):
        if value in values[:row]:
            yield (section, row, field), f"{value} stands in {section} twice; each is there once"


def miscounted(registry: Registry) -> Iterator[Breach]:
    for section, count in registry.meta.counts.items():
        there = len(getattr(registry, section))
        if there != count:
            yield ("meta", "counts", section), f"says {count}, but the file holds {there}"


def outside_vocabularies(registry: Registry) -> Iterator[Breach]:
    words = registry.meta.vocabularies
    for row, body in enumerate(registry.mechanisms):
        yield from known(("mechanisms", row, "kind"), body.kind, words.mechanism_kind, "kind")
        yield from known(
            ("mechanisms", row, "status"), body.status, words.mechanism_status, "status"
        )
    for row, body in enumerate(registry.other_bodies):
        yield from known(
            ("other_bodies", row, "status"), body.status, words.other_body_status, "status"
        )


def unknown_in_parties(registry: Registry) -> Iterator[Breach]:
    """Agreements that a party is said to occur in and that do not exist."""
    numbers = {agreement.number for agreement in registry.agreements}
    for row, party in enumerate(registry.parties):
        for place, number in enumerate(party.seed_refs):
            if number not in numbers:
                where = ("parties", row, "seed_refs", place)
                yield where, f"there is no number {number} in agreements"


def unknown_in_bodies(registry: Registry) -> Iterator[Breach]:
    """References from a body that lead nowhere, or that only one side makes."""
    parties = [party.id for party in registry.parties]
    meeting = [body.id for body in registry.bodies]
    for path, body in located_bodies(registry):
        if path[0] == "mechanisms" and body.number is None:
            yield (*path, "number"), "a mechanism has its number in the source; give it"
        if body.next_host is not None:
            yield from known((*path, "next_host"), body.next_host, parties, "party")
        if body.first_meeting is not None:
            host = body.first_meeting.host
            yield from known((*path, "first_meeting", "host"), host, parties, "party")
        if body.parent is not None:
            yield from known((*path, "parent"), body.parent, meeting, "body that meets")
        for section, rows in (
            ("agreements", registry.agreements),
            ("documents", registry.documents),
        ):
            yield from one_sided(path, body, section, rows)


def one_sided(
    path: Path, body: BodyRow, section: str, rows: Sequence[AgreementRow | DocumentRow]
) -> Iterator[Breach]:
    """Numbers that a body lists and that do not name it, and those that name it unlisted."""
    listed = getattr(body, section)
    naming = {row.number for row in rows if body.id in row.links}
    there = {row.number for row in rows}
    for place, number in enumerate(listed):
        where = (*path, section, place)
        if number not in there:
            yield where, f"there is no number {number} in {section}"
        elif number not in naming:
            yield where, f"number {number} in {section} does not name {body.id} in return"
    for number in sorted(naming - set(listed)):
        yield (*path, section), f"number {number} in {section} names {body.id}; list it here"


def unknown_in_agreements(registry: Registry) -> Iterator[Breach]:
    themes = [theme.id for theme in registry.themes]
    parties = [party.id for party in registry.parties]
    modalities = list(registry.meta.vocabularies.modality)
    for row, agreement in enumerate(registry.agreements):
        path: Path = ("agreements", row)
        yield from known((*path, "theme"), agreement.theme, themes, "theme")
        for place, party in enumerate(agreement.parties):
            yield from known((*path, "parties", place), party, parties, "party")
        yield from unknown_links(registry, path, agreement.mechanisms, agreement.other_bodies)
        if agreement.unassigned != (agreement.link_confidence == "none"):
            where = (*path, "link_confidence")
            yield where, "is `none` exactly when no body is named; correct one of the two"
        for place, obligation in enumerate(agreement.obligations):
            below = (*path, "obligations", place)
            yield from known((*below, "modality"), obligation.modality, modalities, "modality")
            if obligation.host is not None:
                yield from known((*below, "host"), obligation.host, parties, "party")


def unknown_in_documents(registry: Registry) -> Iterator[Breach]:
    for row, document in enumerate(registry.documents):
        yield from unknown_links(
            registry, ("documents", row), document.mechanisms, document.other_bodies
        )


def unknown_links(
    registry: Registry, path: Path, mechanisms: tuple[str, ...], others: tuple[str, ...]
) -> Iterator[Breach]:
    for field, named, there in (
        ("mechanisms", mechanisms, registry.mechanisms),
        ("other_bodies", others, registry.other_bodies),
    ):
        ids = [body.id for body in there]
        for place, body in enumerate(named):
            yield from known((*path, field, place), body, ids, "body")


def cyclic(registry: Registry) -> Iterator[Breach]:
    """Bodies that are their own parent over some way."""
    parents = {body.id: registry.parent_of(body) for body in registry.all_bodies}
    for path, body in located_bodies(registry):
        way = [body.id]
        while (above := parents.get(way[-1])) is not None and above not in way:
            way.append(above)
        if above == body.id:
            chain = " → ".join([*way, above])
            yield (*path, "parent"), f"the parents go in a circle: {chain}"


def located_bodies(registry: Registry) -> Iterator[tuple[Path, BodyRow]]:
    for section in ("mechanisms", "other_bodies"):
        for row, body in enumerate(getattr(registry, section)):
            yield (section, row), body


def known(path: Path, value: str, words: Iterable[str], what: str) -> Iterator[Breach]:
    there = list(words)
    if value not in there:
        near = difflib.get_close_matches(value, there, n=1) or there[:6]
        yield path, f"{value} is no {what} of this format; did you mean {', '.join(near)}?"
