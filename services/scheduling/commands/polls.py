"""What people may ask about polls that are open: to answer, to withdraw, to be led there."""

from typing import ClassVar

from pydantic import BaseModel, Field

from events.polls import Answer
from events.road.session import Session
from events.road.transaction import Transaction
from events.vocabulary import Actor, Identifier, Prose, Role
from services import rights
from services.inputs import Input, Reason
from services.refusals import NotFoundError
from services.scheduling.commands.withdrawing import finish
from services.scheduling.rules import poll as rules
from services.scheduling.rules.poll import Poll
from services.scheduling.tables import POLLS, PollLinkRow
from services.tokens import digest_of, new_token


class Reply(Input):
    """What a party says of every slot."""

    answers: dict[Identifier, Answer] = Field(examples=[{"s1": "yes", "s2": "if_need_be"}])
    comment: Prose | None = Field(default=None, examples=["The deputy minister would come on s2"])


class LinkFor(Input):
    """For whom a link is made."""

    party: Identifier = Field(examples=["kazakhstan"])


class Link(BaseModel):
    """A page on which a party answers without an account. The address is shown only now.

    Of the same command sent again the answer is without it: make another link then.
    """

    shown_once: ClassVar[tuple[str, ...]] = ("address",)

    poll: str
    party: str
    address: str | None = Field(examples=["/polls/by-link/8Q7ZcVbT"])


async def answer(work: Transaction, key: str, body: Reply) -> Poll:
    poll = await POLLS.take(work, key)
    events = rules.answer(
        poll,
        answers=body.answers,
        comment=body.comment,
        actor=work.cause.actor,
        now=work.now,
    )
    return await POLLS.apply(work, poll, events)


async def withdraw(work: Transaction, key: str, body: Reason) -> Poll:
    poll = await POLLS.take(work, key)
    events = rules.withdraw(poll, reason=body.reason, actor=work.cause.actor)
    return await finish(work, poll, events)


async def make_link(work: Transaction, key: str, body: LinkFor) -> Link:
    rights.secretary(work.cause.actor, "give a party a link")
    poll = await POLLS.get(work.session, key)
    rules.require(poll, rules.Stage.OPEN, "be answered by a link")
    rights.party(Actor(role=Role.DELEGATE, party=body.party), poll.parties, "answer this poll")
    token, digest = new_token()
    work.session.add(PollLinkRow(digest=digest, poll=key, party=body.party))
    return Link(poll=key, party=body.party, address=f"/polls/by-link/{token}")


async def behind_link(session: Session, token: str) -> tuple[Poll, Actor]:
    """The poll that a link leads to, and as whom its holder answers."""
    row = await session.get(PollLinkRow, digest_of(token))
    if row is None:
        raise NotFoundError("this link leads nowhere (any more); ask the secretary for another")
    return await POLLS.get(session, row.poll), Actor(role=Role.DELEGATE, party=row.party)
