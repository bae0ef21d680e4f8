"""`secretariat slots`, `poll` and `feed`, against a server that runs."""

import json
import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.program.cli import app
from services.scheduling.rules.slots.rule import Rule
from tests.program.test_server import HEADS, PATIENCE, SECRETARIAT, SECRETARY, Server

MEETING = f"{HEADS}-2030-1"
DATES = ("--first", "2030-05-13", "--last", "2030-05-24")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    started = Server(tmp_path)
    body = {"mechanism": HEADS, "year": 2030}
    deadline = time.monotonic() + PATIENCE
    while (
        answer := started.client.post("/meetings", json=body, headers=SECRETARY)
    ).status_code == 404:
        assert time.monotonic() < deadline, answer.text
    assert answer.status_code == 201, answer.text
    yield started
    started.client.close()
    assert started.stop() == 0


def run(server: Server, *words: str) -> "subprocess.CompletedProcess[str]":
    url = str(server.client.base_url).removesuffix("/api/v1/")
    return subprocess.run(
        [SECRETARIAT, *words, "--url", url],
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": "160", "PYTHONIOENCODING": "utf-8", "PATH": ""},
    )


def test_a_secretary_finds_a_date_asks_for_it_and_chooses(server: Server) -> None:
    shown = run(server, "slots", MEETING, *DATES, "--online")
    assert shown.returncode == 0, shown.stderr
    assert "Asia/Shanghai" in shown.stdout
    assert "lunch in Bishkek" in shown.stdout
    found: Any = json.loads(run(server, "slots", MEETING, *DATES, "--limit", "3", "--json").stdout)
    assert len(found["slots"]) == 3
    closing = ("--closes", "2030-01-15T18:00", "--zone", "Asia/Tashkent")
    opened = run(server, "poll", "open", MEETING, *DATES, *closing, "--limit", "2")
    assert opened.stdout.startswith(f"{MEETING}.poll1: http://"), opened.stderr
    standing = run(server, "poll", "show", f"{MEETING}.poll1")
    assert "uzbekistan" in standing.stdout
    assert "The poll is open; silent: china, " in standing.stdout
    again = run(server, "poll", "open", MEETING, *closing, *ON, "--again", "--despite-clashes")
    assert again.returncode == 0, again.stderr
    choice = ("poll", "close", f"{MEETING}.poll1", "s2", "--place", "Пекин")
    early = run(server, *choice)
    assert "Uzbekistan may still answer, for the poll is open until 2030-01-15" in early.stderr
    assert "or say --despite-answers" in early.stderr
    chosen = run(server, *choice, "--despite-answers")
    first, said, other = chosen.stdout.splitlines()
    assert re.fullmatch(
        rf"{MEETING} is scheduled for 2030-05-\d\d \d\d:\d\d Asia/Shanghai\.", first
    )
    assert said == "The delegations had said of it: 0 yes, 0 if need be, 0 no, 6 silent."
    assert other == f"{MEETING}.poll2 is withdrawn, since the date was chosen."
    moving = ("poll", "open", MEETING, *closing, *ON)
    assert "say --again to ask for another date" in run(server, *moving).stderr
    longer = told(server, *moving, "--again", "--despite-clashes", "--minutes", "300")
    third = ("poll", "close", f"{MEETING}.poll3", "s1", "--place", "X", "--despite-answers")
    why = told(server, *third)
    assert "give --reason why it moves" in str(why.exception)
    assert longer.stdout.startswith("It would last 5 hours instead of 4 hours."), longer.exception


