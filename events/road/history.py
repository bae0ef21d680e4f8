"""The history of a database's tables: folders of Alembic revisions, each a line of its own.

Every service's database has the road's line beside the service's. A revision that is published
never changes; what is to be otherwise is another revision.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

MIGRATIONS = Path(__file__).parent / "migrations"
ROAD = MIGRATIONS / "road"
LOG = MIGRATIONS / "log"
VERSIONS = "migrations"
BEHIND = "its tables are of another version; run: secretariat migrate"


@dataclass(frozen=True)
class Standing:
    """The last revision that a database has of each line, and the last there is."""

    has: frozenset[str]
    newest: frozenset[str]

    @property
    def behind(self) -> bool:
        return self.has != self.newest


def standing(connection: Connection, lines: Sequence[Path], schema: str | None) -> Standing:
    """How far the tables of `schema` have come along `lines`."""
    context = MigrationContext.configure(
        connection, opts={"version_table": VERSIONS, "version_table_schema": schema}
    )
    return Standing(frozenset(context.get_current_heads()), newest(tuple(lines)))


@cache
def newest(lines: tuple[Path, ...]) -> frozenset[str]:
    """The last revisions of `lines`."""
    return frozenset(ScriptDirectory.from_config(config_of(None, lines, None)).get_heads())


def upgrade(connection: Connection, lines: Sequence[Path], schema: str | None) -> None:
    """Bring the tables of `schema` to the end of `lines`, in the connection's transaction.

    Tables from before there was a history are taken for those of the first revisions.
    """
    if not standing(connection, lines, schema).behind:
        return
    config = config_of(connection, lines, schema)
    names = inspect(connection).get_table_names(schema)
    if names and VERSIONS not in names:
        command.stamp(config, list(ScriptDirectory.from_config(config).get_bases()))
    command.upgrade(config, "heads")


def config_of(connection: Connection | None, lines: Sequence[Path], schema: str | None) -> Config:
    config = Config(attributes={"connection": connection, "schema": schema})
    folders = os.pathsep.join(map(str, lines))
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("version_locations", folders.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
