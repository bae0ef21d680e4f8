"""When mails are due, what becomes of them, and which answer counts."""

import zoneinfo
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from email.policy import SMTP
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from events.event import Event
from events.moments import Moment, Span
from events.notices import Participation
from events.vocabulary import Actor
from services.icalendar import entry as entries
from services.icalendar.entry import Entry
from services.icalendar.wording import LANGUAGES
from services.notices.commands import Invitee
from services.notices.message import calendar_of, compose
from services.notices.post import Post, Server, Tls
from services.notices.rules import answer as answers
from services.notices.rules import life, telling
from services.notices.rules.answer import Answer
from services.notices.rules.life import PAUSES
from services.notices.rules.mail import Kind, Mail, Stage
from services.notices.rules.recipient import (
    URGENT,
    Digest,
    Quiet,
    Recipient,
    check_keeper,
    when_due,
)
from services.notices.rules.wording import WORDINGS, language_for
from services.refusals import NotAllowedError, WrongStateError
from tests.conftest import CUSTOMS
from tests.notices.conftest import ORGANIZER, SCHEDULED, cancelled, moved, span

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
FAR = NOW + timedelta(days=60)
POST = Post(ORGANIZER, Server("smtp.example", 25, Tls.NONE), None)
ZONES = ["Asia/Tashkent", "Asia/Shanghai", "Europe/Berlin", "America/St_Johns", "Pacific/Apia"]
WALLS = st.times().map(lambda t: t.replace(second=0, microsecond=0, tzinfo=None))
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
OMAROVA = Recipient(
    id="customs-heads.kazakhstan.coordinator",
    mechanism="customs-heads",
    party="kazakhstan",
    handle="coordinator",
    name="Айгүл Омарова",
    address="a.omarova@mfa.example",
    language="ru",
    zone="Asia/Tashkent",
)


def like(**more: object) -> Recipient:
    return Recipient.model_validate({**OMAROVA.model_dump(), **more})


@st.composite
def quiets(draw: Callable[..., time]) -> Quiet:
    begins = draw(WALLS)
    return Quiet(begins=begins, ends=draw(WALLS.filter(lambda ends: ends != begins)))


@given(
    now=INSTANTS,
    zone=st.sampled_from(ZONES),
    digest=st.sampled_from(Digest),
    digest_at=WALLS,
    quiet=st.none() | quiets(),
    ahead=st.timedeltas(timedelta(days=-2), timedelta(days=90)),
)
def test_nothing_is_early_nothing_disturbs_and_nothing_waits_past_its_use(
    now: datetime,
    zone: str,
    digest: Digest,
    digest_at: time,
    quiet: Quiet | None,
    ahead: timedelta,
) -> None:
    recipient = like(zone=zone, digest=digest, digest_at=digest_at, quiet=quiet)
    starts = now + ahead
    due = when_due(recipient, starts, now)
    assert now <= due <= now + timedelta(hours=51)  # two days, one of which has 25 hours
    if due == now:
        return
    assert due <= starts - URGENT
    clock = due.astimezone(zoneinfo.ZoneInfo(zone)).time()
    assert quiet is None or not quiet.holds(clock) or skipped(due, zone, quiet.ends)
    if quiet is None:
        assert clock == digest_at or skipped(due, zone, digest_at)


def skipped(due: datetime, zone: str, wall: time) -> bool:
    """Whether clocks in `zone` skip `wall` on the day of `due`."""
    place = zoneinfo.ZoneInfo(zone)
    meant = datetime.combine(due.astimezone(place).date(), wall, tzinfo=place)
    return meant.astimezone(UTC).astimezone(place).time() != wall


@pytest.mark.parametrize(
    ("more", "now", "due"),
    [
        ({}, "2027-03-01T20:00", "2027-03-01T20:00"),
        ({"quiet": {"begins": "21:00", "ends": "07:30"}}, "2027-03-01T20:00", "2027-03-02T02:30"),
        ({"quiet": {"begins": "21:00", "ends": "07:30"}}, "2027-03-01T15:59", "2027-03-01T15:59"),
        ({"quiet": {"begins": "12:00", "ends": "14:00"}}, "2027-03-01T08:00", "2027-03-01T09:00"),
        ({"digest": "daily"}, "2027-03-01T02:59", "2027-03-01T03:00"),
        ({"digest": "daily"}, "2027-03-01T03:01", "2027-03-02T03:00"),
        (
            {"digest": "daily", "quiet": {"begins": "21:00", "ends": "09:00"}},
            "2027-03-01T03:01",
            "2027-03-02T04:00",
        ),
    ],
)
def test_quiet_hours_and_digests_are_of_the_recipients_clock(
    more: dict[str, object], now: str, due: str
) -> None:
    """Tashkent is five hours ahead of UTC."""
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert when_due(like(**more), FAR, at).isoformat()[:16] == due


