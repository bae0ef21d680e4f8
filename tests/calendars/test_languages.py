"""The words that feeds add, in the languages of all parties."""

import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
import yaml
from sqlalchemy import text
from sqlmodel import col, select

from events.mechanisms import MilestoneKind
from events.meetings import MilestonesMet
from events.road.history import VERSIONS
from events.subscriptions import Settings
from services.agendas.rules.agenda import ADOPTION, HEADING
from services.calendars.feeds import Follower
from services.calendars.rewriting import rewrite
from services.calendars.service import calendars
from services.calendars.tables import FragmentRow, SecretRow
from services.icalendar.bodies import FULL_NAMES, NAMES, body_in, title_in, title_of
from services.icalendar.dates import moment_in
from services.icalendar.entry import evolve
from services.icalendar.lines import text as escaped
from services.icalendar.names import ITEMS, PARTIES, item_in, party_in
from services.icalendar.vevent import deadlines, vevent
from services.icalendar.wording import LANGUAGES, WORDS
from services.subscriptions.service import subscriptions
from tests.calendars.readers import by_ical
from tests.calendars.strict import faults, unfolded
from tests.calendars.test_feed import entry_after
from tests.calendars.test_following import DUE, following, owed, text_of
from tests.calendars.test_freshness import ALL, CLOCK, Copy
from tests.calendars.test_service import CANCELLED, FEED, MEETING, MOVED, convened, feeds_in
from tests.conftest import CUSTOMS, START

BEFORE = (  # r4 and r5 undone
    "DROP TABLE secret",
    "ALTER TABLE mark DROP COLUMN look",
    "CREATE INDEX ix_entry_starts ON entry (starts)",
    "ALTER TABLE task ADD COLUMN changed DATETIME",
    "ALTER TABLE follower ADD COLUMN changed DATETIME",
)
REGISTRY = Path(__file__).parents[2] / "services" / "mechanisms" / "registry.yaml"


def languages_of(party: Any) -> Any:
    return party["reference"]["languages"]


@pytest.fixture
async def stage(staged: Any) -> Any:
    stage = await staged(subscriptions, calendars)
    await stage.tell(convened(), DUE, owed("kazakhstan"))
    return stage


def test_every_language_of_a_party_has_all_words() -> None:
    registry = yaml.safe_load(REGISTRY.read_text(encoding="utf-8"))
    spoken = {one["code"] for party in registry["parties"] for one in languages_of(party)}
    assert spoken | {"en"} == set(LANGUAGES)
    for language, words in WORDS.items():
        said = [*words[:-1], *words.due.values()]
        assert all(each == each.strip() != "" for each in said), language
        assert words.due.keys() == set(MilestoneKind)
        for name in ("moved", "hosted_by"):
            fields = [field for _, field, _, _ in Formatter().parse(getattr(words, name))]
            assert fields.count("") == 1, (language, name)


def test_every_party_and_standing_item_has_a_name_in_every_language() -> None:
    registry = yaml.safe_load(REGISTRY.read_text(encoding="utf-8"))
    procedure = yaml.safe_load(REGISTRY.with_name("procedure.yaml").read_text(encoding="utf-8"))
    rules = [procedure["all"], *procedure["kinds"].values()]
    items = {
        title
        for each in rules
        for name in ("standing_items", "closing_items")
        for title in each.get(name, ())
    }
    assert items | {ADOPTION, HEADING} == ITEMS.keys()
    assert {party["id"] for party in registry["parties"]} == PARTIES.keys()
    for names in (*PARTIES.values(), *ITEMS.values()):
        assert names.keys() == set(LANGUAGES) - {"en"}
    assert party_in("mongolia", "ru", "Mongolia") == "Mongolia"
    assert item_in("4.2. Any other business", "zh") == "4.2. 其他事项"
    assert item_in("3. Own words: a. b", "zh") == "3. Own words: a. b"


