"""What is read together: who was invited to a meeting, what they said, and how the mail fares."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import func, select
from sqlmodel import col

from events.mechanisms import PartyFacts
from events.notices import Participation
from events.road.session import Session
from events.vocabulary import Identifier
from services import directory
from services.icalendar.entry import Entry
from services.notices.rules import answer as answers
from services.notices.rules.answer import Answer
from services.notices.rules.mail import UNSETTLED, WAITING, Mail, MailShown, Stage
from services.notices.rules.recipient import Recipient
from services.notices.rules.telling import last_to_each
from services.notices.tables import (
    ANSWERS,
    MAILS,
    MEETINGS,
    RECIPIENTS,
    AnswerRow,
    AsideRow,
    MailRow,
    MeetingRow,
    PostRow,
)

LATEST = 20


class Attendee(BaseModel):
    """What one of the invited has said. `current` is false for an answer to an older revision.

    `stage` is that of the last mail to them about the meeting; `told` whether a mail has reached
    them that has the date of now.
    """

    recipient: str
    party: Identifier
    name: str
    stage: Stage
    told: bool
    participation: Participation | None
    current: bool
    answered: datetime | None
    answers: list[Answer]

    @property
    def said(self) -> Participation | None:
        """What they said of the date that the meeting has now."""
        return self.participation if self.current else None

    @property
    def waits(self) -> bool:
        return not self.told and self.stage in WAITING


async def attendees(session: Session, *entries: Entry) -> dict[str, list[Attendee]]:
    """Everybody who was invited to each of the meetings and not uninvited, by party."""
    ids = [entry.id for entry in entries]
    mails: dict[str, list[Mail]] = {id_: [] for id_ in ids}
    said: dict[str, list[Answer]] = {id_: [] for id_ in ids}
    for mail in await MAILS.all(session, col(MailRow.meeting).in_(ids)):
        mails[mail.meeting].append(mail)
    for answer in await ANSWERS.all(session, col(AnswerRow.meeting).in_(ids)):
        said[answer.meeting].append(answer)
    return {
        entry.id: [
            attendee(mail, entry, said[entry.id])
            for mail in sorted(last_to_each(mails[entry.id]), key=lambda mail: mail.recipient)
        ]
        for entry in entries
    }


def attendee(mail: Mail, entry: Entry, said: list[Answer]) -> Attendee:
    """Of whom `mail` was the last to."""
    mine = sorted((a for a in said if a.recipient == mail.recipient), key=lambda a: a.rank)
    counts = answers.counting(mine)
    return Attendee(
        recipient=mail.recipient,
        party=mail.party,
        name=mail.name,
        stage=mail.stage,
        told=mail.informed,
        participation=counts.participation if counts else None,
        current=counts is not None and not answers.is_old(counts, entry),
        answered=counts.received if counts else None,
        answers=mine,
    )


@dataclass(frozen=True)
class Guests:
    """Who is invited to one meeting, and the answers that a secretary is to confirm.

    `unreachable` are the parties of its mechanism for which nobody has an address.
    """

    entry: Entry
    attendees: Sequence[Attendee]
    unreachable: Sequence[PartyFacts]

    @property
    def in_doubt(self) -> list[tuple[Attendee, Answer]]:
        return [
            (one, answer)
            for one in self.attendees
            for answer in answers.in_doubt(one.answers, self.entry)
        ]

    def saying(self, participation: Participation) -> int:
        """How many said so of the date that the meeting has."""
        return sum(one.said == participation for one in self.attendees)

    @property
    def silent(self) -> int:
        """How many were told of that date and said nothing of it."""
        return sum(one.said is None and one.told for one in self.attendees)

    @property
    def unsent(self) -> int:
        """To how many the mail that tells of it still goes out."""
        return sum(one.said is None and one.waits for one in self.attendees)

    @property
    def unreached(self) -> int:
        """To how many it went and did not arrive."""
        return sum(not (one.said or one.told or one.waits) for one in self.attendees)


@dataclass(frozen=True)
class Overview:
    """How the mail fares, as far as it matters for meetings to come.

    `posts` are the servers by way; `asides` are the LATEST of `put_aside` mails that changed
    nothing.
    """

    posts: dict[str, PostRow]
    recipients: Sequence[Recipient]
    sent: int
    waiting: Sequence[MailShown]
    unsettled: Sequence[MailShown]
    meetings: Sequence[Guests]
    asides: Sequence[AsideRow]
    put_aside: int

    @property
    def in_doubt(self) -> list[tuple[Entry, Attendee, Answer]]:
        return [(m.entry, one, answer) for m in self.meetings for one, answer in m.in_doubt]


async def overview(session: Session, now: datetime) -> Overview:
    coming = await MEETINGS.all(session, col(MeetingRow.ends) > now)
    coming.sort(key=lambda entry: (entry.span.starts.at, entry.id))
    invited = await attendees(session, *coming)
    recipients = await RECIPIENTS.all(session)
    addressed = {(one.mechanism, one.party) for one in recipients}
    parties = {body.mechanism: body.parties for body in await directory.everything(session)}
    sent = select(func.count()).select_from(MailRow).where(col(MailRow.stage) == Stage.SENT)
    latest = select(AsideRow).order_by(col(AsideRow.at).desc(), col(AsideRow.id)).limit(LATEST)
    return Overview(
        recipients=sorted(recipients, key=lambda one: one.id),
        posts={row.way: row for row in await session.scalars(select(PostRow))},
        sent=await session.scalar(sent) or 0,
        waiting=await shown(session, WAITING, now),
        unsettled=await shown(session, UNSETTLED, now),
        meetings=[
            Guests(
                entry,
                invited[entry.id],
                [p for p in parties[entry.mechanism] if (entry.mechanism, p.id) not in addressed],
            )
            for entry in coming
        ],
        asides=await session.scalars(latest),
        put_aside=await session.scalar(select(func.count()).select_from(AsideRow)) or 0,
    )


async def shown(session: Session, stages: Sequence[Stage], now: datetime) -> list[MailShown]:
    """The mails about meetings to come that stand so, those first that were due first."""
    wanted = (col(MailRow.stage).in_(stages), col(MailRow.ends) > now)
    mails = await MAILS.all(session, *wanted)
    return [MailShown.of(mail) for mail in sorted(mails, key=lambda mail: (mail.due, mail.id))]
