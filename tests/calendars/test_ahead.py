"""What pages say is ahead is what the bytes of a feed say."""

from datetime import UTC, datetime

from services.calendars.rules.ahead import Coming, ahead
from services.icalendar.lines import lines

NOW = datetime(2027, 9, 14, 6, tzinfo=UTC)


def event(*said: str, opaque: bool = True) -> bytes:
    how = "OPAQUE" if opaque else "TRANSPARENT"
    return lines(["BEGIN:VEVENT", *said, f"TRANSP:{how}", "END:VEVENT"]).encode()


def test_every_way_to_say_when_is_read_and_the_first_come_first() -> None:
    long = "Очень длинное название " * 6
    content = b"".join(
        [
            event(
                "DTSTART;VALUE=DATE:20271001", "DTEND;VALUE=DATE:20271003", f"SUMMARY:{long}\\, x"
            ),
            event("DTSTART:20270920T043000Z", "DTEND:20270920T053000Z", "SUMMARY:Busy"),
            event(
                "DTSTART;TZID=Asia/Tashkent:20270914T093000",
                "DTEND;TZID=Asia/Tashkent:20270914T153000",
                "SUMMARY;LANGUAGE=en:It goes on\\n\\; still",
            ),
            event("DTSTART:20270914T043000Z", "DTEND:20270914T060000Z", "SUMMARY:Over"),
            event(
                "DTSTART;VALUE=DATE:20270914",
                "DTEND;VALUE=DATE:20270915",
                "SUMMARY:Due",
                opaque=False,
            ),
            event("DTSTART:20270914T060100Z", "SUMMARY:Due", opaque=False),
        ]
    )
    found = ahead(content, NOW)
    assert (found.meetings, found.deadlines) == (3, 2)
    assert found.first == (
        Coming(datetime(2027, 9, 14, 4, 30, tzinfo=UTC), "Asia/Tashkent", "It goes on ; still"),
        Coming(datetime(2027, 9, 20, 4, 30, tzinfo=UTC), "UTC", "Busy"),
        Coming(datetime(2027, 10, 1, tzinfo=UTC), None, f"{long}, x"),
    )
    assert len(ahead(content, NOW, most=1).first) == 1
