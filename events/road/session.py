"""One use of a service's tables, from its first statement to the commit.

Rows are what was read, and nobody watches them: one that is changed is `put` back. What is written
goes out when something is read or the session ends, and rows of one kind go out together.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar, overload

from sqlalchemy import Executable
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.selectable import TypedReturnsRows
from sqlmodel import SQLModel

from events.road.wording import (
    Values,
    Worded,
    adding,
    by_key,
    putting,
    removing,
    table_of,
    worded,
)

M = TypeVar("M", bound=SQLModel)
T = TypeVar("T")


class Connection(Protocol):
    """A connection of a driver, in use by one.

    All raise DatabaseUnreachableError when it ended, and ConflictError when somebody came first.
    """

    @property
    def dialect(self) -> Dialect: ...

    async def fetch(self, sql: str, values: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """Run one statement; its answer."""

    async def send(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement with each of `rows`."""

    async def control(self, sql: str) -> None:
        """Begin, commit or roll back a transaction."""

    async def undo(self) -> None:
        """Take back whatever is not committed, also of those who were cancelled."""

    async def end(self) -> None:
        """Close it."""

    @property
    def alive(self) -> bool:
        """Whether it has not ended, as far as is known."""


class Session:
    """What a connection is used for. `begin` comes before the first statement, where it is one."""

    def __init__(self, connection: Connection, begin: str | None = None) -> None:
        self.connection = connection
        self.begin = begin
        self.began = False
        self.unsent: list[tuple[Worded, list[list[Any]]]] = []
        self.handed: list[Any] = []

    @property
    def dialect(self) -> Dialect:
        return self.connection.dialect

    async def execute(self, statement: Executable, values: Values | None = None) -> list[Any]:
        """Run one statement; the rows of its answer, as tuples with names, or as the table's."""
        await self.flush()
        return await self.fetch(worded(statement, self.dialect, tuple(values or ())), values or {})

    @overload
    async def scalars(self, statement: TypedReturnsRows[T]) -> list[T]: ...

    @overload
    async def scalars(self, statement: Executable) -> list[Any]: ...

    async def scalars(self, statement: Executable) -> list[Any]:
        """The first column of each row of the answer; or the row, where it is a table's."""
        rows = await self.execute(statement)
        return [row if isinstance(row, SQLModel) else row[0] for row in rows]

    @overload
    async def scalar(self, statement: TypedReturnsRows[T]) -> T | None: ...

    @overload
    async def scalar(self, statement: Executable) -> Any: ...

    async def scalar(self, statement: Executable) -> Any:
        """The first of the `scalars`; none where there is none."""
        return next(iter(await self.scalars(statement)), None)

    async def get(self, model: type[M], *key: Any, locked: bool = False) -> M | None:
        """The row that has this key, if there is one; nobody else may change it when `locked`."""
        await self.flush()
        found = await self.fetch(by_key(model, self.dialect, locked=locked), keyed(model, key))
        return found[0] if found else None

    async def get_one(self, model: type[M], *key: Any) -> M:
        """The row that has this key; LookupError where there is none."""
        found = await self.get(model, *key)
        if found is None:
            raise LookupError(f"no {model.__name__} {key}")
        return found

    def add(self, row: SQLModel) -> None:
        """Write a row whose key nobody has yet."""
        model = type(row)
        number = table_of(model).autoincrement_column
        numbered = number is not None and row.__dict__.get(number.key) is None
        self.send(adding(model, self.dialect, numbered=numbered), row.__dict__)

    def put(self, row: SQLModel) -> None:
        """Write a row, in the place of the one that has its key, if there is one."""
        self.send(putting(type(row), self.dialect), row.__dict__)

    def remove(self, model: type[SQLModel], *key: Any) -> None:
        """Take the row away that has this key, if there is one."""
        self.send(removing(model, self.dialect), keyed(model, key))

    def insert(self, statement: Executable, rows: Sequence[Mapping[str, Any]]) -> None:
        """Have `statement`, which answers nothing, done with each of `rows`."""
        for row in rows:
            self.send(worded(statement, self.dialect, tuple(row)), row)

    def hand_over(self, written: Any) -> None:
        """Let those of this process who `take` from the database have `written`, once it stands."""
        self.handed.append(written)

    def send(self, what: Worded, values: Values) -> None:
        if not self.unsent or self.unsent[-1][0] is not what:
            self.unsent.append((what, []))
        self.unsent[-1][1].append(what.written(values))

    async def fetch(self, what: Worded, values: Values) -> list[Any]:
        await self.start()
        rows = await self.connection.fetch(what.sql, what.written(values))
        return [what.read(row) for row in rows]

    async def flush(self) -> None:
        """Have the database hear of all that was written."""
        unsent, self.unsent = self.unsent, []
        for what, rows in unsent:
            await self.start()
            if len(rows) == 1:
                await self.connection.fetch(what.sql, rows[0])
            else:
                await self.connection.send(what.sql, rows)

    async def start(self) -> None:
        if self.begin is not None and not self.began:
            await self.connection.control(self.begin)
            self.began = True

    async def commit(self) -> None:
        """Let all of it stand; whoever gives back a connection before that undoes it."""
        await self.flush()
        if self.began:
            await self.connection.control("COMMIT")


def keyed(model: type[SQLModel], key: Sequence[Any]) -> Values:
    return dict(zip(table_of(model).primary_key.columns.keys(), key, strict=True))
