"""All that is new about somebody's meetings, in one message a day."""

from collections.abc import Mapping, Sequence

from events.mechanisms import MechanismRegistered
from events.moments import Moment
from services.icalendar.dates import short_day_in
from services.notices.message import begun, calendar_of, sealed, shown_in, write
from services.notices.post import Post
from services.notices.rules.mail import Mail
from services.notices.rules.wording import Wording, wording_of

ACCENT = "#1d4f5c"


def compose_digest(
    mails: Sequence[Mail], bodies: Mapping[str, MechanismRegistered], post: Post
) -> bytes:
    """One message with all `mails`, which are to one address; `bodies` are their mechanisms.

    Each meeting is a text/calendar part of its own, with its METHOD and one UID, and an attachment,
    since Outlook and Gmail see only the first VEVENT of a part, Outlook would take a part that is
    none for the whole message (MS-STANOICAL, 2.2.175), and all of them show and open attachments.
    """
    mails = sorted(mails, key=lambda mail: (mail.entry.span.starts.at, mail.id))
    newest = max(mails, key=lambda mail: (mail.dated, mail.id))
    key, (language, words) = newest.message, wording_of(newest.language)
    message = begun(newest, key, newest.dated, post.address)
    message["Subject"] = subject_of(newest, len(mails), language, words)
    if any(mail.entry.restricted for mail in mails):
        message["Sensitivity"] = "Company-Confidential"
    sections = [
        shown_in(mail, bodies[mail.mechanism], post, language, words)
        | {"file": file_of(number, mail)}
        for number, mail in enumerate(mails, start=1)
    ]
    shown = {
        "words": words,
        "language": language,
        "intro": intro_of(mails, post, words),
        "subject": str(message["Subject"]),
        "sections": sections,
        "whys": dict.fromkeys(str(section["why"]) for section in sections),
        "colour": ACCENT,
    }
    write(message, "digest", shown)
    for number, mail in enumerate(mails, start=1):
        message.add_attachment(
            calendar_of(mail, post),
            subtype="calendar",
            cte="base64",
            params={"method": mail.method},
            filename=file_of(number, mail),
        )
    message["Content-Language"] = language
    return sealed(message, key)


def subject_of(mail: Mail, count: int, language: str, words: Wording) -> str:
    day = short_day_in(Moment.of(mail.dated, mail.zone).wall, language)
    return f"{words.digest.format(count=count)}, {day} ({mail.zone})"


def intro_of(mails: Sequence[Mail], post: Post, words: Wording) -> Sequence[str]:
    """What comes first; also whom to tell, where no program reads answers."""
    if post.reads_answers:
        return [words.digest_intro]
    invites = not all(mail.calls_off for mail in mails)
    tell = [words.tell.format(address=post.address)] if invites else []
    return [words.digest_unanswered, *tell]


def file_of(number: int, mail: Mail) -> str:
    return f"{number}-{mail.meeting}.ics"
