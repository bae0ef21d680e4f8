"""A feed as it is given out: plain and compressed, and what has moved since."""

import asyncio
import gzip

import brotli

from services.calendars.rules.assembly import Feed, Move
from services.calendars.rules.reading import Edition

BROTLI_QUALITY = 5


class Issue:
    """A feed as it is at one time, plain and compressed."""

    def __init__(self, edition: Edition, made: Feed) -> None:
        self.edition = edition
        self.feed = made
        self.bodies: dict[str, bytes] = {"": made.content}
        self.compressing: dict[str, asyncio.Task[bytes]] = {}

    async def body(self, coding: str) -> bytes:
        """The feed in a content coding: gzip, br, or none; compressed once for all."""
        found = self.bodies.get(coding)
        if found is None:
            work = self.compressing.get(coding)
            if work is None:
                work = asyncio.create_task(asyncio.to_thread(compressed, self.feed.content, coding))
                self.compressing[coding] = work
            found = self.bodies[coding] = await asyncio.shield(work)
        return found

    @property
    def size(self) -> int:
        """Bytes that it holds, as if it had none in common with others."""
        return sum(map(len, self.bodies.values())) + len(self.feed.content)


class Ready:
    """An edition that is kept: its latest issue, and the meetings that have moved since.

    It is `good` until somebody else may read it, or it is let go.
    """

    def __init__(self, issue: Issue) -> None:
        self.issue = issue
        self.moves: list[Move] = []
        self.good = True


def compressed(content: bytes, coding: str) -> bytes:
    if coding == "br":
        return bytes(brotli.compress(content, quality=BROTLI_QUALITY))
    return gzip.compress(content, mtime=0)
