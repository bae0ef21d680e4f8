"""What an address has been told of a meeting, and what it is to be told next."""

from collections.abc import Container, Iterable, Sequence
from datetime import datetime
from typing import Any

from events.notices import Participation
from services.icalendar.clocks import span_on_clocks
from services.icalendar.entry import Entry, Status
from services.icalendar.vevent import says_the_same
from services.mail_addresses import same_for_all
from services.notices.rules.mail import REACHED, STANDING, Kind, Mail, Stage, id_of
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

    A cancellation is no news where the meeting is not in the calendar, and nothing is to who has
    the same there already. The calendar is that of the address, whoever else is invited at it.
    """
    here = to_same(recipient.address, earlier)
    if entry.status is Status.CANCELLED and not may_have_it(here, REACHED):
        return None
    certain = [mail for mail in here if mail.stage in REACHED]
    mine = [mail for mail in certain if mail.recipient == recipient.id]
    ahead = ahead_after(here)
    if not mine or latest(certain).calls_off:
        known, kind = None, Kind.INVITATION
    else:
        last = latest(mine)
        known, kind = last.entry, Kind.UPDATE
        if ahead == last.ahead and knows(here, entry) and says_the_same(last.entry, entry):
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


def withdrawal_for(recipient: Recipient, earlier: Sequence[Mail], now: datetime) -> Mail | None:
    """What tells `recipient`, after `earlier` about a meeting, that it is without them.

    None where it is not in the calendar of the address, or what takes it out is on its way. It
    tells of the meeting as they know it, and nothing that came after.
    """
    here = to_same(recipient.address, earlier)
    if not may_have_it(here, STANDING):
        return None
    last = latest(mail for mail in here if mail.may_have_arrived)
    ahead = ahead_after(here) + 1
    return written(recipient, last.entry, kind=Kind.WITHDRAWAL, ahead=ahead, now=now)


def make_way(recipient: Recipient, mail: Mail | None, earlier: Iterable[Mail]) -> list[Mail]:
    """Those of `earlier` about a meeting that make way for `mail`, or for nothing, to `recipient`.

    They are the recipient's own, and what would take the meeting out of the calendar that they
    have in common with another.
    """
    withdrawals = {m.id for m in to_same(recipient.address, earlier) if m.kind is Kind.WITHDRAWAL}
    return [
        known
        for known in earlier
        if (known.recipient == recipient.id or known.id in withdrawals)
        and (mail is None or known.id != mail.id)
    ]


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


def latest(mails: Iterable[Mail]) -> Mail:
    """The last of some; ValueError of none."""
    return max(mails, key=lambda mail: mail.revision_told)


def to_same(address: str, mails: Iterable[Mail]) -> list[Mail]:
    return [mail for mail in mails if mail.is_to(address)]


def knows(mails: Sequence[Mail], entry: Entry) -> bool:
    """Whether who had `mails` has what one about `entry` would say, and nothing newer in doubt."""
    newest = latest(mail for mail in mails if mail.may_have_arrived)
    certain = latest(mail for mail in mails if mail.stage in REACHED)
    return newest.revision_told == certain.revision_told and says_the_same(certain.entry, entry)


def may_have_it(mails: Sequence[Mail], off: Container[Stage]) -> bool:
    """Whether the meeting may be in the calendar of who had `mails`.

    It is not where a later one that stands as in `off` calls it off.
    """
    invitations = [mail for mail in mails if mail.may_have_arrived and not mail.calls_off]
    if not invitations:
        return False
    last = latest(invitations).revision_told
    standing = (mail for mail in mails if mail.calls_off and mail.stage in off)
    return not any(mail.revision_told > last for mail in standing)


def ahead_after(mails: Sequence[Mail]) -> int:
    """By how much SEQUENCE is above the meeting's for who had `mails`."""
    arrived = (mail for mail in mails if mail.may_have_arrived)
    return max((m.ahead + (m.kind is Kind.WITHDRAWAL) for m in arrived), default=0)


def last_to_each(mails: Iterable[Mail]) -> list[Mail]:
    """Of `mails` about a meeting, the last to each who was invited to it and not uninvited."""
    counting = [m for m in mails if m.stage not in {Stage.SUPERSEDED, Stage.EXPIRED}]
    counting.sort(key=lambda mail: mail.revision_told)
    here = {(mail.recipient, same_for_all(mail.address)): mail for mail in counting}
    invited = (mail for mail in here.values() if mail.kind is not Kind.WITHDRAWAL)
    return list({mail.recipient: mail for mail in invited}.values())


def is_void(mail: Mail, others: Sequence[Mail]) -> bool:
    """Whether `mail` need not go out, of `others` about the same meeting.

    There is a later one to the recipient, or one to the address that calls the meeting off where
    this invites or invites where this calls it off; or it calls off what is not in the calendar.
    """
    here = [other for other in to_same(mail.address, others) if other.id != mail.id]
    later = any(
        other.recipient == mail.recipient or other.calls_off != mail.calls_off
        for other in here
        if other.stage is not Stage.SUPERSEDED and other.revision_told > mail.revision_told
    )
    return later or (mail.calls_off and not may_have_it(here, REACHED))
