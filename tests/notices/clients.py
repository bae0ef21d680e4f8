"""What people's programs send back for an invitation, as each of them writes it."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP

UID = "customs-heads-2027-1@secretariat"
ORGANIZER = "meetings@secretariat.example"
OMAROVA = "a.omarova@mfa.example"
STAMP = datetime(2027, 1, 4, 8, tzinfo=UTC)


def reply(
    status: str = "ACCEPTED",
    *,
    attendee: str = OMAROVA,
    sequence: int | None = 0,
    stamp: datetime = STAMP,
    sender: str | None = None,
    uid: str = UID,
    organizer: str | None = ORGANIZER,
    method: str = "REPLY",
    more: str = "",
) -> EmailMessage:
    """METHOD:REPLY as RFC 5546 has it."""
    lines = [
        "BEGIN:VCALENDAR",
        "PRODID:-//A program//EN",
        "VERSION:2.0",
        f"METHOD:{method}",
        "BEGIN:VEVENT",
        f"UID:{uid}",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        *([f"SEQUENCE:{sequence}"] if sequence is not None else []),
        *([f"ORGANIZER:mailto:{organizer}"] if organizer else []),
        f'ATTENDEE;CN="Айгүл Омарова";PARTSTAT={status}:mailto:{attendee}',
        "DTSTART:20270609T043000Z",
        *more.splitlines(),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return carried("\r\n".join(lines) + "\r\n", sender=sender or attendee, method=method)


def carried(calendar: str, *, sender: str = OMAROVA, method: str = "REPLY") -> EmailMessage:
    """A mail with that calendar in it."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = ORGANIZER
    message["Subject"] = "Принято: Heads of customs"
    message.set_content("Айгүл Омарова приняла приглашение\n")
    message.add_alternative(calendar, subtype="calendar", params={"method": method})
    return message


OUTLOOK_COM = f"""BEGIN:VCALENDAR
METHOD:REPLY
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
BEGIN:VTIMEZONE
TZID:Central Asia Standard Time
BEGIN:STANDARD
DTSTART:16010101T000000
TZOFFSETFROM:+0500
TZOFFSETTO:+0500
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;PARTSTAT=TENTATIVE;CN=Aigul Omarova:mailto:A.Omarova@MFA.example
COMMENT;LANGUAGE=ru-RU:Буду\\, если успею\\n
UID:{UID}
SUMMARY;LANGUAGE=ru-RU:Под вопросом: Heads of customs: meeting 1 of 2027
DTSTART;TZID=Central Asia Standard Time:20270609T093000
DTEND;TZID=Central Asia Standard Time:20270609T163000
CLASS:PUBLIC
PRIORITY:5
DTSTAMP:20270104T080000Z
TRANSP:OPAQUE
STATUS:CONFIRMED
SEQUENCE:0
LOCATION;LANGUAGE=ru-RU:Astana
X-MICROSOFT-CDO-APPT-SEQUENCE:0
X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY
END:VEVENT
END:VCALENDAR
"""

GOOGLE = f"""BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20270609T043000Z
DTEND:20270609T113000Z
DTSTAMP:20270104T080000Z
ORGANIZER;CN={ORGANIZER}:mailto:{ORGANIZER}
UID:{UID}
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=TENTATIVE;CN=A
 ;X-NUM-GUESTS=0:mailto:{OMAROVA}
X-GOOGLE-CONFERENCE:https://meet.example
CREATED:20270104T060000Z
DESCRIPTION:
LAST-MODIFIED:20270104T080000Z
LOCATION:Astana
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:Heads of customs
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""

APPLE = f"""BEGIN:VCALENDAR
CALSCALE:GREGORIAN
METHOD:REPLY
PRODID:-//Apple Inc.//macOS 15.1//EN
VERSION:2.0
BEGIN:VEVENT
ATTENDEE;CN="Айгүл";CUTYPE=INDIVIDUAL;EMAIL="{OMAROVA}";PARTSTAT=TENTATIVE:MAILTO:{OMAROVA}
DTEND;TZID=Asia/Almaty:20270609T163000
DTSTAMP:20270104T080000Z
DTSTART;TZID=Asia/Almaty:20270609T093000
ORGANIZER;CN="Secretariat":mailto:{ORGANIZER}
SEQUENCE:0
SUMMARY:Heads of customs
UID:{UID}
END:VEVENT
END:VCALENDAR
"""


def bounce(
    message_id: str,
    *,
    action: str = "failed",
    envelope: str | None = None,
    headers_only: bool = False,
) -> bytes:
    """A delivery status notification (RFC 3464), as Postfix writes it."""
    returned = f"From: Secretariat <{ORGANIZER}>\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\n"
    named = f"Original-Envelope-Id: {envelope}\r\n" if envelope else ""
    kind = "text/rfc822-headers" if headers_only else "message/rfc822"
    return (
        "From: MAILER-DAEMON@mx.example (Mail Delivery System)\r\n"
        f"To: {ORGANIZER}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; mx.example\r\n{named}\r\n"
        f"Final-Recipient: rfc822; {OMAROVA}\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1\r\n    no such user\r\n\r\n"
        f"--b\r\nContent-Type: {kind}\r\n\r\n{returned}\r\n--b--\r\n"
    ).encode()
