"""The address of an online meeting, out of what people write about its place."""

import pytest

from services.icalendar.addresses import address_in
from services.icalendar.vevent import vevent
from tests.calendars.test_feed import an_hour_from, entry_after, scheduled
from tests.conftest import START

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
    ("https://zoom.рф/a", None),
    ("https://пример.example/a", None),
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
