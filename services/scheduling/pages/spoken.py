"""What commands are refused for, in the words of the pages."""

import re
from collections.abc import Mapping
from datetime import date

from events.moments import written

ALTHOUGH = {
    "despite_answers": "Although coordinators refused it, too few can come, or some may "
    "still answer",
    "despite_polls": "Although delegations have answered the poll that is withdrawn with it",
    "ask_again": "Although a poll about its date is not closed yet",
    "short_notice": "The parties agreed to less notice",
    "despite_clashes": "Although delegates are elsewhere, or it is, or may be, a day off or is "
    "outside office hours for some",
}
MOMENT = re.compile(r"\b(\d{4}-\d{2}-\d{2})\b(?:( \d{2}:\d{2})\b( \S+) \((UTC[+-]\d{2}:\d{2})\))?")


def in_words_of_page(wrong: str, names: Mapping[str, str]) -> str:
    """The same with `names` of parties, boxes to tick for fields, and dates as pages write them."""
    for party, name in names.items():
        wrong = re.sub(rf"(?<!-)\b{re.escape(party)}\b(?!-)", name, wrong)
    for field, said in ALTHOUGH.items():
        wrong = wrong.replace(f"say {field}", f"tick “{said}”")
    return MOMENT.sub(as_on_pages, wrong)


def as_on_pages(found: re.Match[str]) -> str:
    """Like 26 April 2028, 13:00 Asia/Shanghai, UTC+08:00, or 26 April 2028."""
    on, hour, zone, offset = found.groups()
    try:
        day = written(date.fromisoformat(on))
    except ValueError:  # somebody entered what is no date
        return found[0]
    return f"{day},{hour}{zone}, {offset}" if hour else day
