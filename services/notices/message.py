"""A mail as it goes over the line: MIME around the same VEVENT that the feeds have (RFC 6047).

The same mail has the same bytes each time it is composed, and so the same Message-ID. They are in
ASCII, unless the recipient's address is not.
"""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from events.mechanisms import MechanismRegistered
from services.icalendar.bodies import body_in, title_in
from services.icalendar.calendar import Method, calendar
from services.icalendar.clocks import span_on_clocks
from services.icalendar.dates import hours_in, span_in, start_in
from services.icalendar.names import item_in, party_in
from services.icalendar.vevent import Attendee, Participation, vevent, withdrawal
from services.icalendar.wording import spoken
from services.mail_addresses import in_transit, in_uri, needs_utf8
from services.notices.post import Post
from services.notices.rules.changes import changes_in
from services.notices.rules.mail import Kind, Mail
from services.notices.rules.wording import Wording, wording_of

SENDER = "Secretariat"
FILE = {Method.REQUEST: "invite.ics", Method.CANCEL: "cancel.ics"}
COLOURS = {Method.REQUEST: "#1d4f5c", Method.CANCEL: "#9c2f16"}


def message_id(key: str, organizer: str) -> str:
    """The Message-ID (RFC 5322, 3.6.4) of the mail `key`."""
    return f"<{key}@{organizer.partition('@')[2]}>"


def compose(mail: Mail, body: MechanismRegistered, post: Post) -> bytes:
    """The whole message from the address of `post`, which takes replies.

    Programs that know invitations act on the part text/calendar, which therefore is the last of
    the alternatives (RFC 6047, 2.4; RFC 2046, 5.1.4); it is attached too, for people whose program
    does not know them and who open or save the file.
    """
    language, words = wording_of(mail.language)
    invitation = calendar_of(mail, post)
    message = begun(mail, mail.key, mail.dated, post.address)
    if mail.follows is not None:
        first = message_id(mail.follows, post.address)
        message["In-Reply-To"], message["References"] = first, first
    message["Subject"] = subject_of(mail, language, words)
    if mail.entry.restricted:
        message["Sensitivity"] = "Company-Confidential"  # RFC 2156, 5.3.4
    shown = shown_in(mail, body, post, language, words)
    write(message, "mail", shown)
    message.add_alternative(
        invitation, subtype="calendar", cte="base64", params={"method": mail.method}
    )
    message.add_attachment(
        invitation.encode(), maintype="application", subtype="ics", filename=FILE[mail.method]
    )
    message["Content-Language"] = language
    return sealed(message, mail.key)


def begun(mail: Mail, key: str, dated: datetime, organizer: str) -> EmailMessage:
    """The message `key` to whom `mail` is to, with nothing in it yet."""
    message = EmailMessage(policy=SMTPUTF8 if needs_utf8(mail.address) else SMTP)
    name, _, domain = in_transit(mail.address).rpartition("@")
    message["From"] = Address(SENDER, addr_spec=organizer)
    message["To"] = Address(mail.name, name, domain)
    message["Date"] = dated
    message["Message-ID"] = message_id(key, organizer)
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"  # the same for Exchange, MS-OXCMAIL
    return message


def write(message: EmailMessage, template: str, shown: dict[str, object]) -> None:
    """Put the template in, as a text and as a page."""
    message.set_content(draw(f"{template}.txt", shown), cte="quoted-printable")
    message.add_alternative(draw(f"{template}.html", shown), subtype="html", cte="quoted-printable")


def sealed(message: EmailMessage, key: str) -> bytes:
    """Its bytes, which are the same each time."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"={key}.{number}=")
    return message.as_bytes()


def calendar_of(mail: Mail, post: Post) -> str:
    """The iCalendar object: one VEVENT, with this recipient as its only ATTENDEE.

    So nobody learns the address of another, and who answers is clear. Nobody is asked for an answer
    that is not read (RSVP; RFC 5546, 3.2.2 leaves that to the organizer).
    """
    answered = Participation.NEEDS_ACTION
    if mail.participation is not None:
        answered = Participation[mail.participation.name]
    attendee = Attendee(in_uri(mail.address), mail.name, answered, asked=post.reads_answers)
    organizer = in_uri(post.address)
    told = {"sequence": mail.sequence, "changed": mail.stamp}
    entry = mail.entry.model_copy(update=told)
    language = spoken(mail.language)
    if mail.kind is Kind.WITHDRAWAL:
        event = withdrawal(entry, attendee, language=language, organizer=organizer)
    else:
        event = vevent(entry, language=language, attendees=(attendee,), organizer=organizer)
    return calendar(mail.method, [(event, entry.span.starts)]).decode()


def subject_of(mail: Mail, language: str, words: Wording) -> str:
    title = title_in(mail.entry.title, language)
    return f"{words.title(mail)}: {title}, {start_in(mail.entry.span, language)}"


def shown_in(
    mail: Mail, body: MechanismRegistered, post: Post, language: str, words: Wording
) -> dict[str, object]:
    """What the templates show of one mail."""
    entry = mail.entry
    names = {p.id: party_in(p.id, language, p.name) for p in body.parties}
    cancelled = mail.kind is Kind.CANCELLATION
    span, local = mail.span, mail.span.in_zone(mail.zone)
    differs = hours_in(local, language) != hours_in(span, language)
    before = span_on_clocks(mail.previous) if cancelled and mail.previous else None
    facts = [
        (words.when, span_in(span, language)),
        (words.at_yours, span_in(local, language) if differs else None),
        (words.before, span_in(before, language) if before else None),
        (words.where, entry.place),
        (words.host, names.get(entry.turn.host, entry.turn.host)),
        (words.chair, names.get(entry.turn.chair, entry.turn.chair)),
        (words.reason, mail.reason),
    ]
    said = mail.participation if post.reads_answers and not mail.calls_off else None
    answered = words.answered[said] if said else None
    wanted = words.answer if post.reads_answers else words.tell.format(address=post.address)
    return {
        "mail": mail,
        "entry": entry,
        "title": title_in(entry.title, language),
        "body": body_in(entry.body, language),
        "words": words,
        "language": language,
        "subject": subject_of(mail, language, words),
        "changes": changes_in(mail, language),
        "facts": [(label, value) for label, value in facts if value],
        "agenda": [] if mail.calls_off else [item_in(one, language) for one in entry.agenda],
        "agenda_is": words.common.agenda if entry.adopted else words.common.provisional,
        "restricted": words.restricted if entry.restricted else None,
        "answered": answered,
        "answer": None if mail.calls_off else answered or wanted,
        "why": words.why.format(
            party=names.get(mail.party, mail.party), body=body_in(body.short_name, language)
        ),
        "cancelled": cancelled,
        "colour": COLOURS[mail.method],
    }


def draw(template: str, shown: dict[str, object]) -> str:
    return environment().get_template(template).render(shown)


@cache
def environment() -> Environment:
    return Environment(
        loader=PackageLoader(__package__),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
