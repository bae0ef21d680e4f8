"""Which changes of a meeting are news to whom, and in which words."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from events.agendas import (
    AgendaAdopted,
    AgendaCirculated,
    AgendaItem,
    ItemKind,
    ItemsRestricted,
)
from events.event import Event
from events.meetings import MeetingRescheduled, RestrictionSet
from events.road.database import Database
from events.road.history import VERSIONS
from services.icalendar import entry as entries
from services.icalendar.entry import Entry
from services.icalendar.wording import LANGUAGES
from services.notices.rules import life, telling
from services.notices.rules.changes import CHANGES, changes_in
from services.notices.rules.mail import Kind, Mail
from services.notices.service import notices
from services.notices.tables import MAILS, MailRow
from tests.conftest import CUSTOMS
from tests.notices.conftest import MEETING, SCHEDULED, cancelled, moved, span
from tests.notices.test_dying import invite
from tests.notices.test_rules import OMAROVA

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
AT_FIRST = entries.begin(SCHEDULED, CUSTOMS, NOW)


def circulated(*titles: str) -> AgendaCirculated:
    items = tuple(
        AgendaItem(item=f"{MEETING}.i{n}", number=f"{n}", title=title, kind=ItemKind.PROPOSED)
        for n, title in enumerate(titles, start=1)
    )
    return AgendaCirculated(mechanism="customs-heads", meeting=MEETING, revision=0, items=items)


def withheld(circulated: AgendaCirculated, *titles: str) -> ItemsRestricted:
    items = (
        item.model_copy(update={"restricted": item.title in titles}) for item in circulated.items
    )
    return ItemsRestricted(mechanism="customs-heads", meeting=MEETING, items=tuple(items))


def restricted(is_so: bool) -> RestrictionSet:
    return RestrictionSet(mechanism="customs-heads", meeting=MEETING, restricted=is_so)


def after(entry: Entry, *happened: Event) -> Entry:
    for event in happened:
        entry = entries.evolve(entry, event, entry.changed + timedelta(hours=1))
        entry = entry.model_copy(update={"revision": entry.revision + 1})
    return entry


def mail_of(entry: Entry, *earlier: Mail) -> Mail | None:
    return telling.mail_for(
        OMAROVA, entry, earlier, reason=None, participation=None, now=entry.changed
    )


def sent(entry: Entry, *earlier: Mail) -> Mail:
    mail = mail_of(entry, *earlier)
    assert mail is not None
    return life.sent(life.claimed(mail, NOW), NOW)


def changes(*happened: Event, language: str = "en", before: tuple[Event, ...] = ()) -> list[str]:
    known = after(AT_FIRST, *before)
    mail = mail_of(after(known, *happened), sent(known))
    assert mail is not None
    return changes_in(mail, language)


def test_zone_and_offset_are_said_once_and_stand_in_no_other_brackets() -> None:
    (said, _) = changes(moved(1, span(16)), language="kk")
    assert said.startswith("Жаңа уақыты: 2027\u202fж. 16 мау., 09:30; бұрынғы уақыты: ")
    assert said.endswith(" 09:30 (Asia/Almaty, UTC+5)")
    assert said.count("(") == 1


@pytest.mark.parametrize(
    ("before", "happened"),
    [
        ((), (restricted(False),)),
        ((circulated("A", "B"),), (circulated("A", "B"),)),
        ((circulated("A"),), (circulated("A", "B"), circulated("A"))),
        ((), (restricted(True), restricted(False))),
    ],
)
def test_nobody_is_told_again_what_they_know(
    before: tuple[Event, ...], happened: tuple[Event, ...]
) -> None:
    known = after(AT_FIRST, *before)
    assert mail_of(after(known, *happened), sent(known)) is None


def test_who_may_have_read_otherwise_is_told() -> None:
    first = sent(AT_FIRST)
    closed = after(AT_FIRST, restricted(True))
    second = mail_of(closed, first)
    assert second is not None
    opened = after(closed, restricted(False))
    assert mail_of(opened, first, second) is None, "the second has not gone out"
    refused = life.failed(life.claimed(second, NOW), 550, "550 no", NOW)
    assert mail_of(opened, first, refused) is None, "nor did it arrive"
    lost = life.failed(life.claimed(second, NOW), None, "connection lost", NOW)
    for interrupted in (life.claimed(second, NOW), lost):
        assert mail_of(opened, first, interrupted) is not None


def test_a_date_that_went_and_came_back_is_told_since_answers_to_it_are_void() -> None:
    there = moved(1, span(16)).model_copy(update={"place": SCHEDULED.place})
    back = moved(2, SCHEDULED.span).model_copy(
        update={"place": SCHEDULED.place, "previous": span(16)}
    )
    assert changes(there, back) == [
        ("Moved from 16 Jun 2027, 09:30 to 9 Jun 2027, 09:30 (Asia/Almaty, UTC+5)")
    ]


@pytest.mark.parametrize(
    ("before", "happened", "said"),
    [
        (
            (),
            (moved(1, span(16)),),
            [
                ("Moved from 9 Jun 2027, 09:30 to 16 Jun 2027, 09:30 (Asia/Almaty, UTC+5)"),
                "New place: Almaty",
            ],
        ),
        ((), (circulated("A", "B"),), ["The provisional agenda is circulated."]),
        (
            (circulated("A", "B"),),
            (circulated("A", "C", "B"), moved(1, SCHEDULED.span)),
            ["New place: Almaty", "Agenda, item added: 2. C"],
        ),
        ((circulated("A", "B"),), (circulated("B"),), ["Agenda, item taken off: 1. A"]),
        (
            (circulated("A", "B"),),
            (circulated("B", "A"),),
            ["Agenda: the items have another order."],
        ),
        ((circulated("A", "A"),), (circulated("A"),), ["Agenda, item taken off: 2. A"]),
        (
            (circulated("A", "B"),),
            (withheld(circulated("A", "B"), "B"),),
            ["Agenda: items that go back to restricted meetings are not shown here."],
        ),
        ((), (restricted(True),), ["The meeting is restricted now."]),
        ((restricted(True),), (restricted(False),), ["The meeting is no longer restricted."]),
        (
            (circulated("A"),),
            (
                AgendaAdopted(
                    mechanism="customs-heads", meeting=MEETING, items=circulated("A").items
                ),
            ),
            ["The agenda is adopted."],
        ),
    ],
)
def test_an_update_says_what_has_changed(
    before: tuple[Event, ...], happened: tuple[Event, ...], said: list[str]
) -> None:
    assert changes(*happened, before=before) == said


def test_another_end_is_said_with_both_spans() -> None:
    longer = SCHEDULED.span.model_copy(
        update={"ends": SCHEDULED.span.ends.model_copy(update={"at": span(9, 11).ends.at})}
    )
    event = MeetingRescheduled.model_validate(
        moved(1, longer).model_dump() | {"place": SCHEDULED.place}
    )
    (said,) = changes(event)
    assert "09:30–16:30" in said
    assert "09:30–18:30" in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_changes_are_told_in_every_language(language: str) -> None:
    everything = (moved(1, span(16)), circulated("A", "C", "B"), restricted(True))
    said = changes(*everything, language=language, before=(circulated("A", "X"),))
    assert len(said) == 6
    assert all(not (set(text) & set("{}")) for text in said)
    assert [title for title in ("Almaty", "2. C", "2. X") if title in "\n".join(said)] == [
        "Almaty",
        "2. C",
        "2. X",
    ]
    if language != "en":
        assert not set(said) & set(changes(*everything, before=(circulated("A", "X"),)))
        assert not set(CHANGES[language]) & set(CHANGES["en"])


def test_what_no_feed_tells_is_stamped_no_earlier_than_a_feed_where_the_clock_went_back() -> None:
    early = {"ahead": 1, "queued": NOW - timedelta(days=300)}
    assert sent(AT_FIRST).model_copy(update=early).stamp == AT_FIRST.changed


def test_a_reason_is_told_though_another_change_came_before_the_mail_went() -> None:
    known = sent(AT_FIRST)
    mail = mail_of(after(AT_FIRST, moved(1, span(16)), circulated("A")), known)
    assert mail is not None
    assert mail.reason == "Государственный визит"
    late = mail_of(after(AT_FIRST, moved(1, span(16)), cancelled(2)), known)
    assert late is not None
    assert (late.kind, late.previous) == (Kind.CANCELLATION, SCHEDULED.span)


async def test_a_mail_that_waited_before_still_tells_of_the_former_date(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}", "notices", notices.migrations)
    await database.migrate()
    await invite(database, 2)
    async with database.write() as session:
        moved_one, new_one = await MAILS.all(session)
        for mail, previous in ((moved_one, span(2)), (new_one, None)):
            old = mail.model_dump(mode="json", exclude={"known"})
            old["previous"] = previous and previous.model_dump(mode="json")
            row = await session.get_one(MailRow, mail.id)
            row.document = json.dumps(old)
            session.put(row)
        back = "SET version_num = 'notices_3' WHERE version_num = 'notices_4'"
        await session.execute(text(f"UPDATE {VERSIONS} {back}"))
    await database.migrate()
    async with database.read() as session:
        found = {mail.id: mail for mail in await MAILS.all(session)}
    assert found[moved_one.id].previous == span(2)
    assert found[new_one.id] == new_one
    await database.close()