def test_every_body_has_a_name_in_every_language() -> None:
    registry = yaml.safe_load(REGISTRY.read_text(encoding="utf-8"))
    rows = [*registry["mechanisms"], *registry["other_bodies"]]
    bodies = [row for row in rows if row["status"] != "under_consideration"]
    assert {row["short_name"] for row in bodies} == NAMES.keys()
    assert {row["full_name"] for row in bodies} == FULL_NAMES.keys()
    assert all(called.keys() == set(LANGUAGES) - {"en"} for called in NAMES.values())
    assert all(called.keys() == {"ru", "zh"} for called in FULL_NAMES.values())
    for names in (NAMES, FULL_NAMES):
        told = [(language, name) for called in names.values() for language, name in called.items()]
        assert len(told) == len(set(told)), "two bodies of one name"
    assert body_in("Water ministers", "ru") == "Water ministers"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_meeting_that_nobody_called_otherwise_is_called_by_its_body(language: str) -> None:
    usual = title_of("Heads of customs", 12, 2031)
    shown = title_in(usual, language)
    assert (shown == usual) is (language == "en")
    assert body_in("Heads of customs", language) in shown
    assert "12" in shown
    assert "2031" in shown
    assert title_in(f"Встреча: {usual}, закрытая", language).startswith("Встреча: Heads")
    unknown = title_in(title_of("Water {0}: ministers", 1, 2031), language)
    assert unknown.startswith("Water {0}: ministers")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Heads of state", "Главы государств: 2-й саммит 2031 года"),
        ("Foreign ministers", "Министры иностранных дел: 2-я встреча 2031 года"),
        ("Heads of customs", "Руководители таможенных служб: 2-я встреча 2031 года"),
        ("Business Council", "Деловой совет: 2-е заседание 2031 года"),
        ("Water ministers", "Water ministers: 2-я встреча 2031 года"),
        ("Water committee", "Water committee: 2-е заседание 2031 года"),
    ],
)
def test_ministers_meet_and_councils_sit(name: str, shown: str) -> None:
    assert title_in(title_of(name, 2, 2031), "ru") == shown


def test_what_is_done_and_was_before_is_dated_as_people_write_it() -> None:
    entry = entry_after([convened(), DUE, MOVED])
    met = MilestonesMet(
        mechanism="customs-heads", meeting=MEETING, kinds=(MilestoneKind.PROPOSALS,), at=START
    )
    done = evolve(entry, met, START)
    (line,) = [x for x in unfolded(deadlines(done, language="ru").encode()) if "Сделано" in x]
    assert "Сделано: 4 янв. 2027\u202fг.\\, 11:00 (Asia/Tashkent\\, UTC+5)" in line
    for language in LANGUAGES:
        shown = vevent(entry, language=language).replace("\r\n ", "")
        assert not re.search(r"\([^)]*\(", shown), "brackets in brackets"
    shown = vevent(entry, language="ru").replace("\r\n ", "")
    assert "Перенесено с " in shown
    assert "2027\u202fг.\\, " in shown
    there = evolve(entry, MOVED.model_copy(update={"place": "Самарканд"}), START)
    shown = vevent(there, language="ru").replace("\r\n ", "")
    assert re.search(rf"Перенесено с [^:]*:\d\d[^:]*, {entry.place}: ".replace(",", r"\\,"), shown)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_feed_is_in_the_language_of_its_reader(stage: Any, language: str) -> None:
    words = WORDS[language]
    made = await following(stage, language=language, deadlines=True)
    shown = await text_of(stage, made["address"])
    assert f"DESCRIPTION;LANGUAGE={language}:" in shown
    title = escaped(title_in(convened().title, language))
    uzbekistan = party_in("uzbekistan", language, "Uzbekistan")
    assert (uzbekistan == "Uzbekistan") is (language == "en")
    for word in (f"{words.host}: {uzbekistan}. {words.chair}: ", words.no_agenda):
        assert word in shown
    assert f"SUMMARY:{words.due[MilestoneKind.PROPOSALS]}: {title}" in shown
    assert f"SUMMARY:{title}" in shown
    assert f"CATEGORIES:{body_in('Heads of customs', language)}" in shown
    assert f"SUMMARY:{words.deadline}: Назвать ведомство" in shown
    await stage.tell(MOVED)
    moved = await text_of(stage, made["address"])
    assert escaped(words.moved.format(moment_in(MOVED.previous.starts, language))) in moved
    there = {"previous": MOVED.span, "place": "Самарканд", "reason": "Зал занят", "sequence": 2}
    await stage.tell(MOVED.model_copy(update=there))
    elsewhere = await text_of(stage, made["address"])
    assert "Зал занят" in elsewhere
    assert escaped(words.moved.format("")).strip() not in elsewhere
    await stage.tell(CANCELLED.model_copy(update={"sequence": 3}))
    assert f"{words.cancelled}: {CANCELLED.reason}" in await text_of(stage, made["address"])
    hosted = await stage.http.get(f"/calendars/hosts/uzbekistan.ics?language={language}")
    assert f"NAME:{words.hosted_by.format(uzbekistan)}\r\n" in hosted.text.replace("\r\n ", "")