def test_who_holds_a_planned_meeting_is_told_and_so_is_what_is_taken_where_nothing_is_said(
    server: Server,
) -> None:
    turn = server.client.get(f"/mechanisms/{HEADS}/rotation/next").json()
    chair, first, second = sorted(
        {"china", "kazakhstan", "tajikistan", "uzbekistan"} - {turn["host"]}
    )[:3]
    more = ("--chair", chair, "--co-host", first, "--co-host", second)
    planned = told(server, "meeting", "plan", HEADS, "--year", "2031", *more).stdout
    named = f"chair {chair.title()} and co-hosts {first.title()}, {second.title()}, as was said"
    assert re.search(rf"host (\w+): it is the turn of \1; {named}\.$", planned)
    shown = told(server, "meeting", "show", f"{HEADS}-2031-1").stdout
    assert named in " ".join(shown.split())
    unknown = told(server, "meeting", "plan", HEADS, "--year", "2032", "--chair", "nosuch")
    assert str(unknown.exception).startswith("nosuch is not in the host order")
    offered = server.client.get(f"/meetings/{MEETING}/suggestion").json()
    days = f"--first {offered['first']} --last {offered['last']}"
    assert (offered["first"], offered["last"]) == ("2030-01-01", "2030-02-12")
    searched = told(server, "slots", MEETING)
    assert searched.stdout.startswith(f"Not said, and taken: {days}\n"), searched.exception
    closes = f"--closes {offered['closes'][:16]} --zone {offered['zone']}"
    opened = told(server, "poll", "open", MEETING)
    assert opened.stdout.startswith(f"Not said, and taken: {closes} {days}\n"), opened.exception
    asked = ("poll", "open", f"{HEADS}-2031-1", *ON_2031, "--closes", "2031-01-15T18:00")
    assert told(server, *asked).exit_code == 0
    held = told(server, "poll", "show", f"{HEADS}-2031-1.poll1").stdout.splitlines()[0]
    assert re.fullmatch(rf"{HEADS}-2031-1: host (\w+): it is the turn of \1; {named}", held)
    half = told(server, "slots", MEETING, "--first", "2030-02-04", "--limit", "1")
    assert half.stdout.startswith("Not said, and taken: --last 2030-03-18\n"), half.exception
    late = told(server, "poll", "open", MEETING, "--again", "--closes", "2030-03-01T18:00")
    follows = f"--zone {offered['zone']} --first 2030-05-01 --last 2030-06-12"
    assert late.stdout.startswith(f"Not said, and taken: {follows}\n"), late.exception
    none = told(server, "poll", "open", MEETING, "--closes", "2030-12-01T18:00")
    assert str(none.exception).endswith("and then notice; say --first and --last")
    left = told(server, "slots", MEETING, "--first", "2031-01-10")
    assert str(left.exception).endswith("and then notice; say --last")
    assert "Not said" not in told(server, "slots", MEETING, "--json").stdout


def test_what_does_not_fit_is_said_with_what_would_have_to_give_way(server: Server) -> None:
    shown = run(server, "slots", MEETING, "--first", "2030-05-18", "--last", "2030-05-19")
    assert "No time fits" in shown.stdout
    assert "  weekend in China: Sunday, 19 May 2030 (weekend)\n" in shown.stdout
    assert "With --relax weekend it lists more of them." in shown.stdout
    relaxed = told(
        server,
        "slots",
        MEETING,
        "--first",
        "2030-05-18",
        "--last",
        "2030-05-19",
        "--relax",
        "weekend",
    )
    assert "weekend in China" in relaxed.stdout
    wrong = told(server, "slots", MEETING, *DATES, "--relax", "weekends")
    assert str(wrong.exception).startswith("--relax: weekends is no rule that may give way; these")
    assert "; weekend (sessions on a weekend); " in str(wrong.exception)
    after = ("--prepared-by", MEETING, "--min-days", "7", "--max-days", "9")
    itself = told(server, "slots", MEETING, *DATES, *after)
    assert f"{MEETING} does not prepare itself" in str(itself.exception)
    asked = told(server, "poll", "open", MEETING, *DATES, *CLOSING, *after)
    assert str(asked.exception) == str(itself.exception)
    given = told(server, "poll", "open", MEETING, *ON, *CLOSING, *after)
    assert "not with --on" in str(given.exception)
    alone = told(server, "slots", MEETING, *DATES, *after[2:])
    assert "go with --prepares or --prepared-by" in str(alone.exception)
    rules = told(server, "slots", "--rules").stdout
    assert all(rule in rules and rule.meaning[:20] in rules for rule in Rule)
    too_long = told(server, "slots", MEETING, *DATES, "--gap", "99999")
    assert str(too_long.exception).startswith("--gap: ")
    both = told(server, "slots", MEETING, *DATES, "--place", "Beijing", "--online")
    assert "--place or --online, not both" in str(both.exception)
    refused = run(server, "slots", "no-such-meeting", *DATES)
    assert refused.returncode == 1
    assert "there is nothing called no-such-meeting" in refused.stderr


