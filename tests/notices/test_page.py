"""The page of mail, for the secretary alone."""

import re
from datetime import timedelta
from typing import Any

import pytest

from events.notices import AttendanceReplied
from services.notices import incoming
from services.notices.post import IN, Post, note
from tests.conftest import START, Stage
from tests.notices.clients import OUTLOOK_COM, STAMP, carried, reply
from tests.notices.conftest import (
    MEETING,
    OMAROVA,
    ORGANIZER,
    SCHEDULED,
    Sending,
    circulated,
    moved,
    register,
    settled,
    span,
)
from tests.notices.post_office import PostOffice

SECRETARY = {"actor": "secretary"}


async def page(
    stage: Stage,
    path: str = "/mail",
    status: int = 200,
    fields: dict[str, str] | None = None,
) -> str:
    """What the page of mail says after a form of it was sent, without its marks."""
    answer = await stage.http.post(path, headers=SECRETARY, data=fields)
    assert answer.status_code == status, answer.text
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


async def come(stage: Stage, *messages: Any) -> None:
    """Have mails in the mailbox."""
    database = stage.program.workers["notices"].database
    for place, message in enumerate(messages, start=1):
        found = incoming.Found(place, message.as_bytes())
        settings = Post(ORGANIZER, None, None)
        await incoming.take(database, found, 1, settings, stage.clock.now())


@pytest.fixture
async def filled(stage: Stage, office: PostOffice, sending_from: Sending) -> None:
    """One who has the invitation and one who has not; no mail came in yet."""
    office.to_recipients = ["250 OK", "550 5.1.1 no such user"]
    async with sending_from(stage, office):
        await register(stage)
        await register(stage, "china", name="李娜", address="li.na@mfa.example")
        await stage.tell(SCHEDULED)
        await settled(stage, ["failed", "sent"])
    database = stage.program.workers["notices"].database
    await note(database, IN, office.server, None, START)


@pytest.mark.usefixtures("filled")
async def test_nobody_but_the_secretary_sees_it(stage: Stage) -> None:
    for headers, status in (({}, 200), ({"actor": "kazakhstan/coordinator"}, 403)):
        for ask in (stage.http.get, stage.http.post):
            answer = await ask("/mail", headers=headers)
            assert answer.status_code == status
            assert "for the secretary alone" in answer.text
            assert MEETING not in answer.text
            assert "mfa.example" not in answer.text
    for path in ("/mail/x/retry", f"/mail/answers/{MEETING}/x/confirm"):
        answer = await stage.http.post(path, headers={"actor": "kazakhstan/delegate"})
        assert answer.status_code == 403
    assert "1 mail not delivered" in (await stage.http.get("/mail", headers=SECRETARY)).text


@pytest.mark.usefixtures("filled")
async def test_what_did_not_arrive_is_shown_with_the_reason_and_sent_again(
    stage: Stage, office: PostOffice, sending_from: Sending
) -> None:
    shown = await page(stage)
    assert "0 of 2 accepted, 1 silent, 1 not reached" in shown
    for said in ("李娜", "li.na@mfa.example", "refused 550 5.1.1 no such user"):
        assert said in shown
    answer = await stage.http.post("/mail", headers=SECRETARY)
    (retry,) = re.findall(r'action="(/mail/\w+/retry)"', answer.text)
    assert "as soon as the server takes it" in await page(stage, retry)
    async with sending_from(stage, office):
        await settled(stage, ["sent", "sent"])
    assert "All mail is out" in await page(stage)
    assert "only failed and bounced ones are retried" in await page(stage, retry, status=422)


@pytest.mark.usefixtures("filled")
async def test_an_answer_from_another_address_counts_once_the_secretary_confirms_it(
    stage: Stage,
) -> None:
    await come(
        stage,
        reply("ACCEPTED", sender="omarova77@mail.example", more="COMMENT:Келемін"),
        reply(method="COUNTER"),
    )
    shown = await page(stage)
    for said in ("1 answer to confirm", "omarova77@mail.example", "Келемін", "0 of 2 accepted"):
        assert said in shown
    assert "proposes another date" in shown
    answer = await stage.http.post("/mail", headers=SECRETARY)
    (confirm,) = re.findall(r'action="(/mail/answers/\S+/confirm)"', answer.text)
    shown = await page(stage, confirm)
    assert "1 of 2 accepted, 1 not reached" in shown
    assert "to confirm" not in shown
    await stage.program.settle()
    assert len(await stage.said(AttendanceReplied)) == 1


