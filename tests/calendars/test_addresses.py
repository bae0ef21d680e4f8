"""The address of an online meeting, out of what people write about its place."""

from urllib.parse import unquote, urlsplit

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.icalendar.addresses import address_in
from services.icalendar.vevent import vevent
from tests.calendars.test_feed import an_hour_from, entry_after, scheduled
from tests.conftest import START

ROOM = "%D0%BA%D0%BE%D0%BC%D0%BD%D0%B0%D1%82%D0%B0"
CASES = [
    ("Ташкент, Дворец форумов", None),
    ("https://meet.example/a1", "https://meet.example/a1"),
    ("online: https://meet.example/a1.", "https://meet.example/a1"),
    ("online (https://meet.example/a1)", "https://meet.example/a1"),
    ("Онлайн (https://meet.example/a1), Ташкент", "https://meet.example/a1"),
    ("<https://meet.example/a1>", "https://meet.example/a1"),
    ("[https://meet.example/a1]; room 5", "https://meet.example/a1"),
    ("“https://meet.example/a1”", "https://meet.example/a1"),
    ("线上：https://meet.example/a1。", "https://meet.example/a1"),
    ("https://meet.example/a1，会议号 123", "https://meet.example/a1"),
    ("会议室https://meet.example/a1会议", "https://meet.example/a1"),
    ("https://meet.example会议号 123", "https://meet.example"),
    ("Is it https://meet.example/a1?", "https://meet.example/a1"),
    ("https://meet.example/a1?pwd=x,y;z", "https://meet.example/a1?pwd=x,y;z"),
    ("https://meet.example/a,b, Ташкент", "https://meet.example/a,b"),
    ("https://meet.example/wiki/A_(b)", "https://meet.example/wiki/A_(b)"),
    ("(see https://meet.example/wiki/A_(b))", "https://meet.example/wiki/A_(b)"),
    ("https://meet.example/#/room/!a:b.example", "https://meet.example/#/room/!a:b.example"),
    ("https://[2001:db8::1]/a", "https://[2001:db8::1]/a"),
    ("HTTPS://MEET.EXAMPLE/A", "HTTPS://MEET.EXAMPLE/A"),
    ("https://… or http://meet.example:8443/a%20b", "http://meet.example:8443/a%20b"),
    ("https://zoom.рф/a", "https://zoom.xn--p1ai/a"),
    ("https://пример.example:8443/a", "https://xn--e1afmkfd.example:8443/a"),
    ("http://会议.中国/a", "http://xn--6oqu09l.xn--fiqs8s/a"),
    ("https://meet.example/комната?x=1", f"https://meet.example/{ROOM}?x=1"),
    ("Онлайн (https://meet.example/комната), Ташкент", f"https://meet.example/{ROOM}"),
    ("«https://meet.example/a?q=комната#я»", f"https://meet.example/a?q={ROOM}#%D1%8F"),
    ("https://meet.example/会议室，会议号 123", "https://meet.example/%E4%BC%9A%E8%AE%AE%E5%AE%A4"),
    ("https://meet.example/%D0%BA/я", "https://meet.example/%D0%BA/%D1%8F"),
    ("https://\u200d.example/a, https://meet.example/a1", "https://meet.example/a1"),
    ("https://-ж-.example/a https://meet.example/a1", "https://meet.example/a1"),
    ("https://-bad-/x https://meet.example/a1", "https://meet.example/a1"),
    ("https://{host}/x", None),
    ("https://zoom.example/j/1?pwd=ab|cd", "https://zoom.example/j/1?pwd=ab%7Ccd"),
    ("https://meet.example/{id}", "https://meet.example/%7Bid%7D"),
    ("{https://meet.example/a1} | `https://meet.example/a2`", "https://meet.example/a1"),
    ("`https://meet.example/^a`b`", "https://meet.example/%5Ea%60b"),
    ("https://meet.example/a[1]?q=10%#b#c", "https://meet.example/a%5B1%5D?q=10%25#b%23c"),
    ("https://...", None),
]


@pytest.mark.parametrize(("place", "found"), CASES)
def test_an_address_ends_where_it_ends(place: str, found: str | None) -> None:
    assert address_in(place) == found
    event = vevent(entry_after([scheduled(an_hour_from(START), place=place)]))
    lines = event.replace("\r\n ", "").split("\r\n")
    said = [line for line in lines if line.startswith("CONFERENCE")]
    expected = [f"CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:{found}"] if found else []
    assert said == expected


WORD = st.text("комната переговоров".replace(" ", ""), min_size=1) | st.text("会议室", min_size=1)
HOST = st.lists(WORD | st.from_regex("[a-z]{1,9}", fullmatch=True), min_size=1, max_size=3)


@given(
    host=HOST, path=st.lists(WORD, min_size=1, max_size=4), around=st.sampled_from(["", "«»", "()"])
)
def test_an_address_in_another_script_leads_where_it_was_meant_to(
    host: list[str], path: list[str], around: str
) -> None:
    name, way = ".".join([*host, "example"]), "/".join(path)
    found = address_in(f"Онлайн: {around[:1]}https://{name}/{way}{around[1:]}, Ташкент")
    assert found is not None
    assert found.isascii()
    parts = urlsplit(found)
    assert idna.decode(parts.netloc) == name
    assert unquote(parts.path) == f"/{way}"