def told(server: Server, *words: str) -> Result:
    """What the command does in this process, which need not start again for each."""
    url = str(server.client.base_url).removesuffix("/api/v1/")
    return CliRunner().invoke(app, [*words, "--url", url])


ON_2031 = ("--on", "2031-05-14T09:30", "--zone", "Asia/Tashkent")
CLOSING = ("--closes", "2030-01-15T18:00", "--zone", "Asia/Tashkent")
ON = ("--on", "2030-05-14T09:30", "--on", "2030-05-15T09:30")


def test_a_poll_of_own_dates_is_answered_by_hand_by_link_and_by_the_coordinator(
    server: Server,
) -> None:
    poll = f"{MEETING}.poll1"
    assert "`secretariat poll open MEETING` asks" in told(server, "poll", "list").stdout
    refused = told(server, "poll", "open", MEETING, *CLOSING, *ON, *DATES)
    assert "give the dates to ask with --on, or a range with" in str(refused.exception)
    several = told(server, "poll", "open", MEETING, *CLOSING, *ON, "--days", "2")
    assert "--days goes with --minutes" in str(several.exception)
    long = ("--days", "2", "--minutes", "240")
    opened = told(server, "poll", "open", MEETING, *CLOSING, *ON, *long)
    assert opened.stdout.startswith(f"{poll}: http://"), opened.exception
    assert re.search(r"s1 +Tue 14 May 2030 – Wed 15 May +09:30–13:30 Asia/Tashkent", opened.stdout)
    delegate, coordinator = ("--as", "china/delegate"), ("--as", "china/coordinator")
    said = told(server, "poll", "answer", poll, *delegate, "--yes", "s1,s2", "--comment", "[早]")
    assert said.stdout.startswith(f"{poll} is answered; silent: kazakhstan, "), said.exception
    assert told(server, "poll", "answer", poll, *coordinator, "--no", "s1,s2").exit_code == 0
    late = told(server, "poll", "answer", poll, *delegate, "--yes", "s1,s2")
    assert "only the coordinator changes that" in str(late.exception)
    link = told(server, "poll", "link", poll, "kazakhstan").stdout.strip()
    assert server.client.get(link).is_success
    links = dict(map(str.split, told(server, "poll", "link", poll, "--all").stdout.splitlines()))
    assert "делегация: Казахстан?" in server.client.get(links["kazakhstan"]).text
    assert len(set(links.values()) - {link}) == 6
    assert "or say --all" in str(told(server, "poll", "link", poll).exception)
    (listed,) = json.loads(told(server, "poll", "list", "--meeting", MEETING, "--json").stdout)
    assert listed["slots"][0]["span"]["ends"]["at"] == "2030-05-15T08:30:00Z"
    assert "1 of 6" in told(server, "poll", "list").stdout
    wrong = told(server, "poll", "list", "--stage", "opn")
    assert str(wrong.exception).startswith("--stage: ")
    shown = told(server, "poll", "show", poll).stdout
    assert "Tue 14 May 2030 – Wed 15 May" in shown
    assert "no: china*" in shown
    assert "* what the party's national coordinator said: it binds." in shown
    assert "It closes at 2030-01-15 18:00 Asia/Tashkent." in shown
    date = ("--on", "2030-05-14T10:30", "--zone", "Asia/Tashkent", "--place", "Ташкент")
    fixed = told(server, "meeting", "convoke", MEETING, *date, "--despite-clashes")
    assert "choose one of its dates, or say --despite-polls" in str(fixed.exception)
    ended = told(server, "poll", "withdraw", poll, "--reason", "Other dates")
    assert ended.stdout == f"{poll} is withdrawn.\n"
    told(server, "poll", "open", MEETING, *CLOSING, *ON)
    shown = told(server, "poll", "show", poll).stdout
    assert "The poll is withdrawn: Other dates\n" in shown
    assert f"{MEETING}.poll2 asks for the date of {MEETING} now." in shown
    none = told(server, "poll", "list", "--stage", "closed").stdout
    assert none == "No poll is one of --stage closed; `secretariat poll list` lists all.\n"
    nothing = told(server, "poll", "withdraw", f"{MEETING}.poll9", "--reason", "Other dates")
    assert "`secretariat poll list` lists what there is" in str(nothing.exception)


