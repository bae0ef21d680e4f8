"""Feeds under calendar programs that ask again and again, against a route that holds bytes.

    python -m tests.benchmarks.feeds [--seconds N]

1,000 meetings of about 750 bytes each, a token checked at every reading. The peer is a Starlette
route that holds the same bytes and their ETag in memory and asks nobody, under the same uvicorn.
Server and client share the machine, so the two are measured in turns, a second each, and the
median is shown. The hand-rolled writer formats, escapes and folds the same content lines out of
tuples; icalendar is the package. The servers run as processes of their own:

    python -m tests.benchmarks.feeds --serve FOLDER
"""

import argparse
import asyncio
import hashlib
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import icalendar
import uvicorn
from rich.console import Console
from rich.table import Table
from sqlalchemy import insert
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploy.postgres import postgres
from events.agendas import AgendaAdopted, AgendaItem, ItemKind
from events.clock import SetClock
from events.envelope import Cause, Envelope
from events.event import Event
from events.meetings import MeetingRescheduled, MeetingScheduled, Turn
from events.moments import Moment, Span
from events.subscriptions import Scope, ScopeKind, Settings
from events.vocabulary import SYSTEM
from services.calendars.feeds import Feeds, Follower, keep_warm
from services.calendars.service import calendars
from services.calendars.tables import ENTRIES, FollowerRow
from services.icalendar.calendar import END, head_of_feed
from services.icalendar.entry import Entry
from services.icalendar.timezone import timezones
from services.icalendar.vevent import vevent
from services.program.app import create_app
from services.program.embedded import Program
from tests.calendars.test_freshness import Copy
from tests.conftest import CUSTOMS, PARTIES, START

MEETINGS = 1000
FOLLOWERS = 100_000
POLLED = 5000
CHANGES = 25
ALL = Scope(kind=ScopeKind.ALL)
FIRST = f"{PARTIES[0].id}/delegate Delegate 0"
ZONES = tuple(party.zone for party in PARTIES)
TURN = Turn(host="uzbekistan", chair="china", because="it is the turn of uzbekistan")


def token(number: int) -> str:
    return f"token-of-follower-{number:025}"


def span(number: int, moved: int = 0) -> Span:
    zone = ZONES[number % len(ZONES)]
    starts = START + timedelta(days=number % 700, hours=2, minutes=moved)
    return Span(starts=Moment.of(starts, zone), ends=Moment.of(starts + timedelta(hours=6), zone))


def said_of(number: int) -> tuple[Event, ...]:
    meeting = f"customs-heads-2027-{number}"
    items = ("Adoption of the agenda", "Обмен опытом: зелёный коридор", "下次会议的日期和地点")
    return (
        MeetingScheduled(
            mechanism="customs-heads",
            meeting=meeting,
            title=f"Heads of customs: meeting {number} of 2027",
            span=span(number),
            place="Ташкент, Дворец форумов",
            turn=TURN,
            sequence=0,
            rules=CUSTOMS.rules,
        ),
        AgendaAdopted(
            mechanism="customs-heads",
            meeting=meeting,
            items=tuple(
                AgendaItem(
                    item=f"{meeting}.i{at}", number=str(at), title=title, kind=ItemKind.STANDING
                )
                for at, title in enumerate(items, 1)
            ),
        ),
    )


def moved(number: int, times: int) -> Event:
    return MeetingRescheduled(
        mechanism="customs-heads",
        meeting=f"customs-heads-2027-{number}",
        span=span(number, times),
        place="Ташкент, Дворец форумов",
        previous=span(number, times - 1),
        sequence=times,
        reason="Погода",
    )


def sealed(event: Event, key: str) -> Envelope:
    cause = Cause(id=key, actor=SYSTEM, time=START)
    return Envelope.seal(event, source="/bench", cause=cause, ordinal=0)


