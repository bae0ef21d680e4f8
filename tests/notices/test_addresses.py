"""Addresses that are not in ASCII (RFC 6531), as far as servers and programs take them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from services.mail_addresses import (
    checked,
    in_transit,
    in_uri,
    needs_utf8,
    of_uri,
    same_for_all,
)
from services.notices.post import Post, PostSettingsError
from services.notices.rules.reading import Reply, parsed, read
from services.organizer import OrganizerError
from tests.conftest import Stage
from tests.notices.clients import reply
from tests.notices.conftest import SCHEDULED, Sending, register, settled
from tests.notices.post_office import Certificate, post_office, raw_of

OMAROVA = "әйгүл.омарова@мфа.example"
ON_THE_WIRE = "әйгүл.омарова@xn--80axy.example"


async def test_a_server_that_offers_smtputf8_is_given_the_address_as_it_is(
    stage: Stage, made: Certificate, sending_from: Sending
) -> None:
    async with post_office(made, utf8=True) as office, sending_from(stage, office):
        await register(stage, address=OMAROVA)
        await stage.tell(SCHEDULED)
        (mail,) = await office.mails(1)
        await settled(stage, ["sent"])
        (envelope,) = office.taken
        assert (envelope.smtp_utf8, envelope.rcpt_tos) == (True, [ON_THE_WIRE])
        raw = raw_of(envelope)
        assert f"<{ON_THE_WIRE}>".encode() in raw.partition(b"\r\n\r\n")[0]
        part = next(p for p in mail.walk() if p.get_content_type() == "text/calendar")
        (event,) = Calendar.from_ical(part.get_content()).walk("VEVENT")
        assert str(event["ATTENDEE"]).isascii(), "a mailto: URI (RFC 6068)"
        assert of_uri(str(event["ATTENDEE"])) == same_for_all(OMAROVA)


async def test_one_that_does_not_is_not_asked_and_the_secretary_reads_what_to_do(
    stage: Stage, made: Certificate, sending_from: Sending
) -> None:
    async with post_office(made) as office, sending_from(stage, office):
        await register(stage, address=OMAROVA)
        await register(stage, "china", name="李娜", address="li.na@mfa.example")
        await stage.tell(SCHEDULED)
        mails = await settled(stage, ["failed", "sent"])
        (failed,) = [mail for mail in mails if mail["stage"] == "failed"]
        assert "offers no SMTPUTF8, RFC 6531): name another address" in failed["error"]
        assert failed["attempts"] == 1, "it is for good"
        assert [envelope.rcpt_tos for envelope in office.taken] == [["li.na@mfa.example"]]


@pytest.mark.parametrize("utf8", [False, True])
async def test_a_domain_alone_is_written_in_ascii_for_every_server(
    stage: Stage, made: Certificate, sending_from: Sending, *, utf8: bool
) -> None:
    async with post_office(made, utf8=utf8) as office, sending_from(stage, office):
        await register(stage, address="a.omarova@МФА.example")
        await stage.tell(SCHEDULED)
        (mail,) = await office.mails(1)
        await settled(stage, ["sent"])
        assert office.taken[0].rcpt_tos == ["a.omarova@xn--80axy.example"]
        assert not office.taken[0].smtp_utf8
        assert raw_of(office.taken[0]).isascii()
        assert mail["To"].addresses[0].addr_spec == "a.omarova@xn--80axy.example"


@pytest.mark.parametrize(
    ("address", "known"),
    [
        ("张伟@例子.中国", "张伟@xn--fsqu00a.xn--fiqs8s"),
        ("a+b%c@faß.example", "a+b%c@xn--fa-hia.example"),
        ("e\u0301va@mfa.example", "éva@mfa.example"),
        ("plain@mfa", "plain@mfa"),
    ],
)
def test_an_address_is_taken_in_any_script(address: str, known: str) -> None:
    assert in_transit(checked(address)) == known


@pytest.mark.parametrize(
    "address",
    [
        "no at",
        "@mfa.example",
        "a@",
        "a@-mfa.example",
        "a@mfa..пример",
        "a\u2028b@mfa.example",
        "a\u00a0b@mfa.example",
        "a\u200eb@mfa.example",
        "a,b@mfa.example",
        "a@b@mfa.example",
        "ә" * 33 + "@mfa.example",
        "a@" + "b." * 127 + "c",
        "a@b..c",
        "a@b.",
        "a@.b",
        "a@b-.c",
        ".a@b.c",
        "a.@b.c",
        "a..b@c.d",
        "A. Omarova <a.omarova@mfa.example>",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"address|domain"):
        checked(address)


ATOMS = st.text(st.sampled_from("aZ09!#$%&'*+/=?^_`{|}~-өқң张伟é"), min_size=1, max_size=7)
NAMES = st.lists(ATOMS, min_size=1, max_size=3).map(".".join)


@given(NAMES, st.sampled_from(["mfa.example", "мфа.example", "例子.中国"]))
def test_an_address_survives_its_way_through_a_calendar_and_back(name: str, domain: str) -> None:
    address = checked(f"{name}@{domain}")
    assert in_uri(address).isascii()
    assert of_uri(f"MAILTO:{in_uri(address)}") == same_for_all(address)
    assert needs_utf8(address) is not name.isascii()


@pytest.mark.parametrize("written", [f"mailto:{OMAROVA}", f"mailto:{in_uri(OMAROVA)}"])
def test_an_answer_is_known_however_its_program_writes_the_address(written: str) -> None:
    message = reply(attendee=written.removeprefix("mailto:"), sender="x@mfa.example")
    found = read(parsed(message.as_bytes()))
    assert isinstance(found, Reply)
    assert found.attendee == same_for_all(OMAROVA)


def test_mail_comes_from_an_address_that_every_server_knows() -> None:
    said = {"MAIL_ADDRESS": "meetings@мфа.example", "SMTP_HOST": "a"}
    assert Post.from_settings(said).address == "meetings@xn--80axy.example"
    with pytest.raises(OrganizerError, match=r"заседания@mfa.example; before the @ .* ASCII"):
        Post.from_settings({**said, "MAIL_ADDRESS": "заседания@mfa.example"})


@pytest.mark.parametrize(
    "wrong",
    ["", "office", "office@", "@x", "a b@x", "office@x..y", "Secretariat <office@x.example>"],
)
def test_a_wrong_address_to_mail_from_is_refused_at_the_start_with_what_to_write(
    wrong: str,
) -> None:
    with pytest.raises(
        (OrganizerError, PostSettingsError), match=r"MAIL_ADDRESS is .*like a.omarova@mfa.example"
    ):
        Post.from_settings({"MAIL_ADDRESS": wrong, "SMTP_HOST": "a"})