def test_what_is_written_wrongly_is_said_once_and_in_the_words_of_the_terminal(
    server: Server,
) -> None:
    def complaint(*words: str) -> str:
        ended = told(server, *words)
        assert ended.exit_code != 0
        return str(ended.exception) if ended.exit_code == 1 else " ".join(ended.output.split())

    no_day = complaint("slots", MEETING, "--first", "2030-02-30", "--last", "2030-03-30")
    assert "there is no day 2030-02-30" in no_day
    assert "write it like 2027-05-10, not 30.2.2030" in complaint(
        "slots", MEETING, "--first", "30.2.2030", "--last", "2030-03-30"
    )
    backwards = complaint("slots", MEETING, "--first", "2030-05-24", "--last", "2030-05-13")
    assert backwards == "--last: 2030-05-13 is before 2030-05-24, the first date; exchange the two"
    at = ("--closes", "2030-01-15T18:00")
    nowhere = complaint("poll", "open", MEETING, *at, *ON, "--zone", "Almaty")
    assert nowhere == "--zone: 'Almaty' is no IANA time zone; write one like Asia/Tashkent"
    no_hour = complaint(
        "poll", "open", MEETING, "--zone", "UTC", *ON, "--closes", "2030-01-15T25:00"
    )
    assert "no clock shows 25:00" in no_hour
    early = complaint("slots", MEETING, "--first", "2026-01-01", "--last", "2029-12-31")
    assert early == "this is the meeting of 2030; look for dates in 2030"
    found = told(server, "slots", MEETING, "--first", "2026-01-01", "--last", "2030-12-31")
    assert "Nobody is named as coordinator of china, " in found.stdout
    poll = f"{MEETING}.poll1"
    told(server, "poll", "open", MEETING, *CLOSING, *ON)
    assert complaint("poll", "link", poll, "Kazakhstan") == "PARTY: write kazakhstan"
    odd = complaint("poll", "answer", poll, "--as", "china/delegate", "--yes", "s1,s*")
    assert odd.startswith("--yes, --if-need-be or --no: this is no id; write small letters")


def test_turns_are_shown_passed_on_and_swapped(server: Server) -> None:
    path = ("rotation", "show", HEADS)
    rotation = json.loads(told(server, *path, "--json").stdout)
    names = rotation["names"]
    first, second, third = rotation["queue"][:3]
    declined = (
        "rotation",
        "decline",
        HEADS,
        "--as",
        f"{first}/coordinator",
        "--reason",
        "Elections",
    )
    assert told(server, *declined).stdout == f"{names[second]} hosts {HEADS} next.\n"
    shown = told(server, *path).stdout
    assert re.search(r"\w+ hosts next. \w+ declined on \d+ \w+ \d{4}: Elections\.", shown)
    again = ("rotation", "take-back", HEADS, first, "--reason", "They are over")
    assert told(server, *again).stdout == f"{names[first]} hosts {HEADS} next.\n"
    by_the_secretary = ("rotation", "decline", HEADS, "--reason", "Elections")
    assert told(server, *by_the_secretary).stdout == f"{names[second]} hosts {HEADS} next.\n"
    swap = ("rotation", "swap", HEADS, second, third, "--reason", "Both agreed")
    assert told(server, *swap).stdout == f"{names[third]} hosts {HEADS} next.\n"
    unknown = told(server, "rotation", "swap", HEADS, "utopia", third, "--reason", "Both agreed")
    assert "utopia is not in the host order" in str(unknown.exception)
    host = json.loads(told(server, *path, "--json").stdout)["hosts"][MEETING]
    assert f"{names[host]}: {MEETING}, planned" in told(server, *path).stdout
    given = ("rotation", "decline", HEADS, "--as", f"{host}/coordinator", "--reason", "No venue")
    said = f"{names[third]} hosts {MEETING}.\n{names[host]} hosts {HEADS} next.\n"
    assert told(server, *given).stdout == said
    assert f"{names[third]}: {MEETING}, planned" in told(server, *path).stdout
    convoked = ("meeting", "convoke", MEETING, "--on", "2030-05-14T09:30", "--zone", "Asia/Almaty")
    told(server, *convoked, "--place", "Astana", "--despite-clashes")
    assert f"{names[third]}: {MEETING}, scheduled for 14 May 2030" in told(server, *path).stdout