async def fill(folder: Path) -> None:
    """A thousand meetings, and who follows them."""
    program = Program(folder, (calendars,), SetClock(START))
    async with program.opened():
        told = [sealed(CUSTOMS, "body")]
        for number in range(1, MEETINGS + 1):
            told += [sealed(each, f"m{number}.{at}") for at, each in enumerate(said_of(number))]
        await program.road.publish(told)
        await program.settle()
        settings = Settings().model_dump_json()
        rows = [
            {
                "id": f"feed-{number}",
                "mechanism": "customs-heads",
                "digest": hashlib.sha256(token(number).encode()).hexdigest(),
                "owner": f"{PARTIES[number % 6].id}/delegate Delegate {number}",
                "scope": ALL.model_dump_json(),
                "settings": settings,
                "as_of": 0,
            }
            for number in range(FOLLOWERS)
        ]
        async with program.workers["calendars"].database.write() as session:
            session.insert(insert(FollowerRow), rows)


async def serve(folder: Path) -> None:
    """Serve ours and the peer, say where, and move the meeting whose number comes on the input."""
    program = Program(folder, (calendars,), SetClock(START))
    async with program.opened():
        feeds = Feeds(program.workers["calendars"].database, SetClock(START))
        await feeds.keep_fresh()
        held = feeds.ready_for(Follower(ALL, Settings(), FIRST)).feed
        ours, peer = create_app(program.services, program.workers), peer_of(held.content, held.tag)
        places = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        for place, app in zip(places, (ours, peer), strict=True):
            server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
            asyncio.ensure_future(server.serve(sockets=[place]))  # noqa: RUF006
        worker = program.workers["calendars"]
        warming = asyncio.create_task(keep_warm(worker.database, worker.clock))
        print(*(place.getsockname()[1] for place in places), flush=True)  # noqa: T201
        times = 0
        while line := await asyncio.to_thread(sys.stdin.readline):
            times += 1
            await program.road.publish([sealed(moved(int(line), times), f"move{times}")])
            await program.settle()
            print("committed", flush=True)  # noqa: T201
        warming.cancel()
    os._exit(0)


def peer_of(content: bytes, tag: str) -> Starlette:
    etag = f'"{tag}"'

    async def feed(request: Request) -> Response:
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers={"etag": etag})
        return Response(content, headers={"etag": etag}, media_type="text/calendar")

    return Starlette(routes=[Route("/calendars/by-token/{token}.ics", feed)])


class Line:
    """A connection that asks for the feed of a follower."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.space = bytearray(1 << 20)

    def get(self, follower: int = 0, tag: str | None = None) -> tuple[str, int]:
        """The ETag of the answer, and how long its body is."""
        condition = f"If-None-Match: {tag}\r\n" if tag else ""
        path = f"/calendars/by-token/{token(follower)}.ics"
        self.socket.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n{condition}\r\n".encode())
        got = b""
        while b"\r\n\r\n" not in got:
            got += self.socket.recv(1 << 16)
        head, _, body = got.partition(b"\r\n\r\n")
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length = 0 if head.startswith(b"HTTP/1.1 304") else int(fields[b"content-length"])
        left = length - len(body)
        while left:
            left -= self.socket.recv_into(self.space, min(left, len(self.space)))
        return fields[b"etag"].decode(), length


def rate(port: int, connections: int, seconds: float, tag: str | None) -> float:
    """Answers a second over so many connections."""
    counts = [0] * connections
    end = time.perf_counter() + seconds

    def ask(at: int) -> None:
        line = Line(port)
        with closing(line.socket):
            while time.perf_counter() < end:
                line.get(tag=tag)
                counts[at] += 1

    threads = [threading.Thread(target=ask, args=(at,)) for at in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def in_turns(ports: tuple[int, int], connections: int, seconds: int, tag: str | None) -> Any:
    """The median rates of ours and of the peer, measured a second each in turns."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(seconds):
        for port, rates in zip(ports, found, strict=True):
            rates.append(rate(port, connections, 1.0, tag))
    return tuple(statistics.median(rates) for rates in found)


