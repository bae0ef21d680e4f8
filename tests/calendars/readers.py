"""Four parsers that know nothing of each other, and of us, reading one feed.

Two are Python's. ical4j and ical.js are processes, started once, that are fed many.
"""

import base64
import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import icalendar
import pytest
from ical.calendar_stream import IcsCalendarStream

from tests.contracts.libraries import BY_NPM, Libraries

PARSERS = Path(__file__).parent / "parsers"
BY_MAVEN = Libraries(
    tools="java mvn",
    pinned=("pom.xml",),
    made="jars",
    install=(
        ("mvn", "-q", "-B", "-ntp", "dependency:copy-dependencies", "-DoutputDirectory=jars"),
    ),
)


class Seen(NamedTuple):
    """An event as a calendar program understands it; instants in UTC, whole days as dates."""

    uid: str
    sequence: int
    status: str
    starts: datetime | date
    ends: datetime | date
    summary: str
    location: str
    description: str


Reader = Callable[[bytes], list[Seen]]


def by_ical(content: bytes) -> list[Seen]:
    """What the package `ical` (of Home Assistant) reads."""
    calendar = IcsCalendarStream.calendar_from_ics(content.decode())
    return [
        Seen(
            uid=event.uid,
            sequence=event.sequence or 0,
            status=event.status.value if event.status else "",
            starts=in_utc(event.dtstart),
            ends=in_utc(event.dtend or event.dtstart),
            summary=event.summary or "",
            location=event.location or "",
            description=event.description or "",
        )
        for event in calendar.events
    ]


def by_icalendar(content: bytes) -> list[Seen]:
    """What the package `icalendar` (of Plone) reads."""
    calendar = icalendar.Calendar.from_ical(content)
    return [
        Seen(
            uid=str(event["UID"]),
            sequence=int(event.decoded("SEQUENCE")),
            status=str(event["STATUS"]),
            starts=in_utc(event.decoded("DTSTART")),
            ends=in_utc(event.decoded("DTEND" if "DTEND" in event else "DTSTART")),
            summary=str(event["SUMMARY"]),
            location=str(event.get("LOCATION", "")),
            description=str(event.get("DESCRIPTION", "")),
        )
        for event in calendar.walk("VEVENT")
    ]


def in_utc(value: object) -> datetime | date:
    if isinstance(value, datetime):
        assert value.tzinfo is not None
        return value.astimezone(UTC)
    assert isinstance(value, date)
    return value


class Outside:
    """A parser in a process of its own."""

    def __init__(self, command: tuple[str, ...], folder: Path) -> None:
        self.process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __call__(self, content: bytes) -> list[Seen]:
        found = self.asked(content)
        assert found["wrong"] == []
        return [
            Seen(uid, sequence, status, there(starts), there(ends), *texts)
            for uid, sequence, status, starts, ends, *texts in found["events"]
        ]

    def asked(self, content: bytes) -> Any:
        """What it reads, and what it finds wrong."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(base64.b64encode(content) + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


def there(text: str) -> datetime | date:
    if text.lstrip("-").isdecimal():
        return datetime.fromtimestamp(int(text), UTC)
    return date.fromisoformat(text)


@contextmanager
def outside(libraries: Libraries, name: str, folder: Path, *command: str) -> Iterator[Outside]:
    """The parser of that name under PARSERS, in `folder` beside its libraries."""
    for file in (PARSERS / name).iterdir():
        if file.name != libraries.made:
            (folder / file.name).write_bytes(file.read_bytes())
    (folder / libraries.made).symlink_to(libraries.of(PARSERS / name))
    parser = Outside(command, folder)
    try:
        yield parser
    finally:
        parser.end()


@pytest.fixture(scope="session")
def by_ical4j(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """What ical4j reads, and its validation finds right."""
    folder = tmp_path_factory.mktemp("ical4j")
    java = ("java", "-XX:TieredStopAtLevel=1", "-cp", "jars/*", "ReadFeeds.java")
    with outside(BY_MAVEN, "java", folder, *java) as parser:
        yield parser


@pytest.fixture(scope="session")
def by_ical_js(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """What Mozilla's ical.js reads, by the VTIMEZONEs of the feed alone."""
    folder = tmp_path_factory.mktemp("icaljs")
    with outside(BY_NPM, "node", folder, "node", "read-feeds.js") as parser:
        yield parser


@pytest.fixture(scope="session")
def readers(by_ical4j: Outside, by_ical_js: Outside) -> tuple[Reader, ...]:
    """All four."""
    return (by_ical, by_icalendar, by_ical4j, by_ical_js)