def test_a_meeting_whose_day_was_lost_is_listed_and_let_stand(server: Server) -> None:
    when = {"wall": "2030-05-14T09:30:00", "zone": "Asia/Shanghai", "minutes": 240}
    place = {"when": when, "place": "Beijing"}
    convoked = server.client.post(f"/meetings/{MEETING}/convocation", json=place, headers=SECRETARY)
    assert convoked.is_success, convoked.text
    day = {"on": "2030-05-14", "ruling": "holiday", "name": "Mourning", "source": "Decree 1"}
    announced = server.client.post(
        "/parties/kazakhstan/routine/days",
        json={**day, "dated": "2026-01-03"},
        headers={"Actor": "kazakhstan/coordinator"},
    )
    assert announced.is_success, announced.text
    server.ask("/rechecks", lambda found: len(found["items"]) == 1)
    assert "Mourning" in told(server, "recheck", MEETING).stdout
    slots = [{"wall": "2030-05-16T09:30:00", "zone": "Asia/Shanghai", "minutes": 240}]
    closes = {"wall": "2030-01-31T18:00:00", "zone": "Asia/Shanghai"}
    asked = {"slots": slots, "closes": closes, "despite_clashes": True, "ask_again": True}
    poll = server.client.post(f"/meetings/{MEETING}/polls", json=asked, headers=SECRETARY).json()
    listed = told(server, "recheck").stdout
    assert f"{MEETING}: {poll['id']} asks its delegations for another date already." in listed
    settled = told(server, "recheck", MEETING, "--settle", "They come all the same")
    first, found, then = settled.stdout.splitlines()
    assert "is a day off in Kazakhstan: Mourning" in found
    assert first == f"{MEETING} stands as it is."
    assert then.startswith(f"{poll['id']} still asks for another date of it; ")
    assert "Nothing has changed for any coming meeting" in told(server, "recheck").stdout
    assert "It was let stand: They come all the same" in told(server, "recheck", MEETING).stdout
    assert "say which meeting" in str(told(server, "recheck", "--settle", "x").exception)


def test_a_day_off_and_office_hours_are_entered_and_what_they_touch_is_said(
    server: Server,
) -> None:
    when = ("--on", "2030-05-14T09:30", "--zone", "Asia/Shanghai", "--place", "Beijing")
    told(server, "meeting", "convoke", MEETING, *when, "--despite-clashes")
    law = ("--source", "Decree 1", "--dated", "2026-01-03")
    coordinator = ("--as", "kazakhstan/coordinator")
    entry = ("routine", "day", "kazakhstan", "2030-05-14", *law, *coordinator)
    off = told(server, *entry, "--off", "--reason", "Mourning [1]")
    assert off.stdout.startswith(
        "2030-05-14 in Kazakhstan: off: Mourning [1] (Decree 1, 2026-01-03).\n"
    ), off.exception
    assert MEETING in off.stdout
    shown = told(server, "routine", "show", "kazakhstan").stdout
    assert "09:00–18:00 Asia/Almaty" in shown
    assert "off: Mourning [1]" in shown
    back = told(server, *entry, "--as-computed")
    assert f"{MEETING} stands again on what its date stood on." in back.stdout, back.exception
    assert "say one of --off" in str(told(server, *entry, "--off", "--work").exception)
    assert "with --reason" in str(told(server, *entry, "--off").exception)
    nobody = told(server, "routine", "show", "utopia")
    assert "utopia is no party; there are china, " in str(nobody.exception)
    hours = ("routine", "hours", "kazakhstan", *coordinator)
    kept = told(server, *hours, "--opens", "08:00", "--lunch", "12:00-13:00").stdout
    assert "08:00–18:00 Asia/Almaty" in kept
    assert "12:00–13:00" in kept
    assert str(told(server, *hours, "--opens", "x").exception).startswith("--opens: ")


