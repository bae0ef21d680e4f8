"""What the secretary may ask of bridge: to tell a new subscriber, to go on telling one, to stop."""

import secrets
from base64 import b64encode
from typing import ClassVar

from pydantic import BaseModel, Field
from sqlalchemy import func, select
from sqlmodel import col

from events.road.transaction import Transaction
from events.vocabulary import Identifier, WrittenActor
from services import directory, rights
from services.bridge.rules import webhook as rules
from services.bridge.rules.webhook import Webhook
from services.bridge.tables import SaidRow, WebhookRow, Webhooks
from services.inputs import Input

SECRET_BYTES = 32
WEBHOOKS = Webhooks()


class NewWebhook(Input):
    """Where to post decisions, and of which mechanisms."""

    address: str = Field(max_length=2000, examples=["https://ministry.example/decisions"])
    mechanisms: tuple[Identifier, ...] = Field(
        default=(),
        max_length=100,
        description="All when none is named",
        examples=[["customs-heads"]],
    )
    reads_as: WrittenActor | None = Field(
        default=None,
        description="Who receives it: it is told of restricted meetings what they may read. "
        "None: what everybody may read",
        examples=["kazakhstan/coordinator A. Omarova"],
    )
    from_the_beginning: bool = Field(
        default=False, description="Tell it also what was decided before"
    )


class Subscribed(BaseModel):
    """The new webhook, and the secret that its messages are signed with: it is shown only now.

    Of the same command sent again the answer is without it: subscribe anew then.
    """

    shown_once: ClassVar[tuple[str, ...]] = ("secret",)

    webhook: Webhook
    secret: str | None = Field(examples=["whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"])


async def subscribe(work: Transaction, body: NewWebhook) -> Subscribed:
    rights.secretary(work.cause.actor, "subscribe a webhook")
    rules.check_address(body.address)
    for mechanism in body.mechanisms:
        await directory.find(work.session, mechanism)
    end = await work.session.scalar(select(func.max(col(SaidRow.seq)))) or 0
    hook = Webhook(
        id=f"webhook-{secrets.token_hex(6)}",
        address=body.address,
        mechanisms=body.mechanisms,
        reads_as=str(body.reads_as) if body.reads_as else None,
    )
    secret = f"whsec_{b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"
    work.session.add(
        WebhookRow(
            id=hook.id,
            secret=secret,
            position=0 if body.from_the_beginning else end,
            document=hook.model_dump_json(),
        )
    )
    return Subscribed(webhook=hook, secret=secret)


async def enable(work: Transaction, key: str) -> Webhook:
    rights.secretary(work.cause.actor, "enable a webhook")
    row, hook = await WEBHOOKS.get(work.session, key)
    again = rules.enabled(hook)
    row.document, row.retry_at = again.model_dump_json(), None
    work.session.put(row)
    return again


async def remove(work: Transaction, key: str) -> Webhook:
    rights.secretary(work.cause.actor, "remove a webhook")
    _, hook = await WEBHOOKS.get(work.session, key)
    work.session.remove(WebhookRow, key)
    return hook