@pytest.mark.parametrize(
    ("quiet", "now", "due"),
    [
        # Berlin, 2027-03-28: clocks go from 02:00 to 03:00 at 01:00 UTC
        (("22:00", "02:30"), "2027-03-27T23:00", "2027-03-28T01:30"),
        (("22:00", "07:00"), "2027-03-27T23:00", "2027-03-28T05:00"),
        # and on 2027-10-31 from 03:00 back to 02:00, also at 01:00 UTC
        (("22:00", "02:30"), "2027-10-30T23:00", "2027-10-31T00:30"),
        (("22:00", "02:30"), "2027-10-31T01:10", "2027-10-31T01:30"),
        (("22:00", "02:30"), "2027-10-31T00:40", "2027-10-31T00:40"),
        (("22:00", "07:00"), "2027-10-30T23:00", "2027-10-31T06:00"),
        (("23:30", "00:30"), "2027-03-01T22:59", "2027-03-01T23:30"),
        (("23:30", "00:30"), "2027-03-01T22:29", "2027-03-01T22:29"),
        (("23:30", "00:30"), "2027-03-01T23:30", "2027-03-01T23:30"),
        (("00:00", "06:00"), "2027-03-01T23:00", "2027-03-02T05:00"),
    ],
)
def test_quiet_hours_over_midnight_and_changes_of_the_clock(
    quiet: tuple[str, str], now: str, due: str
) -> None:
    begins, ends = quiet
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    who = like(zone="Europe/Berlin", quiet={"begins": begins, "ends": ends})
    assert when_due(who, datetime(2028, 1, 1, tzinfo=UTC), at).isoformat()[:16] == due


def test_what_is_urgent_does_not_wait() -> None:
    night = datetime(2027, 3, 1, 20, tzinfo=UTC)
    quiet = like(quiet={"begins": "21:00", "ends": "07:30"})
    assert when_due(quiet, night + timedelta(hours=8), night) == night


@pytest.mark.parametrize(
    ("starts", "due"),
    [
        ("2027-03-03T20:00", "2027-03-02T03:00"),  # the digest, at eight
        ("2027-03-02T14:45", "2027-03-02T02:30"),  # too late for it; the end of quiet hours
        ("2027-03-02T14:15", "2027-03-01T20:00"),  # too late for both
    ],
)
def test_what_is_too_urgent_for_the_digest_waits_for_the_end_of_quiet_hours_all_the_same(
    starts: str, due: str
) -> None:
    who = like(digest="daily", digest_at="08:00", quiet={"begins": "21:00", "ends": "07:30"})
    night = datetime(2027, 3, 1, 20, tzinfo=UTC)
    found = when_due(who, datetime.fromisoformat(starts).replace(tzinfo=UTC), night)
    assert found.isoformat()[:16] == due


