"""What callers say of the copy that they have (RFC 9110, 13.1)."""

import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache

LONGEST_HEADER = 4096


def names(tags: bytes, tag: str) -> bool:
    """Whether the value of If-None-Match names `tag`, in whatever coding; compared weakly."""
    return tags.strip() == b"*" or tag in names_in(tags[:LONGEST_HEADER])


@lru_cache(maxsize=4096)
def names_in(tags: bytes) -> frozenset[str]:
    found = re.findall(rb'"([0-9a-f]+)(?:-br|-gzip)?"', tags)
    return frozenset(tag.decode() for tag in found)


def instant_in(since: bytes) -> datetime | None:
    """The instant in the value of If-Modified-Since; none where it says none."""
    try:
        found = parsedate_to_datetime(since.decode("latin-1"))
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else None
