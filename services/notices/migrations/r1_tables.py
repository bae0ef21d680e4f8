"""The first tables of notices."""

import sqlalchemy as sa
from alembic import op

revision = "notices_1"
down_revision = None


def record(*columns: sa.Column[object]) -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("id", sa.String(), nullable=False, primary_key=True),
        sa.Column("mechanism", sa.String(), nullable=False, index=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(), nullable=False),
        *columns,
    )


def upgrade() -> None:
    op.create_table(
        "meeting", *record(sa.Column("ends", sa.DateTime(timezone=True), nullable=False))
    )
    op.create_table("recipient", *record())
    op.create_table(
        "mail",
        *record(
            sa.Column("recipient", sa.String(), nullable=False, index=True),
            sa.Column("meeting", sa.String(), nullable=False, index=True),
            sa.Column("stage", sa.String(), nullable=False, index=True),
            sa.Column("due", sa.DateTime(timezone=True), nullable=False),
            sa.Column("ends", sa.DateTime(timezone=True), nullable=False),
        ),
    )
    op.create_table(
        "answer",
        *record(
            sa.Column("recipient", sa.String(), nullable=False, index=True),
            sa.Column("meeting", sa.String(), nullable=False, index=True),
        ),
    )
    op.create_table(
        "aside",
        sa.Column("id", sa.String(), nullable=False, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("sender", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
    )
    op.create_table(
        "post",
        sa.Column("way", sa.String(), nullable=False, primary_key=True),
        sa.Column("server", sa.String(), nullable=True),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("retry_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("validity", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "known_mechanism",
        sa.Column("id", sa.String(), nullable=False, primary_key=True),
        sa.Column("document", sa.String(), nullable=False),
        sa.Column("chair", sa.String(), nullable=True),
    )
    op.create_table(
        "receipt",
        sa.Column("key", sa.String(), nullable=False, primary_key=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
    )
