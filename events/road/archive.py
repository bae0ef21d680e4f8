"""The loop's events in files, one a day, that outlive the topic: JSON lines, compressed.

An event stands in the file of its UTC day as one CloudEvent in structured mode; one that came after
a later one of its partition stands in that one's file, so that the files in order of their days
have the topic's order. Each batch is one gzip member: zcat reads a file at any time. `archive.json`
says how far the topic
has been read and how long every file was then; what stands beyond was not finished and is cut off
by who goes on. So every event is there once, however often the process died.
"""

import fcntl
import gzip
import os
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

from pydantic import TypeAdapter

from events.envelope import Envelope

CONTENTS = "archive.json"
KIND = ".jsonl.gz"


class ArchiveError(Exception):
    """An archive that can't be read or written, and why."""


@dataclass
class Contents:
    """What is certain: the next offset and last day of each partition, the bytes of each file."""

    topic: str
    offsets: dict[int, int] = field(default_factory=dict)
    days: dict[int, str] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Archived:
    """An event, and where on the topic it was."""

    partition: int
    offset: int
    envelope: Envelope


CONTENT = TypeAdapter(Contents)


class Archive:
    """A folder of days."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def opened(self, topic: str) -> Iterator[Contents]:
        """Hold the folder to write to it, without what was not finished.

        ArchiveError when another process does, or when it is of another topic.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ArchiveError(f"another process writes to {self.folder}") from None
            contents = self.contents() or Contents(topic)
            if contents.topic != topic:
                raise ArchiveError(
                    f"{self.folder} is an archive of {contents.topic}, not of {topic}"
                )
            for file in self.folder.glob(f"*{KIND}"):
                os.truncate(file, contents.lengths.get(file.name, 0))
            yield contents

    def append(self, contents: Contents, batch: Sequence[Archived]) -> None:
        """Add a batch, and note how far the topic has been read: both or neither.

        ArchiveError when it can't be written; open the archive anew then.
        """
        try:
            self.write(contents, batch)
        except OSError as error:
            raise ArchiveError(f"{self.folder} takes no more: {error}") from error

    def write(self, contents: Contents, batch: Sequence[Archived]) -> None:
        files: dict[str, list[str]] = defaultdict(list)
        for one in batch:
            day = max(f"{one.envelope.time:%Y-%m-%d}", contents.days.get(one.partition, ""))
            contents.days[one.partition] = day
            contents.offsets[one.partition] = one.offset + 1
            files[f"{day}{KIND}"].append(one.envelope.to_json())
        for name, lines in files.items():
            with (self.folder / name).open("ab") as file:
                file.write(gzip.compress("".join(f"{line}\n" for line in lines).encode()))
                file.flush()
                os.fsync(file.fileno())
                contents.lengths[name] = file.tell()
        self.keep(contents)

    def keep(self, contents: Contents) -> None:
        draft = self.folder / f"{CONTENTS}.new"
        with draft.open("w", encoding="utf-8") as file:
            file.write(CONTENT.dump_json(contents).decode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.folder / CONTENTS)
        place = os.open(self.folder, os.O_RDONLY)
        os.fsync(place)
        os.close(place)

    def contents(self) -> Contents | None:
        """What is certain; none before the first batch."""
        file = self.folder / CONTENTS
        return CONTENT.validate_json(file.read_bytes()) if file.exists() else None

    async def history(self) -> AsyncIterator[Envelope]:
        """Every event that is certain, by day, in order per mechanism within each.

        ArchiveError when the folder holds none.
        """
        contents = self.contents()
        if contents is None:
            raise ArchiveError(f"{self.folder} holds no archive")
        for name, length in sorted(contents.lengths.items()):
            with (self.folder / name).open("rb") as file:
                certain = BytesIO(file.read(length))
            with gzip.open(certain) as lines:
                for line in lines:
                    yield Envelope.model_validate_json(line)