@contextmanager
def served(folder: Path) -> Iterator[tuple[tuple[int, int], "subprocess.Popen[str]"]]:
    command = [sys.executable, "-m", "tests.benchmarks.feeds", "--serve", str(folder)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    ours, peer = map(int, process.stdout.readline().split())
    try:
        yield (ours, peer), process
    finally:
        process.stdin.close()
        process.wait()


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def after_a_change(
    port: int, process: "subprocess.Popen[str]", pause: float
) -> tuple[float, float]:
    """Milliseconds of the next GET `pause` seconds after a change was committed, and of others."""
    assert process.stdin is not None
    assert process.stdout is not None
    line = Line(port)
    first, warm = [], []
    tag, _ = line.get()
    for number in random.Random(1).sample(range(1, MEETINGS + 1), CHANGES):
        time.sleep(pause)
        warm.append(milliseconds(line.get))
        process.stdin.write(f"{number}\n")
        process.stdin.flush()
        process.stdout.readline()
        time.sleep(pause)
        started = time.perf_counter()
        before, (tag, _) = tag, line.get()
        first.append((time.perf_counter() - started) * 1000)
        assert tag != before, "the change does not show"
    return statistics.median(first), statistics.median(warm)


def polls(port: int, numbers: Sequence[int], tag: str) -> float:
    """Conditional GETs a second, each of another follower."""
    line = Line(port)
    started = time.perf_counter()
    for number in numbers:
        line.get(number, tag)
    return len(numbers) / (time.perf_counter() - started)


def memory(process: "subprocess.Popen[str]") -> float:
    """What a process holds, in MB."""
    pages = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def told_to_another(url: str) -> float:
    """Milliseconds from a commit of one process until another shows it, on PostgreSQL."""
    here, there = Copy(url), Copy(url)
    await here.database.migrate()
    await here.hear(CUSTOMS, *said_of(1))
    await there.shows()
    talk = [asyncio.create_task(here.database.tell()), asyncio.create_task(there.database.listen())]
    await there.feeds.committed.wait()
    took = []
    for times in range(1, CHANGES):
        await there.shows()
        await here.hear(moved(1, times))
        started = time.perf_counter()
        await there.feeds.committed.wait()
        shown = await there.shows()
        took.append((time.perf_counter() - started) * 1000)
        assert b"SEQUENCE:%d\r\n" % times in shown
    for each in talk:
        each.cancel()
    await asyncio.gather(*talk, return_exceptions=True)
    for copy in (here, there):
        await copy.database.close()
    return statistics.median(took)


async def entries_in(folder: Path) -> tuple[list[Entry], float]:
    """All entries, and the milliseconds of a cold build out of the database."""
    program = Program(folder, (calendars,), SetClock(START))
    async with program.opened():
        database = program.workers["calendars"].database
        async with database.read() as session:
            entries = await ENTRIES.all(session)
        times = []
        for _ in range(5):
            feeds = Feeds(database, SetClock(START))
            started = time.perf_counter()
            await feeds.keep_fresh()
            feeds.ready_for(Follower(ALL, Settings()))
            times.append((time.perf_counter() - started) * 1000)
        return entries, statistics.median(times)


def written_by_ours(entries: Sequence[Entry]) -> bytes:
    zones = timezones(entry.span.starts for entry in entries)
    return "".join([head_of_feed("All"), zones, *map(vevent, entries), END]).encode()


def written_by_hand(rows: Sequence[tuple[Any, ...]]) -> bytes:
    out = ["BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nMETHOD:PUBLISH\r\n"]
    for uid, sequence, stamp, zone, starts, ends, title, place, text in rows:
        for line in (
            "BEGIN:VEVENT",
            f"UID:{uid}",
            f"SEQUENCE:{sequence}",
            "STATUS:CONFIRMED",
            f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
            f"CREATED:{stamp:%Y%m%dT%H%M%SZ}",
            f"LAST-MODIFIED:{stamp:%Y%m%dT%H%M%SZ}",
            f"DTSTART;TZID={zone}:{starts:%Y%m%dT%H%M%S}",
            f"DTEND;TZID={zone}:{ends:%Y%m%dT%H%M%S}",
            f"SUMMARY:{by_hand(title)}",
            f"LOCATION:{by_hand(place)}",
            f"DESCRIPTION:{by_hand(text)}",
            "CATEGORIES:customs-heads",
            "ORGANIZER:mailto:customs-heads@secretariat.invalid",
            "TRANSP:OPAQUE",
            "END:VEVENT",
        ):
            left = line
            while len(left.encode()) > 75:
                cut = len(left.encode()[:74].decode(errors="ignore"))
                out.append(left[:cut] + "\r\n ")
                left = left[cut:]
            out.append(left + "\r\n")
    out.append("END:VCALENDAR\r\n")
    return "".join(out).encode()


def by_hand(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\n", "\\n")


def written_by_icalendar(rows: Sequence[tuple[Any, ...]]) -> bytes:
    calendar = icalendar.Calendar()
    for uid, sequence, stamp, zone, starts, ends, title, place, text in rows:
        event = icalendar.Event()
        there = icalendar.timezone.tzp.timezone(zone)
        for name, value in {
            "uid": uid,
            "sequence": sequence,
            "status": "CONFIRMED",
            "dtstamp": stamp,
            "created": stamp,
            "last-modified": stamp,
            "dtstart": starts.replace(tzinfo=there),
            "dtend": ends.replace(tzinfo=there),
            "summary": title,
            "location": place,
            "description": text,
            "categories": ["customs-heads"],
            "organizer": "mailto:customs-heads@secretariat.invalid",
            "transp": "OPAQUE",
        }.items():
            event.add(name, value)
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def row_of(entry: Entry) -> tuple[Any, ...]:
    agenda = "\n".join(entry.agenda)
    text = f"{entry.body}\nHost: {entry.host}. Chair: {entry.chair}.\nAgenda:\n{agenda}"
    starts, ends = entry.span.starts, entry.span.ends
    changed: datetime = entry.changed
    where = (starts.zone, starts.wall, ends.wall)
    return (entry.uid, entry.sequence, changed, *where, entry.title, entry.place, text)


def measure(folder: Path, seconds: int) -> Table:
    asyncio.run(fill(folder))
    entries, cold = asyncio.run(entries_in(folder))
    rows = [row_of(entry) for entry in entries]
    table = Table(title=f"Feeds of {MEETINGS:,} meetings, {len(written_by_ours(entries)):,} bytes")
    for column in ("", "ours", "peer", "ours / peer"):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)

    def line(what: str, ours: float, peer: float, digits: int = 0) -> None:
        table.add_row(what, f"{ours:,.{digits}f}", f"{peer:,.{digits}f}", f"{ours / peer:.2f}")

    with served(folder) as (ports, process):
        tag, _ = Line(ports[0]).get()
        for connections in (1, 8):
            for kind, condition in (("whole", None), ("304", tag)):
                rates = in_turns(ports, connections, seconds, condition)
                line(f"GETs a second, {kind}, over {connections}", *rates)
        table.add_section()
        before = memory(process)
        numbers = random.Random(2).sample(range(FOLLOWERS), POLLED)
        first, again = (polls(ports[0], numbers, tag) for _ in range(2))
        same = polls(ports[0], [numbers[0]] * POLLED, tag)
        line(f"304s a second, to {POLLED:,} of {FOLLOWERS:,} / to one", again, same)
        line("the same, the first time each asks / to one", first, same)
        grown = (memory(process) - before) * 1e6 / POLLED
        table.add_row("bytes held for each that asks", f"{grown:,.0f}", "", "")
        table.add_section()
        for pause in (0, 0.02):
            line(
                f"ms of the next GET, {pause * 1000:.0f} ms after a change / of others",
                *after_a_change(ports[0], process, pause),
                digits=2,
            )
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with postgres(folder / "postgres") as url:
        told = asyncio.run(told_to_another(url))
    line("ms until another process shows a change / a second", told, 1000, 1)
    by_hand_ms = statistics.median(milliseconds(lambda: written_by_hand(rows)) for _ in range(5))
    by_ours = statistics.median(milliseconds(lambda: written_by_ours(entries)) for _ in range(5))
    by_icalendar = milliseconds(lambda: written_by_icalendar(rows))
    line("ms of a cold build out of the fragments / by hand", cold, by_hand_ms, 1)
    line("ms to write every fragment anew / by hand", by_ours, by_hand_ms, 1)
    line("ms to write every fragment anew / by icalendar", by_ours, by_icalendar, 1)
    return table


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.feeds")
    parser.add_argument("--seconds", type=int, default=4, help="of each row, of each side")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        asyncio.run(serve(asked.serve))
        return
    with tempfile.TemporaryDirectory() as folder:
        Console(width=100).print(measure(Path(folder), asked.seconds))


if __name__ == "__main__":
    main()