async def test_only_languages_that_are_read_are_kept_in_memory(stage: Any) -> None:
    here = feeds_in(stage)
    await stage.http.get(FEED)
    meeting = here.board.known["customs-heads"][MEETING]
    assert meeting.fragments.keys() == {"en"}
    assert "Төраға" in await text_of(stage, f"{FEED}?language=kk")
    meeting = here.board.known["customs-heads"][MEETING]
    assert meeting.fragments.keys() == {"en", "kk"}
    await stage.tell(MOVED)
    for language in ("en", "kk"):
        asked = await stage.http.get(f"{FEED}?language={language}")
        assert faults(asked.content) == []
        assert [one.sequence for one in by_ical(asked.content)] == [1]


async def test_who_asks_while_a_language_is_looked_up_waits_for_it(tmp_path: Path) -> None:
    here = Copy(f"sqlite:///{tmp_path}")
    await here.database.migrate()
    await here.hear(CUSTOMS, convened())
    await here.shows()
    kazakh = Follower(ALL, Settings(language="kk"))
    here.feeds.board.read_in("kk")
    here.feeds.committed.set()
    issue = await here.feeds.issue_for(kazakh)
    assert any("Төраға" in line for line in unfolded(issue.feed.content))
    await here.database.close()


async def test_a_language_without_words_is_english(tmp_path: Path) -> None:
    """Somebody newer may have let a reader wish for it."""
    here = Copy(f"sqlite:///{tmp_path}")
    await here.database.migrate()
    await here.hear(CUSTOMS, convened())
    issue = await here.feeds.issue_for(Follower(ALL, Settings(language="xx")))
    assert issue.feed.content == await here.shows()
    await here.database.close()


async def test_a_meeting_that_an_older_copy_wrote_is_shown_in_english(tmp_path: Path) -> None:
    here = Copy(f"sqlite:///{tmp_path}")
    await here.database.migrate()
    await here.hear(CUSTOMS, convened())
    async with here.database.write() as session:
        await session.execute(text("DELETE FROM fragment WHERE language = 'kk'"))
    issue = await here.feeds.issue_for(Follower(ALL, Settings(language="kk")))
    shown = unfolded(issue.feed.content)
    assert f"UID:{MEETING}@secretariat" in shown
    assert any(line.startswith("DESCRIPTION;LANGUAGE=en:") for line in shown)
    await here.database.close()


async def test_meetings_of_before_get_the_words_of_all_languages(tmp_path: Path) -> None:
    here = Copy(f"sqlite:///{tmp_path}")
    await here.database.migrate()
    await here.hear(CUSTOMS, convened(), DUE, owed("kazakhstan"), MOVED)
    query = select(FragmentRow).order_by(col(FragmentRow.entry), col(FragmentRow.language))
    async with here.database.write() as session:
        whole = await session.scalars(query)
        await session.execute(text("DELETE FROM fragment WHERE language NOT IN ('en', 'ru', 'zh')"))
        for statement in BEFORE:
            await session.execute(text(statement))
        back = "SET version_num = 'calendars_2' WHERE version_num = 'calendars_5'"
        await session.execute(text(f"UPDATE {VERSIONS} {back}"))
    assert len(whole) == 2 * len(LANGUAGES)
    await here.database.migrate()
    async with here.database.read() as session:
        assert await session.scalars(query) == whole
    await here.database.close()


async def test_a_database_of_before_gets_a_secret_and_the_names_of_bodies(tmp_path: Path) -> None:
    here = Copy(f"sqlite:///{tmp_path}")
    await here.database.migrate()
    await here.hear(CUSTOMS, convened(), owed("kazakhstan"))
    query = select(FragmentRow).order_by(col(FragmentRow.entry), col(FragmentRow.language))
    async with here.database.write() as session:
        whole = await session.scalars(query)
        for statement in BEFORE:
            await session.execute(text(statement))
        for table in ("entry", "task"):
            unnamed = "SET document = json_remove(document, '$.short_name')"
            await session.execute(text(f"UPDATE {table} {unnamed}"))
        await session.execute(text("UPDATE fragment SET event = CAST('' AS BLOB)"))
        back = "SET version_num = 'calendars_3' WHERE version_num = 'calendars_5'"
        await session.execute(text(f"UPDATE {VERSIONS} {back}"))
    await here.database.migrate()
    await rewrite(here.database, CLOCK)
    async with here.database.read() as session:
        assert len((await session.get_one(SecretRow, "busy")).value) == 32
        assert await session.scalars(query) == whole
    await here.database.close()
