"""Reading a registry file: the whole of it, or nothing and every reason."""

import contextlib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mechanisms.commands import PACKAGE, own_registry
from services.mechanisms.rules.reading import LARGEST_FILE, RegistryError, read_registry

TEXT = (PACKAGE / "registry.yaml").read_text(encoding="utf-8")
CUSTOMS = "    short_name: Heads of customs\n"
COUNCIL = "    short_name: Business Council\n"


def changed(*replacements: tuple[str, str]) -> str:
    text = TEXT
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


def refused(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(RegistryError) as caught:
        read_registry(text, "format.yaml")
    assert str(caught.value).startswith("format.yaml is refused")
    return caught.value.errors


def test_the_own_registry_has_every_row_of_its_source() -> None:
    registry = own_registry()
    assert [row.number for row in registry.mechanisms] == list(range(1, 20))
    assert [row.number for row in registry.agreements] == list(range(1, 55))
    assert [row.number for row in registry.documents] == list(range(1, 10))
    assert len(registry.parties) == 6


def test_twenty_bodies_meet_and_the_one_only_considered_does_not() -> None:
    registry = own_registry()
    assert len(registry.bodies) == 20
    assert registry.bodies[0].id == "heads-of-state"
    assert "secretariat" not in {body.id for body in registry.bodies}


def test_every_body_answers_to_the_summit_and_the_summit_to_none() -> None:
    registry = own_registry()
    parents = {body.id: registry.parent_of(body) for body in registry.bodies}
    assert parents.pop("heads-of-state") is None
    assert set(parents.values()) == {"heads-of-state"}


def test_external_facts_keep_their_mark_and_links_their_confidence() -> None:
    registry = own_registry()
    assert {party.reference.source for party in registry.parties} == {"external"}
    assert {party.source for party in registry.parties} == {"seed"}
    unassigned = [row for row in registry.agreements if row.unassigned]
    assert len(unassigned) == 13
    assert {row.link_confidence for row in unassigned} == {"none"}


def test_a_row_read_again_from_its_json_is_the_same() -> None:
    registry = own_registry()
    assert type(registry).model_validate_json(registry.model_dump_json()) == registry


@pytest.mark.parametrize(
    ("old", "new", "field", "says"),
    [
        ("agreements: 54", "agreements: 55", "meta.counts.agreements", "holds 54"),
        ("Asia/Almaty", "Asia/Astana", "parties[1].reference.timezone", "no IANA time zone"),
        ("next_host: kazakhstan", "next_host: atlantis", "other_bodies[0].next_host", "no party"),
        ("parties: [china, turkmenistan]", "parties: [atlantis]", "parties[0]", "no party"),
        ("host: kazakhstan, due", "host: atlantis, due", "obligations[0].host", "no party"),
        ("theme: energy", "theme: energie", "agreements[29].theme", "did you mean energy"),
        ("kind: customs", "kind: custom", "mechanisms[8].kind", "did you mean customs"),
        ("modality: consider", "modality: ponder", "modality", "consider"),
        ("id: A16.1", "id: A17.1", "agreements[15].obligations[0].id", "should be A16.1"),
        ("id: A6.2", "id: A6.1", "agreements[5].obligations[1].id", "should be A6.2"),
        ("number: 16\n    summary", "number: 15\n    summary", "agreements[15].number", "twice"),
        ("id: kyrgyzstan", "id: kazakhstan", "parties[2].id", "twice"),
        ("id: energy,", "id: regions,", "themes[9].id", "twice"),
        ("other_bodies: [secretariat]", "other_bodies: [secretariate]", "other_bodies[0]", "mean"),
        ("mechanisms: [customs-heads]", "mechanisms: [custom]", "mechanisms[0]", "no body"),
        ("status: initiated", "status: begun", "mechanisms[0].status", "no status"),
        ("name: China\n", 'name: "Chi\\x01na"\n', "parties[0].name", "U+0001"),
        ("name: China\n", "name: China\n    colour: red\n", "parties[0].colour", "not permitted"),
        ("capital: Beijing", "kapital: Beijing", "parties[0].reference.capital", "required"),
    ],
)
def test_a_fault_is_named_with_its_line_and_field(
    old: str, new: str, field: str, says: str
) -> None:
    text = changed((old, new))
    matching = [e for e in refused(text) if e[1].endswith(field) and says in e[2]]
    assert matching
    assert any(abs(error[0] - line_of(TEXT, old)) <= 12 for error in matching)


def test_the_line_of_a_fault_is_exact() -> None:
    text = changed(("Asia/Almaty", "Asia/Astana"))
    ((line, _, _),) = refused(text)
    assert line == line_of(text, "timezone: Asia/Astana")


def test_several_faults_between_rows_are_all_named() -> None:
    text = changed(
        ("agreements: 54", "agreements: 55"),
        ("theme: energy", "theme: energie"),
        ("next_host: kazakhstan", "next_host: atlantis"),
    )
    fields = [field for _, field, _ in refused(text)]
    assert fields == ["meta.counts.agreements", "other_bodies[0].next_host", "agreements[29].theme"]


def test_a_body_may_answer_to_another_than_the_summit() -> None:
    text = changed((CUSTOMS, f"    parent: economy-trade-ministers\n{CUSTOMS}"))
    registry = read_registry(text, "format.yaml")
    customs = next(body for body in registry.bodies if body.id == "customs-heads")
    assert registry.parent_of(customs) == "economy-trade-ministers"


@pytest.mark.parametrize("parent", ["customs-heads", "business-council"])
def test_a_circle_of_parents_is_refused_and_spelled_out(parent: str) -> None:
    text = changed(
        (CUSTOMS, f"    parent: {parent}\n{CUSTOMS}"),
        (COUNCIL, f"    parent: customs-heads\n{COUNCIL}"),
    )
    assert any("circle: customs-heads" in message for _, _, message in refused(text))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("- a\n", "valid dictionary"),
        ("a: [1\nb: 2", "expected"),
        ("a: &x [1]\nb: *x\n", "no aliases"),
        ("[" * 5000, "nested deeper"),
        ("a: 1\na: 2\n", "twice"),
        ("a: !!python/object/apply:os.system [ls]\n", "constructor"),
        ("a: Chi\x01na\n", "not allowed"),
        (f"#{'x' * LARGEST_FILE}", "larger than"),
    ],
)
def test_text_that_is_no_registry_is_refused_before_anything_is_made_of_it(
    text: str, says: str
) -> None:
    ((_, _, message),) = refused(text)
    assert says in message


