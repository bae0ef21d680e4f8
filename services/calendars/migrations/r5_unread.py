"""What nobody reads any more: when a task or a subscription changed, and meetings by their date."""

from alembic import op

revision = "calendars_5"
down_revision = "calendars_4"


def upgrade() -> None:
    for table in ("follower", "task"):
        with op.batch_alter_table(table) as altered:
            altered.drop_column("changed")
    op.drop_index(op.f("ix_entry_starts"), "entry")
