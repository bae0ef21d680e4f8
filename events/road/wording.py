"""Statements as a driver takes them: SQLAlchemy words them and knows how each type is written."""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Executable, Table, bindparam, delete, insert, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlmodel import SQLModel

FLOAT8 = 701  # by whose number PostgreSQL calls the type of all numbers with a fraction here
Values = Mapping[str, Any]
Change = Callable[[Any], Any]
Read = Callable[[Sequence[Any]], Any]

UPSERTS: Mapping[str, Callable[..., sqlite.Insert | postgresql.Insert]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Value(NamedTuple):
    """A value of a statement: its name, what it is unless said otherwise, and how it is written."""

    name: str
    default: Any
    write: Change | None


@dataclass(frozen=True)
class Worded:
    """A statement's text, its values in their order, and what a row of its answer is made into."""

    sql: str
    values: tuple[Value, ...]
    read: Read

    def written(self, said: Values) -> list[Any]:
        """The values that go with the text; one that is not `said` is the statement's own."""
        return [
            value if write is None or value is None else write(value)
            for value, write in (
                (said.get(name, default), write) for name, default, write in self.values
            )
        ]


KNOWN: WeakKeyDictionary[Executable, dict[tuple[str, ...], Worded]] = WeakKeyDictionary()


def worded(statement: Executable, dialect: Dialect, names: Sequence[str] = ()) -> Worded:
    """The words for `statement`, which are found once for as long as it is there.

    `names` are the columns that it gives values to, where the values come beside it.
    """
    known = KNOWN.setdefault(statement, {})
    key = (dialect.name, *names)
    if key not in known:
        known[key] = word(statement, dialect, names)
    return known[key]


def word(statement: Any, dialect: Dialect, names: Sequence[str]) -> Worded:
    compiled: SQLCompiler = statement.compile(dialect=dialect, column_keys=list(names) or None)
    to_be_said = {name: None for name, bind in compiled.binds.items() if bind.required}
    final = compiled.construct_expanded_state(to_be_said)
    origins = {
        expanded: name
        for name, several in final.parameter_expansion.items()
        for expanded in several
    }
    values = tuple(
        Value(
            name,
            final.parameters[name],
            writer_of(compiled.binds[origins.get(name, name)].type, dialect),
        )
        for name in final.positiontup or ()
    )
    return Worded(final.statement, values, reader_of(statement, dialect))


def writer_of(kind: Any, dialect: Dialect) -> Change | None:
    """How a value of this type is written; none where the driver does it."""
    write: Change | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return write


def reader_of(statement: Any, dialect: Dialect) -> Read:
    """What a row of the answer becomes: one of a table's class, or a tuple with names."""
    columns = getattr(statement, "exported_columns", None)
    if not columns:
        return tuple
    make = maker_of(statement, tuple(columns.keys()))
    changes = [
        (place, change)
        for place, column in enumerate(columns)
        if (change := column.type.dialect_impl(dialect).result_processor(dialect, FLOAT8))
    ]
    if not changes:
        return make

    def read(row: Sequence[Any]) -> Any:
        values = list(row)
        for place, change in changes:
            values[place] = change(values[place])
        return make(values)

    return read


def maker_of(statement: Any, keys: tuple[str, ...]) -> Read:
    match getattr(statement, "column_descriptions", ()):
        case [{"expr": type() as model}]:
            blank: Callable[[], Any] = inspect(model).class_manager.new_instance

            def make(values: Sequence[Any]) -> Any:
                row = blank()
                row.__dict__.update(zip(keys, values, strict=True))
                return row

            return make
    return named(keys)


@cache
def named(keys: tuple[str, ...]) -> Read:
    row: Any = namedtuple("Row", keys, rename=True)  # type: ignore[misc]  # noqa: PYI024
    make: Read = row._make
    return make


@cache
def by_key(model: type[SQLModel], dialect: Dialect, *, locked: bool) -> Worded:
    """Read the row that has a key; lock it too, where the database has such locks."""
    table = table_of(model)
    query = select(model).where(*(column == bindparam(column.key) for column in table.primary_key))
    return worded(query.with_for_update() if locked else query, dialect)


@cache
def adding(model: type[SQLModel], dialect: Dialect, *, numbered: bool) -> Worded:
    """Add a row; `numbered` when the database is to number it."""
    table = table_of(model)
    names = [c.key for c in table.columns if not (numbered and c is table.autoincrement_column)]
    return worded(insert(table), dialect, names)


@cache
def putting(model: type[SQLModel], dialect: Dialect) -> Worded:
    """Add a row, or put it in the place of the one with its key."""
    table = table_of(model)
    fresh = UPSERTS[dialect.name](table)
    others = {c.key: fresh.excluded[c.key] for c in table.columns if not c.primary_key}
    keys = list(table.primary_key)
    if others:
        fresh = fresh.on_conflict_do_update(index_elements=keys, set_=others)
    else:
        fresh = fresh.on_conflict_do_nothing()
    return worded(fresh, dialect, table.columns.keys())


@cache
def removing(model: type[SQLModel], dialect: Dialect) -> Worded:
    table = table_of(model)
    gone = delete(table).where(*(column == bindparam(column.key) for column in table.primary_key))
    return worded(gone, dialect)


def table_of(model: type[SQLModel]) -> Table:
    table: Table = inspect(model).local_table
    return table
