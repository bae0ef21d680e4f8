"""A webhook's life: it takes events in order, falls behind, is given up and taken up again.

Signatures, headers and codes are those of Standard Webhooks 1.0.
"""

import ipaddress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from events.vocabulary import Identifier
from services.refusals import UnacceptableError, WrongStateError

PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
)
GONE = 410


class Webhook(BaseModel):
    """A subscriber's address, what it wants (every mechanism where none is named), how it fares.

    Of restricted meetings it is told what `reads_as` may read: nothing where that is nobody.
    `failures` counts those in a row; `disabled` says why it gets nothing any more.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    address: str
    mechanisms: tuple[Identifier, ...] = ()
    reads_as: str | None = None
    failures: int = 0
    error: str | None = None
    disabled: str | None = None


def check_address(address: str) -> None:
    """UnacceptableError for an address that nothing confidential should go to.

    https everywhere; plain http only to this machine.
    """
    parts = urlsplit(address)
    if not parts.hostname or parts.username or parts.fragment:
        raise UnacceptableError(f"{address!r} is no address to post to; write https://host/path")
    if parts.scheme == "https" or (parts.scheme == "http" and this_machine(parts.hostname)):
        return
    raise UnacceptableError(f"{address!r} is not encrypted; give an https address")


def this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def delivered(webhook: Webhook) -> Webhook:
    """After it took an event."""
    return webhook.model_copy(update={"failures": 0, "error": None})


def failed(
    webhook: Webhook, code: int | None, error: str, now: datetime
) -> tuple[Webhook, datetime | None]:
    """After it did not: when to try again, or that it is disabled.

    It is disabled at once when it answers that it is gone, and after the last of PAUSES.
    """
    failures = webhook.failures + 1
    update: dict[str, object] = {"failures": failures, "error": error}
    if code == GONE:
        update["disabled"] = f"{now:%Y-%m-%d %H:%M} UTC: it answered that it is gone"
    elif failures > len(PAUSES):
        update["disabled"] = f"{now:%Y-%m-%d %H:%M} UTC: {failures} attempts failed, {error}"
    else:
        return webhook.model_copy(update=update), now + PAUSES[failures - 1]
    return webhook.model_copy(update=update), None


def enabled(webhook: Webhook) -> Webhook:
    """Taken up again where it stopped; WrongStateError when it never did."""
    if webhook.disabled is None:
        raise WrongStateError(f"{webhook.id} is not disabled")
    return webhook.model_copy(update={"disabled": None, "failures": 0, "error": None})