def test_a_feed_of_what_is_not_said_fully_is_asked_back(server: Server) -> None:
    meant = told(server, "feed", "add", "kazakhstan")
    assert str(meant.exception).endswith("; did you mean party:kazakhstan?")
    meant = told(server, "feed", "add", HEADS)
    assert str(meant.exception).endswith(f"; did you mean mechanism:{HEADS}?")
    nothing = told(server, "feed", "add", "nowhere")
    assert "nowhere is no feed; say all, delegate, or like" in str(nothing.exception)
    alarm = told(server, "feed", "add", "party:kazakhstan", "--alarm", "7")
    assert str(alarm.exception).startswith("--alarm: Input should be 5, 15")


def test_a_delegate_follows_a_feed_wishes_it_otherwise_and_ends_it(server: Server) -> None:
    delegate = ("--as", "kazakhstan/delegate А. Омарова")
    added = told(server, "feed", "add", "party:kazakhstan", *delegate, "--deadlines")
    key, _, address = added.stdout.splitlines()[0].partition(": ")
    deadline = time.monotonic() + PATIENCE
    while (feed := server.client.get(address)).status_code == 404:
        assert time.monotonic() < deadline, added.output
    assert feed.text.startswith("BEGIN:VCALENDAR")
    changed = told(server, "feed", "set", key, *delegate, "--alarm", "60", "--language", "ru")
    assert changed.stdout == f"{key}: meetings, deadlines, in ru, 60 min notice\n", changed.output
    listed: Any = json.loads(told(server, "feed", "list", *delegate, "--json").stdout)
    assert [item["id"] for item in listed] == [key]
    rotated = told(server, "feed", "rotate", key, *delegate).stdout.splitlines()[0]
    ended = told(server, "feed", "revoke", key, "--reason", "украден")
    assert ended.stdout == f"{key} is revoked.\n", ended.output
    assert rotated.startswith(f"{key}: ")
    assert "revoked" in told(server, "feed", "list").stdout
    again = told(server, "feed", "rotate", key)
    assert "make another one" in str(again.exception)


def test_feeds_of_one_calendar_are_told_apart(server: Server) -> None:
    delegate = ("--as", "kazakhstan/delegate Б. Сатпаев")
    assert "There is no feed yet" in told(server, "feed", "list", *delegate).stdout
    first = told(server, "feed", "add", "host:kazakhstan", *delegate).stdout
    key = first.partition(":")[0]
    assert "to the same calendar" not in first
    second = told(server, "feed", "add", "host:kazakhstan", *delegate).stdout
    assert f"{key} leads the same person to the same calendar" in second
    assert told(server, "feed", "list", *delegate).stdout.count("made 20") == 2


