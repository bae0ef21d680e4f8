"""What a mail says that came into the mailbox: an answer, a delivery report, or nothing for us."""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email import message_from_bytes, message_from_string
from email.errors import InvalidHeaderDefect
from email.message import EmailMessage, Message
from email.policy import default
from typing import Any

from icalendar import Calendar

from events.notices import Participation
from services.mail_addresses import of_uri

CALENDARS = ("text/calendar", "application/ics")
OF_OUTLOOK = ("application/ms-tnef", "application/vnd.ms-tnef")
RETURNED = ("message/rfc822", "message/global", "message/global-headers")
PARTICIPATIONS = {
    "ACCEPTED": Participation.ACCEPTED,
    "TENTATIVE": Participation.TENTATIVE,
    "DECLINED": Participation.DECLINED,
}
LONGEST_COMMENT = 2000
COUNTER = "it proposes another date (COUNTER){}; talk to the sender, then move the meeting or not"
REFRESH = "it asks how the meeting stands now (REFRESH); tell the sender, for no mail is sent again"
TNEF = "what it says is in a form of Outlook's own (winmail.dat); ask the sender what they meant"
KEY = re.compile(r"[0-9a-f]{16}(?:\.[0-9a-f]{16})?")
MESSAGE_ID = re.compile(rf"<({KEY.pattern})@[^<>\s]+>")
SAID = ("action", "original-envelope-id", "diagnostic-code", "status")
BLANK = re.compile(r"\r?\n\r?\n")
UNSHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Reply:
    """METHOD:REPLY (RFC 5546, 3.2.3). Addresses are `same_for_all`; `organizer` may be missing.

    `delegator` is for whom the attendee answers (DELEGATED-FROM), and `answers` are the ids of our
    mails that it is a reply to (In-Reply-To, References).
    """

    uid: str
    attendee: str
    participation: Participation
    sequence: int
    stamp: datetime
    organizer: str | None
    comment: str | None
    delegator: str | None = None
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """A delivery status notification (RFC 3464) about the mail `key`.

    `final` where the mail came back; a server still tries otherwise.
    """

    key: str
    final: bool
    explanation: str


class NothingForUsError(Exception):
    """The mail says nothing that we act on; the text says why."""


