"""What is read together: who was invited to a meeting, and what they have said."""

from datetime import datetime

from pydantic import BaseModel
from sqlmodel import col

from events.notices import Participation
from events.road.session import Session
from events.vocabulary import Identifier
from services.icalendar.entry import Entry
from services.notices.rules import answer as answers
from services.notices.rules.answer import Answer
from services.notices.rules.mail import Mail, Stage, last_to_each
from services.notices.tables import ANSWERS, MAILS, AnswerRow, MailRow


class Attendee(BaseModel):
    """What one of the invited has said. `current` is false for an answer to an older revision.

    `stage` is that of the last mail to them about the meeting.
    """

    recipient: str
    party: Identifier
    name: str
    stage: Stage
    participation: Participation | None
    current: bool
    answered: datetime | None
    answers: list[Answer]


async def attendees(session: Session, entry: Entry) -> list[Attendee]:
    """Everybody who was invited to a meeting and not uninvited, by party."""
    mails = await MAILS.all(session, col(MailRow.meeting) == entry.id)
    said = await ANSWERS.all(session, col(AnswerRow.meeting) == entry.id)
    invited = sorted(last_to_each(mails), key=lambda mail: mail.recipient)
    return [attendee(mail, entry, said) for mail in invited]


def attendee(mail: Mail, entry: Entry, said: list[Answer]) -> Attendee:
    """Of whom `mail` was the last to."""
    mine = sorted((a for a in said if a.recipient == mail.recipient), key=lambda a: a.rank)
    counts = answers.counting(mine)
    return Attendee(
        recipient=mail.recipient,
        party=mail.party,
        name=mail.name,
        stage=mail.stage,
        participation=counts.participation if counts else None,
        current=counts is not None and not answers.is_old(counts, entry),
        answered=counts.received if counts else None,
        answers=mine,
    )