@pytest.mark.parametrize("name", ["Қазақстан", "中国", "Кыргызстан", "Tu\u0308rkmenistan"])
def test_names_in_any_script_are_taken_and_normalised(name: str) -> None:
    registry = read_registry(changed(("name: China\n", f"name: {name}\n")), "format.yaml")
    assert registry.parties[0].name.replace("\u00fc", "u\u0308") == name


@settings(max_examples=25, deadline=None)
@given(cut=st.integers(min_value=0, max_value=len(TEXT)))
def test_a_file_cut_off_anywhere_is_read_or_refused_and_nothing_else(cut: int) -> None:
    with contextlib.suppress(RegistryError):
        assert len(read_registry(TEXT[:cut], "format.yaml").documents) == 9


@pytest.mark.parametrize(
    "text",
    [
        "? [1]\n: 3\n",
        "? {a: 1}\n: 3\n",
        "a: !!int abc\n",
        "a: 2023-13-45\n",
        "a: b # \ud800\n",
    ],
)
def test_odd_yaml_is_a_registry_error_with_a_line(text: str) -> None:
    refused(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("host: china, place", "host: atlantis, place"),
        ("place: Xi'an, Shaanxi Province, China", 'place: "a\\x01b"'),
        ("publisher: nCa", 'publisher: "a\\x01b"'),
        ("seed_refs: [54]", "seed_refs: [99]"),
        ("    number: 9\n    short_name", "    short_name"),
        ("agreements: [6, 14, 15, 16]", "agreements: [6, 14, 15]"),
        ("date: 2023-05-18/2023-05-19", "date: yesterday"),
        ("number: 1\n    summary", "number: true\n    summary"),
        (CUSTOMS, f"    parent: secretariat\n{CUSTOMS}"),
    ],
)
def test_a_row_that_makes_no_sense_is_refused(old: str, new: str) -> None:
    refused(changed((old, new)))


@pytest.mark.parametrize(
    "replacements",
    [
        [("Asia/Almaty", "Asia/Astana"), ("iso_alpha2: KZ", "iso_alpha2: kz")],
        [("theme: energy", "theme: energie"), ("next_host: kazakhstan", "next_host: oz")],
        [
            ("name: China\n", "name: China\n    name: China\n"),
            ("name: Tajikistan\n", "name: Tajikistan\n    name: T\n"),
        ],
    ],
)
def test_faults_of_every_kind_are_named_together(replacements: Any) -> None:
    assert len(refused(changed(*replacements))) == 2
