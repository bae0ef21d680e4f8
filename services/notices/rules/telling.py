"""What an address has been told of a meeting, and what it is to be told next."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from events.notices import Participation
from services.icalendar.clocks import span_on_clocks
from services.icalendar.entry import Entry, Status
from services.icalendar.vevent import says_the_same
from services.mail_addresses import same_for_all
from services.notices.rules.mail import REACHED, Kind, Mail, Stage, id_of
from services.notices.rules.recipient import URGENT, Digest, Recipient, when_due


def mail_for(
    recipient: Recipient,
    entry: Entry,
    earlier: Sequence[Mail],
    *,
    reason: str | None,
    participation: Participation | None,
    now: datetime,
) -> Mail | None:
    """What to tell `recipient` of `entry` after the mails `earlier` about it; none if nothing.

    A cancellation is no news to who never heard of the meeting, or is not invited any more, and
    nothing is to who has the same in the calendar already.
    """
    to_here = [mail for mail in earlier if mail.is_to(recipient.address)]
    mine = [mail for mail in to_here if mail.recipient == recipient.id]
    if entry.status is Status.CANCELLED and not is_invited(mine):
        return None
    last = latest(mail for mail in mine if mail.stage in REACHED)
    ahead = ahead_after(to_here)
    if last is None or last.calls_off:
        known, kind = None, Kind.INVITATION
    else:
        known, kind = last.entry, Kind.UPDATE
        if has_it(last, entry, mine) and ahead == last.ahead:
            return None
        if known.sequence < entry.sequence:
            reason = reason or entry.reason
    return written(
        recipient,
        entry,
        kind=Kind.CANCELLATION if entry.status is Status.CANCELLED else kind,
        ahead=ahead,
        known=known,
        reason=reason,
        participation=participation,
        now=now,
    )


def has_it(last: Mail, entry: Entry, mails: Iterable[Mail]) -> bool:
    """Whether who had `mails`, `last` for certain, would read nothing new in one about `entry`."""
    newest = latest(mail for mail in mails if mail.may_have_arrived)
    return newest == last and says_the_same(last.entry, entry)


def withdrawal_for(recipient: Recipient, earlier: Sequence[Mail], now: datetime) -> Mail | None:
    """What tells `recipient`, who has had `earlier` about a meeting, that it is without them.

    None where they never heard of it, or know that it is cancelled. It tells of the meeting as they
    know it, and nothing that came after.
    """
    to_here = [mail for mail in earlier if mail.is_to(recipient.address)]
    mine = [mail for mail in to_here if mail.recipient == recipient.id]
    last = latest(mail for mail in mine if mail.may_have_arrived)
    if last is None or last.calls_off:
        return None
    ahead = ahead_after(to_here) + 1
    return written(recipient, last.entry, kind=Kind.WITHDRAWAL, ahead=ahead, now=now)


def written(recipient: Recipient, entry: Entry, *, now: datetime, **more: Any) -> Mail:
    """A mail about `entry`, to go out when it suits `recipient`."""
    starts = span_on_clocks(entry.span).starts.at
    due = when_due(recipient, starts, now)
    return Mail(
        id=id_of(recipient, entry, more["ahead"]),
        mechanism=entry.mechanism,
        recipient=recipient.id,
        party=recipient.party,
        name=recipient.name,
        address=recipient.address,
        language=recipient.language,
        zone=recipient.zone,
        entry=entry,
        quiet=recipient.quiet,
        daily=recipient.digest is Digest.DAILY and due <= starts - URGENT,
        queued=now,
        dated=due,
        due=due,
        **more,
    )


def latest(mails: Iterable[Mail]) -> Mail | None:
    return max(mails, key=lambda mail: mail.revision_told, default=None)


def is_invited(mails: Sequence[Mail]) -> bool:
    """Whether who had `mails` has the meeting in the calendar, as far as is known."""
    last = latest(mail for mail in mails if mail.may_have_arrived)
    return last is not None and not last.calls_off


def ahead_after(mails: Sequence[Mail]) -> int:
    """By how much SEQUENCE is above the meeting's for who had `mails`."""
    last = latest(mail for mail in mails if mail.may_have_arrived)
    if last is None:
        return 0
    return last.ahead + (1 if last.kind is Kind.WITHDRAWAL else 0)


def last_to_each(mails: Iterable[Mail]) -> list[Mail]:
    """Of `mails` about a meeting, the last to each who was invited to it and not uninvited."""
    counting = [m for m in mails if m.stage not in {Stage.SUPERSEDED, Stage.EXPIRED}]
    counting.sort(key=lambda mail: mail.revision_told)
    here = {(mail.recipient, same_for_all(mail.address)): mail for mail in counting}
    invited = (mail for mail in here.values() if mail.kind is not Kind.WITHDRAWAL)
    return list({mail.recipient: mail for mail in invited}.values())


def is_void(mail: Mail, others: Sequence[Mail]) -> bool:
    """Whether `mail` need not go out, of `others` about the same meeting.

    There is a later one to the same address, or it calls off what was never sent there.
    """
    mine = [other for other in others if other.is_to(mail.address) and other.id != mail.id]
    later = any(
        other.revision_told > mail.revision_told and other.recipient == mail.recipient
        for other in mine
        if other.stage is not Stage.SUPERSEDED
    )
    return later or (mail.calls_off and not any(other.may_have_arrived for other in mine))