def test_a_meeting_is_planned_convoked_moved_and_cancelled(server: Server) -> None:
    meeting = f"{HEADS}-2030-2"
    planned = told(server, "meeting", "plan", HEADS, "--year", "2030").stdout
    assert re.match(
        rf"{meeting} is planned; host and chair (\w+): it is the turn of \1\.$", planned
    )
    early = told(server, "meeting", "move", meeting, "--reason", "R", "--on", "2030-05-15T09:30")
    assert "has no date yet; fix one with `secretariat meeting convoke`" in str(early.exception)
    at = ("--zone", "Asia/Tashkent", "--place", "Ташкент [1]")
    night = told(server, "meeting", "convoke", meeting, "--on", "2030-05-14T03:30", *at)
    assert "or say --despite-clashes" in str(night.exception)
    assert told(server, "poll", "open", meeting, *CLOSING, *ON).exit_code == 0
    fixed = told(server, "meeting", "convoke", meeting, "--on", "2030-05-14T10:30", *at)
    assert f"{meeting}.poll1 is withdrawn: it asks for a date no more." in fixed.stdout
    assert fixed.stdout.startswith(
        f"{meeting} is scheduled: 2030-05-14 10:30 Asia/Tashkent, Ташкент [1]."
    ), fixed.exception
    shown = told(server, "meeting", "show", meeting).stdout
    assert re.search(r"invitation +\w{3} \d\d \w{3} 2030, 10:30 +met", shown)
    why = ("--reason", "The hall")
    nothing = told(server, "meeting", "move", meeting, *why)
    assert "give another date with --on, another place with --place" in str(nothing.exception)
    elsewhere = told(server, "meeting", "move", meeting, *why, "--place", "Бухара")
    assert "2030-05-14 10:30 Asia/Tashkent, Бухара." in elsewhere.stdout, elsewhere.exception
    later = told(server, "meeting", "move", meeting, *why, "--on", "2030-05-15T10:00")
    assert "2030-05-15 10:00 Asia/Tashkent, Бухара." in later.stdout, later.exception
    listed = json.loads(told(server, "meeting", "list", "--year", "2030", "--json").stdout)
    (span,) = (one["span"] for one in listed if one["id"] == meeting)
    assert span["ends"]["at"] == "2030-05-15T09:00:00Z"
    shown = told(server, "meeting", "show", meeting).stdout
    assert re.search(r"invitation +was \w{3} \d\d \w{3} 2030, 10:30 +met,", shown)
    assert "Counted again, because: The hall" in shown
    assert re.search(r"Бухара; host and chair [A-Z]\w+:", shown)
    traced = " ".join(told(server, "trace", meeting).stdout.split())
    assert "restricted" not in traced
    assert re.search(r"\d\d:\d\d UTC: moved \(from Tuesday, 14 May 2030,", traced)
    assert "The hall), by the secretary" in traced
    assert told(server, "meeting", "restrict", meeting).stdout == f"{meeting} is restricted.\n"
    assert "scheduled, restricted" in told(server, "meeting", "show", meeting).stdout
    lifted = told(server, "meeting", "restrict", meeting, "--lift").stdout
    assert lifted == f"{meeting} is open to all readers.\n"
    sent = told(server, "meeting", "circulate", meeting)
    assert sent.stdout == f"The provisional agenda of {meeting} is circulated.\n", sent.exception
    noted = told(server, "meeting", "met", meeting, "nominations")
    assert noted.stdout == f"nominations of {meeting}: noted as done.\n", noted.exception
    again = told(server, "meeting", "met", meeting, "provisional agenda")
    assert "noted as done already, on" in str(again.exception)
    unsure = told(server, "meeting", "cancel", meeting, *why)
    assert "say --sure, or `secretariat meeting move` it" in str(unsure.exception)
    gone = told(server, "meeting", "cancel", meeting, "--sure", *why)
    assert gone.stdout == f"{meeting} is cancelled.\n", gone.exception
    every = told(server, "meeting", "list").stdout
    assert re.search(rf"{HEADS}-2030-1 +no date yet +planned", every)
    coming = told(server, "meeting", "list", "--coming").stdout
    assert (f"{HEADS}-2030-1" in coming, meeting in coming) == (True, False)


def test_what_is_there_is_listed_and_no_route_of_the_api_is_named(server: Server) -> None:
    assert HEADS in told(server, "mechanism", "list").stdout
    unknown = told(server, "meeting", "plan", "nosuch", "--year", "2030")
    assert str(unknown.exception).endswith("`secretariat mechanism list` lists them")
    missing = told(server, "meeting", "show", "nosuch-2030-1")
    assert "`secretariat meeting list` lists what there is" in str(missing.exception)
    kind = told(server, "meeting", "met", MEETING, "invitations")
    assert str(kind.exception).startswith("WHAT: ")
    stage = told(server, "meeting", "list", "--stage", "gone")
    assert str(stage.exception).startswith("--stage: ")
    whole_day = ("--on", "2030-05-14T10:30", "--place", "X", "--zone", "Mars/Base")
    zone = told(server, "meeting", "convoke", MEETING, *whole_day)
    assert str(zone.exception).startswith("--zone: ")
