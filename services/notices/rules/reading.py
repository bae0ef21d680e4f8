"""What a mail says that came into the mailbox: an answer, a delivery report, or nothing for us."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from typing import Any

from icalendar import Calendar

from events.notices import Participation

CALENDARS = ("text/calendar", "application/ics")
PARTICIPATIONS = {
    "ACCEPTED": Participation.ACCEPTED,
    "TENTATIVE": Participation.TENTATIVE,
    "DECLINED": Participation.DECLINED,
}
LONGEST_COMMENT = 2000
COUNTER = "it proposes another date (COUNTER); talk to the sender, then move the meeting or not"
MESSAGE_ID = re.compile(r"<([0-9a-f]{16})@[^<>\s]+>")
KEY = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Reply:
    """METHOD:REPLY (RFC 5546, 3.2.3). Addresses are in lower case; `organizer` may be missing."""

    uid: str
    attendee: str
    participation: Participation
    sequence: int
    stamp: datetime
    organizer: str | None
    comment: str | None


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
        if authority is not None and name.split()[:1] == [authority]:
            if re.search(r"\bdmarc\s*=\s*fail\b", results, re.IGNORECASE):
                raise NothingForUsError(f"its sender is forged, says {authority} (dmarc=fail)")
            return


def read(message: EmailMessage) -> Reply | Report:
    """What `message` says; NothingForUsError if nothing."""
    if message.get_content_type() == "multipart/report":
        return report_in(message)
    for part in message.walk():
        if part.get_content_type() in CALENDARS:
            content: Any = part.get_payload(decode=True)
            return reply_in(Calendar.from_ical(content))
    automatic = message.get("Auto-Submitted", "no").lower() != "no"
    raise NothingForUsError(
        "an automatic answer without a calendar" if automatic else "it has no calendar in it"
    )


def reply_in(calendar: Any) -> Reply:
    method = str(calendar.get("METHOD", "")).upper()
    if method == "COUNTER":
        raise NothingForUsError(COUNTER)
    if method != "REPLY":
        raise NothingForUsError(f"its METHOD is {method or 'missing'}, not REPLY")
    events = calendar.walk("VEVENT")
    if len(events) != 1:
        raise NothingForUsError(f"it has {len(events)} meetings in it instead of one")
    return reply_of(events[0])


def reply_of(event: Any) -> Reply:
    attendees = event.get("ATTENDEE", [])
    if isinstance(attendees, list):
        if len(attendees) != 1:
            raise NothingForUsError(f"it names {len(attendees)} attendees instead of one")
        attendees = attendees[0]
    status = str(attendees.params.get("PARTSTAT", "")).upper()
    if status not in PARTICIPATIONS:
        raise NothingForUsError(f"its PARTSTAT is {status or 'missing'}, which is no answer")
    if "UID" not in event or "DTSTAMP" not in event:
        raise NothingForUsError("it has no UID or no DTSTAMP")
    stamp = event["DTSTAMP"].dt
    if not isinstance(stamp, datetime):
        raise NothingForUsError(f"its DTSTAMP is {stamp}, which is no instant")
    comment = event.get("COMMENT")
    if isinstance(comment, list):
        comment = comment[0]
    return Reply(
        uid=str(event["UID"]),
        attendee=address_in(attendees),
        participation=PARTICIPATIONS[status],
        sequence=int(event.get("SEQUENCE", 0)),
        stamp=stamp.astimezone(UTC) if stamp.tzinfo else stamp.replace(tzinfo=UTC),
        organizer=address_in(event["ORGANIZER"]) if "ORGANIZER" in event else None,
        comment=str(comment)[:LONGEST_COMMENT] if comment else None,
    )


def address_in(value: object) -> str:
    """The address of a CAL-ADDRESS, in lower case."""
    return re.sub("^mailto:", "", str(value).strip(), flags=re.IGNORECASE).lower()


def report_in(message: EmailMessage) -> Report:
    """By the envelope's id, or by the Message-ID of what came back."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            return report_of(part, message)
    raise NothingForUsError("a report that is none of delivery")


def report_of(status: Message, message: EmailMessage) -> Report:
    blocks: Any = status.get_payload()
    fields = {name.lower(): str(value) for block in blocks for name, value in block.items()}
    action = fields.get("action", "").strip().lower()
    key = key_in(fields.get("original-envelope-id", ""), message)
    if action not in {"failed", "delayed"}:
        raise NothingForUsError(f"a report of delivery that says: {action or 'nothing'}")
    if key is None:
        raise NothingForUsError("a report about a mail that is none of ours")
    _, _, said = fields.get("diagnostic-code", "").partition(";")
    explanation = " ".join([fields.get("status", ""), *said.split()]).strip()
    return Report(key=key, final=action == "failed", explanation=explanation or action)


def key_in(envelope_id: str, message: EmailMessage) -> str | None:
    if found := KEY.fullmatch(envelope_id.strip()):
        return found[0]
    for part in message.walk():
        if part.get_content_type() == "text/rfc822-headers":
            headers: Any = part.get_payload(decode=True)
            returned: Any = message_from_bytes(headers, policy=default)
        elif part.get_content_type() == "message/rfc822":
            returned = part.get_payload(0)
        else:
            continue
        if found := MESSAGE_ID.search(str(returned.get("Message-ID", ""))):
            return found[1]
    return None