@pytest.mark.usefixtures("filled")
async def test_a_doubtful_answer_that_would_not_count_is_not_asked_about(stage: Stage) -> None:
    await come(
        stage,
        reply("ACCEPTED", sender="omarova77@mail.example"),
        reply("DECLINED", stamp=STAMP + timedelta(hours=1)),
        carried(OUTLOOK_COM),
    )
    shown = await page(stage)
    assert "to confirm" not in shown
    assert "1 declined" in shown


async def test_a_new_secretariat_reads_what_to_set(stage: Stage) -> None:
    shown = await page(stage)
    for said in (
        "No mail goes out No server is set, and nobody has an address",
        "SMTP_HOST and MAIL_ADDRESS say which",
        "Nobody is invited",
    ):
        assert said in shown
    await stage.tell(SCHEDULED)
    await register(stage)
    shown = await page(stage)
    assert "All mail is out" not in shown
    assert "No server is set: invitations wait until there is one." in shown
    assert "once a server is set" in shown


async def test_who_was_not_sent_the_invitation_is_not_silent_and_who_has_no_address_is_named(
    stage: Stage, office: PostOffice, sending_from: Sending
) -> None:
    await register(stage)
    await stage.tell(SCHEDULED)
    shown = await page(stage)
    assert "0 of 1 accepted, 1 not sent yet 5 delegations have no address" in shown
    assert "No address: China, Kyrgyzstan, Tajikistan, Turkmenistan, Uzbekistan." in shown
    assert "silent" not in shown
    async with sending_from(stage, office):
        await settled(stage, ["sent"])
        assert "0 of 1 accepted, 1 silent" in await page(stage)
    await stage.tell(circulated())
    assert "0 of 1 accepted, 1 silent" in await page(stage)
    await stage.tell(moved(2, span(16)))
    assert "0 of 1 accepted, 1 not sent yet" in await page(stage)


async def test_the_secretary_invites_by_a_form_and_ends_it(stage: Stage) -> None:
    await stage.tell(SCHEDULED)
    form = {
        "body": "customs-heads",
        "party": "kazakhstan",
        "handle": "coordinator",
        "name": "A. Omarova",
        "address": OMAROVA,
        "language": "",
    }
    shown = await page(stage, "/mail/recipients", fields=form)
    assert "A. Omarova is invited to the meetings to come." in shown
    assert "1 not sent yet" in shown
    who = "/mechanisms/customs-heads/recipients/kazakhstan/coordinator"
    quiet = {"begins": "21:00", "ends": "07:30"}
    await stage.put(who, {"name": "A. Omarova", "address": OMAROVA, "quiet": quiet})
    shown = await page(stage, "/mail/recipients", fields=form | {"address": "o@mfa.example"})
    assert "o@mfa.example" in shown
    assert "not 21:00–07:30" in shown
    for wrong, why in (
        ({"address": "nowhere"}, "address"),
        ({"handle": "министр"}, "nobody can be known as “министр”"),
        ({"party": "mongolia"}, "mongolia is no party of customs-heads"),
        ({"body": "moon"}, "no mechanism called moon"),
    ):
        assert why in await page(stage, "/mail/recipients", 422, form | wrong)
    another = {"name": "B. Li", "address": "li@mfa.example"}
    shown = await page(stage, "/mail/recipients", fields=form | another)
    assert "B. Li is invited to the meetings to come. A. Omarova, whose place that was, is" in shown
    await page(stage, "/mail/recipients", fields=form | {"handle": "Deputy minister"})
    shown = await page(stage, "/mail/recipients/customs-heads/kazakhstan/deputy-minister/removal")
    assert "A. Omarova is invited no more." in shown
    assert "Invitations that went out to this address are called back." in shown
    await page(stage, "/mail/recipients/customs-heads/kazakhstan/coordinator/removal")
    shown = await page(stage, "/mail")
    assert "li@mfa.example" not in shown
    answer = await stage.http.post("/mail/recipients", data=form)
    assert "Open it as the secretary" in answer.text
