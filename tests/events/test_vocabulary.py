"""Who acts, and how texts may look."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from events.vocabulary import PARTY_ROLES, Actor, Prose, Role, Symbol, Title

names = st.sampled_from(["A. Omarova", "Ә. Қасымова", "王小明", "O'zbek Gʻulomov"])
capacities = st.sampled_from([Role.SECRETARY, Role.SYSTEM]).map(lambda role: (role, None)) | (
    st.tuples(st.sampled_from(PARTY_ROLES), st.sampled_from(["china", "kazakhstan", "a-party_2"]))
)
actors = st.builds(
    lambda capacity, name: Actor(role=capacity[0], party=capacity[1], name=name),
    capacities,
    st.none() | names,
)


@given(actors)
def test_an_actor_is_read_as_it_is_written(actor: Actor) -> None:
    assert Actor.parse(str(actor)) == actor


@pytest.mark.parametrize(
    "text", ["", "kazakhstan", "kazakhstan/king", "/delegate", "china/delegate\nX", "KZ/delegate"]
)
def test_what_names_no_role_is_no_actor(text: str) -> None:
    with pytest.raises(ValueError, match="write the actor as party/role"):
        Actor.parse(text)


REORDERING = [chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))]
CHARACTERS = st.characters(
    exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters=REORDERING
)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("delegate", "write it like china/delegate"),
        ("chair 王毅", "write it like china/chair"),
        ("france/secretary", "write it without france/"),
        ("china/system", "write it without china/"),
    ],
)
def test_a_role_without_its_party_or_with_another_s_is_no_actor(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Actor.parse(text)


@given(st.text(CHARACTERS, min_size=1).filter(str.strip))
def test_a_text_in_any_script_is_kept_in_its_composed_form(text: str) -> None:
    kept = TypeAdapter(Prose).validate_python(text)
    assert kept == unicodedata.normalize("NFC", text)
    assert TypeAdapter(Prose).validate_python(kept) == kept


def test_the_same_word_written_with_combining_marks_is_the_same_text() -> None:
    titles = TypeAdapter(Title)
    assert titles.validate_python("Йодированная соль") == titles.validate_python(
        unicodedata.normalize("NFD", "Йодированная соль")
    )


@pytest.mark.parametrize(
    "control", ["\x00", "\x07", "\x1b", "\x7f", "\x85", "\u2028", "\ud800", *REORDERING]
)
def test_a_control_character_is_refused_by_its_code(control: str) -> None:
    with pytest.raises(ValidationError, match=f"U\\+{ord(control):04X}"):
        TypeAdapter(Prose).validate_python(f"до{control}после")


@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u3000"])
def test_a_blank_text_is_refused(blank: str) -> None:
    with pytest.raises(ValidationError, match="blank"):
        TypeAdapter(Title).validate_python(blank)


def test_a_title_is_one_line_and_prose_may_be_many() -> None:
    assert TypeAdapter(Prose).validate_python("раз\nдва") == "раз\nдва"
    with pytest.raises(ValidationError, match="one line"):
        TypeAdapter(Title).validate_python("раз\nдва")


def test_the_longest_text_is_measured_as_it_is_kept() -> None:
    grows = "\u0958"
    assert len(unicodedata.normalize("NFC", grows)) == 2
    kept = TypeAdapter(Title).validate_python(grows * 150)
    assert TypeAdapter(Title).validate_python(kept) == kept
    with pytest.raises(ValidationError, match="at most 300"):
        TypeAdapter(Title).validate_python(grows * 151)


@pytest.mark.parametrize("symbol", ["CAC/CUSTOMS/2027/DEC/3", "CAC/CUSTOMS/2027/DEC/3/Corr.1"])
def test_symbols_follow_the_practice_of_un_documents(symbol: str) -> None:
    assert TypeAdapter(Symbol).validate_python(symbol) == symbol


@pytest.mark.parametrize("symbol", ["cac/customs", "CAC CUSTOMS", "", "CAC/2027/Corr.x", "ЦАК/1"])
def test_what_is_no_symbol_is_refused(symbol: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Symbol).validate_python(symbol)
