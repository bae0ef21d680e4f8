"""How many mails wait and failed, and how the two servers fare, for whoever watches the program."""

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlmodel import col

from events.road.session import Session
from services.notices import post
from services.notices.post import IN, OUT
from services.notices.rules.mail import UNSETTLED, WAITING
from services.notices.tables import MailRow, PostRow

NO_SERVER = "no server is configured: SMTP_HOST and MAIL_ADDRESS say which"
NO_MAILBOX = "no mailbox is configured: IMAP_HOST says where answers come in"


class Figures(BaseModel):
    """Mails that should have gone out and wait, and that failed for meetings to come.

    `outgoing` and `mailbox` say what keeps mail from going out and answers from being read.
    """

    waiting: int
    failed: int
    outgoing: str | None
    mailbox: str | None


async def figures(session: Session, now: datetime) -> Figures:
    waiting = await session.scalar(
        select(func.count())
        .select_from(MailRow)
        .where(col(MailRow.stage).in_(WAITING), col(MailRow.due) <= now)
    )
    failed = await session.scalar(
        select(func.count())
        .select_from(MailRow)
        .where(col(MailRow.stage).in_(UNSETTLED), col(MailRow.ends) > now)
    )
    outgoing, mailbox = await post.standing(session, OUT), await post.standing(session, IN)
    sends = outgoing is not None and outgoing.server is not None
    return Figures(
        waiting=waiting or 0,
        failed=failed or 0,
        outgoing=trouble(outgoing, NO_SERVER),
        mailbox=trouble(mailbox, NO_MAILBOX if sends else None),
    )


def trouble(row: PostRow | None, none: str | None) -> str | None:
    """What is wrong with a server; nothing before any copy of the service has tried."""
    if row is None:
        return None
    if row.server is None:
        return none
    return f"{row.server} since {row.since:%Y-%m-%d %H:%M} UTC: {row.error}" if row.error else None
