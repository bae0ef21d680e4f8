"""What mails from the mailbox say, as programs that people use write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.notices import Participation
from services.notices.rules.reading import (
    NothingForUsError,
    Reply,
    Report,
    check_sender,
    parsed,
    read,
)
from tests.notices.clients import (
    APPLE,
    GOOGLE,
    OMAROVA,
    ORGANIZER,
    OUTLOOK_COM,
    STAMP,
    UID,
    bounce,
    carried,
    reply,
)

DTSTAMP = "DTSTAMP:20270104T080000Z"
KEY = "0123456789abcdef"


@pytest.mark.parametrize("calendar", [GOOGLE, APPLE])
def test_an_answer_is_read_as_it_was_meant(calendar: str) -> None:
    assert read(carried(calendar)) == Reply(
        uid=UID,
        attendee=OMAROVA,
        participation=Participation.TENTATIVE,
        sequence=0,
        stamp=STAMP,
        organizer=ORGANIZER,
        comment=None,
    )


def test_outlook_com_leaves_the_organizer_out_and_writes_addresses_its_own_way() -> None:
    found = read(carried(OUTLOOK_COM))
    assert isinstance(found, Reply)
    assert (found.organizer, found.attendee) == (None, OMAROVA)
    assert found.comment == "Буду, если успею\n"


def test_an_answer_that_is_only_attached_is_read_too() -> None:
    message = parsed(b"From: a@b.example\r\nSubject: x\r\n\r\nyes\r\n")
    message.add_attachment(
        APPLE.encode(), maintype="application", subtype="ics", filename="reply.ics"
    )
    assert isinstance(read(parsed(message.as_bytes())), Reply)


@pytest.mark.parametrize(
    ("message", "why"),
    [
        (reply(method="COUNTER"), "proposes another date"),
        (
            carried(GOOGLE.replace("METHOD:REPLY", "METHOD:COUNTER").replace("DTSTART", "X-NONE")),
            r"another date \(COUNTER\); talk",
        ),
        (reply(method="REQUEST"), "its METHOD is REQUEST"),
        (reply("DELEGATED"), "sends somebody instead"),
        (reply("NEEDS-ACTION"), "PARTSTAT is NEEDS-ACTION"),
        (reply(more=f"ATTENDEE;PARTSTAT=DECLINED:mailto:{ORGANIZER}"), "2 attendees"),
        (reply(more="END:VEVENT\nBEGIN:VEVENT\nUID:x"), "2 meetings"),
        (carried("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"), "METHOD is missing"),
        (carried(GOOGLE.replace(DTSTAMP, "COMMENT:")), "no DTSTAMP"),
        (
            carried(GOOGLE.replace("DTSTAMP:20270104T080000Z", "DTSTAMP;VALUE=DATE:20270104")),
            "instant",
        ),
        (parsed(b"Auto-Submitted: auto-replied\r\n\r\nI am away\r\n"), "an automatic answer"),
        (parsed(b"Subject: \xd0\x9a\r\n\r\nthank you\r\n"), "no calendar"),
        (parsed(bounce(f"<{KEY}@x>", action="delivered")), "delivered"),
        (parsed(bounce("<a.stranger@x>")), "none of ours"),
    ],
)
def test_what_is_no_answer_says_why(message: object, why: str) -> None:
    with pytest.raises(NothingForUsError, match=why):
        read(message)  # type: ignore[arg-type]


def checked(*results: str, authority: str | None = "mx.example") -> None:
    message = reply()
    for result in results:
        message["Authentication-Results"] = result
    check_sender(parsed(message.as_bytes()), authority)


def test_the_first_word_of_our_own_server_says_whether_a_sender_is_forged() -> None:
    genuine, forged = "mx.example; dmarc=pass", "mx.example 1; spf=pass; DMARC = fail (p=none)"
    checked()
    checked(genuine, forged)
    checked("mx.elsewhere.example; dmarc=fail", genuine)
    checked(forged, authority=None)
    with pytest.raises(NothingForUsError, match=r"forged, says mx.example \(dmarc=fail\)"):
        checked("mx.elsewhere.example; dmarc=pass", forged, genuine)


@pytest.mark.parametrize("headers_only", [True, False])
def test_a_mail_that_came_back_is_known_by_its_message_id(*, headers_only: bool) -> None:
    message = parsed(bounce(f"<{KEY}@secretariat.example>", headers_only=headers_only))
    assert read(message) == Report(KEY, final=True, explanation="5.1.1 550 5.1.1 no such user")


def test_or_by_its_envelope_where_nothing_of_it_came_along() -> None:
    message = parsed(bounce("<rewritten@mx.example>", envelope=KEY, action="delayed"))
    assert read(message) == Report(KEY, final=False, explanation="5.1.1 550 5.1.1 no such user")


@given(
    st.sampled_from(["ACCEPTED", "TENTATIVE", "DECLINED"]),
    st.integers(0, 2**31),
    st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1)),  # noqa: DTZ001 - Hypothesis asks so
)
def test_any_answer_survives_its_way_through_mime(
    status: str, sequence: int, stamp: datetime
) -> None:
    stamp = stamp.replace(microsecond=0, tzinfo=UTC)
    sent = reply(status, sequence=sequence, stamp=stamp)
    found = read(parsed(sent.as_bytes()))
    assert isinstance(found, Reply)
    assert (found.sequence, found.stamp) == (sequence, stamp)
    assert found.participation == status.lower()