def parsed(raw: bytes) -> EmailMessage:
    message = message_from_bytes(raw, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def check_sender(message: EmailMessage, authority: str | None) -> None:
    """NothingForUsError where `authority`, the server that received it, found the sender forged.

    It says so in the first Authentication-Results of its name (RFC 8601); DMARC (RFC 7489) is what
    ties the sender that people see to what was proven.
    """
    for header in message.get_all("Authentication-Results", []):
        name, _, results = str(header).partition(";")
        if authority is not None and name.lower().split()[:1] == [authority.lower()]:
            if re.search(r"\bdmarc\s*=\s*fail\b", results, re.IGNORECASE):
                raise NothingForUsError(f"its sender is forged, says {authority} (dmarc=fail)")
            return


def sender_of(message: EmailMessage) -> str | None:
    """The address that it is from; none where programs may differ in which that is.

    DMARC proves the address that the server reads in From. So there is to be one From with one
    address, no group, and nothing that is against the grammar (RFC 7489, 6.6.1; RFC 5322, 3.6.2).
    """
    fields: list[Any] = message.get_all("From", [])
    if len(fields) != 1 or any(isinstance(d, InvalidHeaderDefect) for d in fields[0].defects):
        return None
    match [(group.display_name, one) for group in fields[0].groups for one in group.addresses]:
        case [(None, address)]:
            return str(address.addr_spec)
        case _:
            return None


def read(message: EmailMessage) -> Reply | Report:
    """What `message` says; NothingForUsError if nothing."""
    report = next((p for p in message.walk() if p.get_content_type() == "multipart/report"), None)
    if report is not None:
        return report_in(report)
    calendars = [part for part in message.walk() if holds_calendar(part)]
    if calendars:
        return replace(reply_in_any(calendars), answers=answered_by(message))
    if any(part.get_content_type() in OF_OUTLOOK for part in message.walk()):
        raise NothingForUsError(TNEF)
    automatic = message.get("Auto-Submitted", "no").lower() != "no"
    raise NothingForUsError(
        "an automatic answer without a calendar" if automatic else "it has no calendar in it"
    )


def holds_calendar(part: Message) -> bool:
    """Also under the name of a file, for some programs call it application/octet-stream."""
    name = part.get_filename() or ""
    return part.get_content_type() in CALENDARS or name.lower().endswith(".ics")


def reply_in_any(parts: Sequence[Message]) -> Reply:
    """The first answer in `parts`; what is wrong with the first of them where there is none."""
    wrong: list[Exception] = []
    for part in parts:
        try:
            return reply_in(Calendar.from_ical(text_of(part)))
        except Exception as error:  # noqa: BLE001 - strangers write these, and another may be right
            wrong.append(error)
    raise wrong[0]


def text_of(part: Message) -> str:
    """In the character set that it says it is in; in UTF-8 where that is wrong or missing."""
    content: Any = part.get_payload(decode=True) or b""
    for charset in (part.get_content_charset(), "utf-8-sig"):
        with suppress(LookupError, UnicodeDecodeError):
            return shown(content.decode(charset or "utf-8-sig"))
    return shown(content.decode(errors="replace"))


def shown(text: str) -> str:
    """`text` without what no database or terminal takes."""
    return UNSHOWN.sub("", text.removeprefix("\ufeff").replace("\r\n", "\n"))


def answered_by(message: EmailMessage) -> tuple[str, ...]:
    named = [str(message.get(name, "")) for name in ("In-Reply-To", "References")]
    return tuple(MESSAGE_ID.findall(" ".join(named)))


def reply_in(calendar: Any) -> Reply:
    method = str(calendar.get("METHOD", "")).upper()
    events = calendar.walk("VEVENT")
    if method == "COUNTER":
        raise NothingForUsError(COUNTER.format(proposal(events)))
    if method == "REFRESH":
        raise NothingForUsError(REFRESH)
    if method != "REPLY":
        raise NothingForUsError(f"its METHOD is {method or 'missing'}, not REPLY")
    if len(events) != 1:
        raise NothingForUsError(f"it has {len(events)} meetings in it instead of one")
    return reply_of(events[0])


def proposal(events: Sequence[Any]) -> str:
    """What a COUNTER proposes, and why, as far as it says."""
    said = []
    for event in events[:1]:
        start = getattr(event.get("DTSTART"), "dt", None)
        if isinstance(start, datetime) and start.tzinfo is not None:
            said.append(f"{start:%Y-%m-%d %H:%M} ({start.tzinfo})")
        said.append(comment_of(event) or "")
    return "".join(f", {text.strip()}" for text in said if text.strip())


def reply_of(event: Any) -> Reply:
    attendee = answering(event)
    status = str(attendee.params.get("PARTSTAT", "")).upper()
    if status == "DELEGATED":
        others = ", ".join(addresses_in(attendee, "DELEGATED-TO")) or "somebody"
        raise NothingForUsError(
            f"{of_uri(attendee)} sends {others} instead (DELEGATED); invite them, if that is right"
        )
    if status not in PARTICIPATIONS:
        raise NothingForUsError(f"its PARTSTAT is {status or 'missing'}, which is no answer")
    if "UID" not in event or "DTSTAMP" not in event:
        raise NothingForUsError("it has no UID or no DTSTAMP")
    stamp = event["DTSTAMP"].dt
    if not isinstance(stamp, datetime):
        raise NothingForUsError(f"its DTSTAMP is {stamp}, which is no instant")
    return Reply(
        uid=shown(str(event["UID"])),
        attendee=of_uri(attendee),
        participation=PARTICIPATIONS[status],
        sequence=int(event.get("SEQUENCE", 0)),
        stamp=stamp.astimezone(UTC) if stamp.tzinfo else stamp.replace(tzinfo=UTC),
        organizer=of_uri(event["ORGANIZER"]) if "ORGANIZER" in event else None,
        comment=comment_of(event),
        delegator=next(iter(addresses_in(attendee, "DELEGATED-FROM")), None),
    )


def answering(event: Any) -> Any:
    """The attendee who answers: of somebody and their delegate, the delegate (RFC 5546, 2.1.3)."""
    attendees = event.get("ATTENDEE", [])
    if not isinstance(attendees, list):
        return attendees
    sent = [one for one in attendees if addresses_in(one, "DELEGATED-FROM")]
    if len(attendees) > 1 and len(sent) == 1:
        return sent[0]
    if len(attendees) != 1:
        raise NothingForUsError(f"it names {len(attendees)} attendees instead of one")
    return attendees[0]


def addresses_in(attendee: Any, parameter: str) -> list[str]:
    found = attendee.params.get(parameter, [])
    return [of_uri(uri) for uri in ([found] if isinstance(found, str) else found)]


def comment_of(event: Any) -> str | None:
    comment = event.get("COMMENT")
    if isinstance(comment, list):
        comment = comment[0]
    return str(comment)[:LONGEST_COMMENT] if comment else None


def report_in(message: Message) -> Report:
    """By the envelope's id, or by the Message-ID of what came back."""
    for part in message.walk():
        blocks: Any = part.get_payload()
        if part.get_content_type() == "message/delivery-status":
            return report_of(blocks, message)
        if part.get_content_type() == "message/global-delivery-status":  # RFC 6533
            rest = BLANK.split(str(blocks[0].get_payload()))
            return report_of([blocks[0], *map(message_from_string, rest)], message)
    raise NothingForUsError("a report that is none of delivery")


def report_of(blocks: Sequence[Message], message: Message) -> Report:
    fields = {name: shown(str(block[name])) for block in blocks for name in SAID if name in block}
    action, _, _ = fields.get("action", "").strip().lower().partition(" ")
    key = key_in(fields.get("original-envelope-id", ""), message)
    if action not in {"failed", "delayed"}:
        raise NothingForUsError(f"a report of delivery that says: {action or 'nothing'}")
    if key is None:
        raise NothingForUsError("a report about a mail that is none of ours")
    _, _, said = fields.get("diagnostic-code", "").partition(";")
    explanation = " ".join([fields.get("status", ""), *said.split()]).strip()
    return Report(key=key, final=action == "failed", explanation=explanation or action)


def key_in(envelope_id: str, message: Message) -> str | None:
    if found := KEY.fullmatch(envelope_id.strip()):
        return found[0]
    for part in message.walk():
        if part.get_content_type() == "text/rfc822-headers":
            headers: Any = part.get_payload(decode=True)
            returned: Any = message_from_bytes(headers, policy=default)
        elif part.get_content_type() in RETURNED:
            returned = part.get_payload(0)
        else:
            continue
        if found := MESSAGE_ID.search(str(returned.get("Message-ID", ""))):
            return found[1]
    return None