@pytest.mark.parametrize(
    "more",
    [
        {"quiet": {"begins": "21:00", "ends": "21:00"}},
        {"language": "qq"},
        {"digest_at": "08:00:30"},
        {"zone": "Asia/Astana"},
        {"address": "нет mfa.example"},
        {"address": "two@a.example,b@b.example"},
        {"address": "a@b.example\r\nBcc: c@d.example"},
        {"name": "A\nB"},
    ],
)
def test_settings_that_make_no_sense_are_refused(more: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Invitee.model_validate({"name": "A", "address": "a@b.example", **more})


@pytest.mark.parametrize("more", [{"address": "a@b..example"}, {"language": "qq"}])
def test_who_was_taken_before_that_was_refused_is_read_back(more: dict[str, object]) -> None:
    kept = OMAROVA.model_copy(update=more).model_dump_json()
    assert Recipient.model_validate_json(kept).model_dump_json() == kept


@pytest.mark.parametrize("actor", ["secretary", "kazakhstan/coordinator"])
def test_a_party_keeps_its_own_addresses(actor: str) -> None:
    check_keeper(Actor.parse(actor), "kazakhstan")


@pytest.mark.parametrize("actor", ["kazakhstan/delegate", "china/coordinator", "kazakhstan/chair"])
def test_and_nobody_elses(actor: str) -> None:
    with pytest.raises(NotAllowedError, match="coordinator of kazakhstan"):
        check_keeper(Actor.parse(actor), "kazakhstan")


def entry() -> Entry:
    return entries.begin(SCHEDULED, CUSTOMS, NOW)


def after(before: Entry, event: Event, *, days: int) -> Entry:
    """The next revision, as it is kept."""
    changed = entries.evolve(before, event, NOW + timedelta(days=days))
    return changed.model_copy(update={"revision": before.revision + 1})


def told(of: Entry, *earlier: Mail) -> Mail:
    mail = telling.mail_for(
        OMAROVA, of, earlier, reason="потому", participation=None, now=of.changed
    )
    assert mail is not None
    return mail


def test_what_a_mail_is_follows_from_what_has_arrived() -> None:
    first = told(entry())
    assert first.kind is Kind.INVITATION
    later = after(entry(), moved(1, span(16)), days=1)
    assert told(later, first).kind is Kind.INVITATION, "the first has not gone out"
    sent = life.sent(life.claimed(first, NOW), NOW)
    update = told(later, sent)
    assert (update.kind, update.previous) == (Kind.UPDATE, SCHEDULED.span)
    assert told(later, life.bounced(sent, "no such user")).kind is Kind.INVITATION
    last = after(later, cancelled(2), days=2)
    assert told(last, sent, update).kind is Kind.CANCELLATION
    nothing = telling.mail_for(OMAROVA, last, [first], reason=None, participation=None, now=NOW)
    assert nothing is None
    assert len({first.id, update.id, told(last, sent).id}) == 3
    assert told(entry()).id == first.id


def test_pauses_grow_until_a_mail_is_given_up() -> None:
    mail, waits = told(entry()), []
    while mail.stage is Stage.QUEUED:
        mail = life.failed(life.claimed(mail, NOW), 451, "451 busy", NOW)
        waits.append(mail.due - NOW)
    assert waits[:-1] == list(PAUSES)
    assert (mail.stage, mail.attempts) == (Stage.FAILED, len(PAUSES) + 1)
    assert life.retried(mail, NOW).attempts == 0
    with pytest.raises(WrongStateError, match="over"):
        life.retried(mail, SCHEDULED.span.ends.at)
    with pytest.raises(WrongStateError, match="only failed"):
        life.retried(told(entry()), NOW)


def test_what_is_tried_again_keeps_the_quiet_hours_too() -> None:
    quiet = Quiet(begins=time(21), ends=time(7, 30))
    now = datetime(2027, 3, 1, 15, 55, tzinfo=UTC)  # 20:55 in Tashkent
    mail = told(entry()).model_copy(update={"quiet": quiet})
    again = life.failed(life.claimed(mail, now), 450, "450 later", now)
    assert again.due == now + PAUSES[0]
    again = life.failed(life.claimed(again, now), 450, "450 later", now)
    assert again.due == datetime(2027, 3, 2, 2, 30, tzinfo=UTC)


def test_a_refusal_for_good_is_not_tried_again_and_what_is_over_is_not_sent() -> None:
    mail = life.claimed(told(entry()), NOW)
    assert life.failed(mail, 550, "550 no such user", NOW).stage is Stage.FAILED
    assert life.released(mail).attempts == 0
    assert life.claimed(mail, SCHEDULED.span.ends.at).stage is Stage.EXPIRED


def answer(number: int, sequence: int, minutes: int, said: Participation) -> Answer:
    return Answer(
        id=f"{number}",
        mechanism="customs-heads",
        meeting=SCHEDULED.meeting,
        recipient=OMAROVA.id,
        party="kazakhstan",
        participation=said,
        sequence=sequence,
        stamp=NOW + timedelta(minutes=minutes),
        sender="a@b.example",
        received=NOW,
    )


def test_the_same_answer_counts_in_whichever_order_answers_come() -> None:
    yes, no, perhaps = Participation.ACCEPTED, Participation.DECLINED, Participation.TENTATIVE
    all_of_them = [answer(1, 0, 50, yes), answer(2, 1, 10, no), answer(3, 1, 20, perhaps)]
    current = entries.evolve(entry(), moved(1, span(16)), NOW)
    for order in permutations(all_of_them):
        seen: list[Answer] = []
        events = []
        for each in order:
            events += answers.said(each, seen, current)
            seen.append(each)
        assert answers.counting(seen) == all_of_them[2]
        assert events[-1].participation is perhaps
        assert all(event.sequence == 1 for event in events)


def test_a_delegation_comes_where_one_of_it_does() -> None:
    yes, no = Participation.ACCEPTED, Participation.DECLINED
    first = answer(1, 0, 10, yes)
    second = answer(2, 0, 20, no).model_copy(update={"recipient": "another of them"})
    stranger = answer(3, 0, 30, yes).model_copy(update={"confirmed": False, "recipient": "third"})
    (event,) = answers.said(second, [first, stranger], entry())
    assert (event.participation, event.delegation) == (no, yes)
    later = answer(4, 0, 40, no)
    (event,) = answers.said(later, [first, second, stranger], entry())
    assert event.delegation is no
    moved_on = entries.evolve(entry(), moved(1, span(16)), NOW)
    (event,) = answers.said(answer(5, 1, 50, no), [second, first], moved_on)
    assert event.delegation is no, "what was said of the former date is over"


@pytest.mark.parametrize("language", [*WORDINGS, "qq"])
@pytest.mark.parametrize("kind", Kind)
def test_a_mail_has_the_same_bytes_each_time_in_every_language(language: str, kind: Kind) -> None:
    mail = told(entry()).model_copy(update={"language": language, "kind": kind})
    raw = compose(mail, CUSTOMS, POST)
    assert raw == compose(mail, CUSTOMS, POST)
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("language", WORDINGS)
def test_who_is_to_answer_is_told_where_an_answer_is_read(language: str) -> None:
    mail, words = told(entry()).model_copy(update={"language": language}), WORDINGS[language]
    whom = words.tell.format(address=ORGANIZER)
    answered = mail.model_copy(update={"participation": Participation.ACCEPTED})
    for one in (mail, answered):
        assert f"RSVP=FALSE:mailto:{OMAROVA.address}" in calendar_in(one, POST)
        assert whom in text_of(one, POST)
        assert words.answer not in text_of(one, POST)
    reading = replace(POST, mailbox=Server("imap.example", 993, Tls.IMPLICIT, "meetings", "secret"))
    assert f"RSVP=TRUE:mailto:{OMAROVA.address}" in calendar_in(mail, reading)
    assert words.answer in text_of(mail, reading)
    assert words.answered[Participation.ACCEPTED] in text_of(answered, reading)
    assert whom not in text_of(mail, reading)
    called_off = mail.model_copy(update={"kind": Kind.CANCELLATION})
    assert whom not in text_of(called_off, POST)
    assert (POST.warning is None, reading.warning) == (False, None)
    assert replace(POST, out=None).warning is None


def test_a_mail_shows_the_wall_time_that_was_said_in_each_zone_as_its_rules_are_now() -> None:
    at = datetime(2027, 9, 14, 3, 30, tzinfo=UTC)
    said = Moment(at=at, zone="Asia/Almaty", offset=360)
    hours = Span(starts=said, ends=said.model_copy(update={"at": at + timedelta(hours=1)}))
    mail = told(entry().model_copy(update={"span": hours}))
    text = text_of(mail.model_copy(update={"zone": "Asia/Shanghai"}), POST)
    assert "09:30–10:30 (Asia/Almaty, UTC+5)" in text
    assert "12:30–13:30 (Asia/Shanghai, UTC+8)" in text
    assert life.claimed(mail, at + timedelta(minutes=90)).stage is Stage.SENDING
    assert life.claimed(mail, at + timedelta(hours=2)).stage is Stage.EXPIRED
    off = mail.model_copy(update={"kind": Kind.CANCELLATION, "entry": entry(), "known": mail.entry})
    assert "09:30–10:30 (Asia/Almaty, UTC+5)" in text_of(off, POST)


def text_of(mail: Mail, post: Post) -> str:
    message = message_from_bytes(compose(mail, CUSTOMS, post), policy=SMTP)
    text = message.get_body(("plain",))
    assert text is not None
    return str(text.get_content())


def calendar_in(mail: Mail, post: Post) -> str:
    return calendar_of(mail, post).replace("\r\n ", "")


def test_a_party_is_written_to_in_the_first_of_its_languages_that_there_is() -> None:
    spoken = (("kk", "ru"), ("qq", "tg"), ("zh",), ("qq",))
    assert [language_for(x) for x in spoken] == ["kk", "tg", "zh", "en"]


def test_mail_is_written_in_every_language_of_the_feeds() -> None:
    assert set(WORDINGS) == set(LANGUAGES)
    english = WORDINGS["en"]
    for language, wording in WORDINGS.items():
        assert wording.why.format(party="P", body="B").count("P") >= 1
        assert "{count}" in wording.digest
        same = [
            name
            for name, text in vars(wording).items()
            if text == getattr(english, name) and name != "common"
        ]
        assert language == "en" or not same, (language, same)
