"""A mail's life: it waits, goes out once, fails and is tried again, or makes way for another."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.notices.rules.mail import UNSETTLED, Mail, Stage
from services.notices.rules.recipient import URGENT, after_quiet
from services.refusals import WrongStateError

PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
PERMANENT = 500


def named(mail: Mail, others: Sequence[Mail], token: str) -> Mail:
    """With what it is called on its way and what it follows, of `others` about the meeting.

    Both stay as they are however often it is tried, so that its bytes do.
    """
    if mail.token:
        return mail
    mine = [other for other in others if other.is_to(mail.address) and other.id != mail.id]
    before = [
        other
        for other in mine
        if other.may_have_arrived and other.revision_told < mail.revision_told
    ]
    first = min(before, key=lambda other: other.revision_told, default=None)
    return mail.model_copy(update={"token": token, "follows": first.message if first else None})


def claimed(mail: Mail, now: datetime) -> Mail:
    """About to be handed to the server; expired instead where the meeting is over."""
    if mail.span.ends.at <= now:
        return mail.model_copy(update={"stage": Stage.EXPIRED})
    update = {"stage": Stage.SENDING, "attempts": mail.attempts + 1, "doubt": in_doubt(mail)}
    return mail.model_copy(update=update)


def in_doubt(mail: Mail) -> bool:
    """Whether an attempt ended unknown: what is still being sent was interrupted."""
    return mail.doubt or mail.stage is Stage.SENDING


def when_it_suits(mail: Mail, at: datetime) -> datetime:
    """`at`, or the end of quiet hours; `at` all the same where the meeting is near."""
    later = after_quiet(mail.quiet, mail.zone, at)
    return at if later > mail.span.starts.at - URGENT else later


def released(mail: Mail) -> Mail:
    """Not handed over after all, through no fault of its own."""
    digest = mail.digest if mail.doubt else None
    update = {"stage": Stage.QUEUED, "attempts": mail.attempts - 1, "digest": digest}
    return mail.model_copy(update=update)


def sent(mail: Mail, now: datetime) -> Mail:
    return mail.model_copy(update={"stage": Stage.SENT, "sent": now, "code": None, "error": None})


def failed(mail: Mail, code: int | None, error: str, now: datetime) -> Mail:
    """After the server did not take it: queued for later, or failed for good.

    It is for good with a code of 5xx (RFC 5321, 4.2.1), and after the last of PAUSES. Without a
    code nobody knows whether it was taken. What may have arrived in a digest goes in the same one.
    """
    doubt = mail.doubt or code is None
    digest = mail.digest if doubt else None
    update: dict[str, object] = {"code": code, "error": error, "doubt": doubt, "digest": digest}
    if (code is not None and code >= PERMANENT) or mail.attempts > len(PAUSES):
        update["stage"] = Stage.FAILED
    else:
        update |= {
            "stage": Stage.QUEUED,
            "due": when_it_suits(mail, now + PAUSES[mail.attempts - 1]),
        }
    return mail.model_copy(update=update)


def bounced(mail: Mail, error: str) -> Mail:
    """A server on its way gave it back (RFC 3464); what has made way needs nobody's attention."""
    if mail.stage in {Stage.SUPERSEDED, Stage.EXPIRED}:
        return mail.model_copy(update={"error": error})
    return mail.model_copy(update={"stage": Stage.BOUNCED, "error": error})


def delayed(mail: Mail, error: str) -> Mail:
    """A server on its way still tries; nothing new of what came back."""
    return mail if mail.stage is Stage.BOUNCED else mail.model_copy(update={"error": error})


def superseded(mail: Mail) -> Mail:
    """Made way for another."""
    return mail.model_copy(update={"stage": Stage.SUPERSEDED, "doubt": in_doubt(mail)})


def by_itself(mail: Mail) -> Mail:
    """Out of its digest, which goes again without it and is not read twice by who has it."""
    return mail.model_copy(update={"digest": None})


def instead_of(known: Mail, mail: Mail) -> Mail:
    """`mail`, which has the id of `known`; the very same again, if that may have arrived."""
    if known.may_have_arrived:
        return known.model_copy(update={"stage": Stage.QUEUED, "due": mail.due})
    kept = {"revision": known.revision, "reason": mail.reason or known.reason}
    return mail.model_copy(update=kept)


def retried(mail: Mail, now: datetime) -> Mail:
    """Queued again; WrongStateError unless it failed or came back.

    What came back goes under another name, so that nothing said of the first counts for it; what
    may have arrived under the same.
    """
    if mail.stage not in UNSETTLED:
        raise WrongStateError(f"the mail is {mail.stage}; only failed and bounced ones are retried")
    if mail.span.ends.at <= now:
        raise WrongStateError("the meeting is over; nobody needs the mail any more")
    update = {"stage": Stage.QUEUED, "due": now, "attempts": 0}
    if mail.stage is Stage.BOUNCED:
        update |= {"token": "", "doubt": False, "digest": None}
    return mail.model_copy(update=update)
