"""Which mails go out together, and in which message they went."""

import sqlalchemy as sa
from alembic import op

revision = "notices_2"
down_revision = "notices_1"


def upgrade() -> None:
    for name in ("waits_with", "digest"):
        op.add_column("mail", sa.Column(name, sa.String(), nullable=True))
        op.create_index(op.f(f"ix_mail_{name}"), "mail", [name], unique=False)
