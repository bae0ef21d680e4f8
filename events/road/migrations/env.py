"""Where Alembic meets a database: on the connection it is given, in the schema of one service."""

from alembic import context
from sqlalchemy import Connection, text

from events.road.history import VERSIONS

connection: Connection = context.config.attributes["connection"]
schema: str | None = context.config.attributes["schema"]

if schema is not None:
    connection.execute(text(f'SET LOCAL search_path TO "{schema}"'))
context.configure(
    connection=connection,
    version_table=VERSIONS,
    version_table_schema=schema,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
