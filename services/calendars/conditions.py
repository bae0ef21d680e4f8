"""What callers say of the copy that they have (RFC 9110, 13.1)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256

LONGEST_HEADER = 4096
ASCTIME = "%a %b %d %H:%M:%S %Y"  # in GMT
CODINGS = ("br", "gzip", "identity")  # of those that are wished alike the first
QUALITY = re.compile(r"\s*q=([01](?:\.\d*)?)\s*")
ALIASES = {"x-gzip": "gzip"}  # RFC 9110, 8.4.1.3


def tag_of(content: bytes) -> str:
    """The ETag of what is not made of parts with digests of their own."""
    return sha256(content).hexdigest()[:32]


def names(tags: bytes, tag: str) -> bool:
    """Whether the value of If-None-Match names `tag`, in whatever coding; compared weakly."""
    return tags.strip() == b"*" or tag in names_in(tags[:LONGEST_HEADER])


def coding_named(tags: bytes, tag: str, wished: str) -> str:
    """In which coding the caller has `tag`, by If-None-Match: as `wished`, where that may be."""
    there = names_in(tags[:LONGEST_HEADER]).get(tag, [wished])
    return wished if wished in there else there[0]


@lru_cache(maxsize=4096)
def names_in(tags: bytes) -> dict[str, list[str]]:
    """The tags, each with the codings in which it is named."""
    found: dict[str, list[str]] = {}
    for tag, coding in re.findall(r'"([0-9a-f]+)(?:-(br|gzip))?"', tags.decode("latin-1")):
        found.setdefault(tag, []).append(coding)
    return found


def instant_in(since: bytes) -> datetime | None:
    """The instant in the value of If-Modified-Since, in any form of RFC 9110, 5.6.7; or none."""
    said = since.decode("latin-1").strip()
    try:
        if not said.endswith("GMT"):
            return datetime.strptime(said, ASCTIME).replace(tzinfo=UTC)
        found = parsedate_to_datetime(said)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo else None


@lru_cache(maxsize=1024)
def coding_of(accepted: bytes) -> str:
    """The content coding that is wished most in Accept-Encoding (RFC 9110, 12.5.3); "" for none."""
    wished = dict(map(weighed, accepted[:LONGEST_HEADER].decode("latin-1").lower().split(",")))
    others = {"br": wished.get("*", 0.0), "gzip": wished.get("*", 0.0)}
    weights = others | {"identity": 0.0} | wished
    taken = [coding for coding in CODINGS if weights[coding] > 0]
    best = max(taken, key=weights.__getitem__, default="identity")
    return "" if best == "identity" else best


def weighed(accepted: str) -> tuple[str, float]:
    """A coding with its weight, 0 where that is none."""
    name, _, weight = accepted.partition(";")
    found = QUALITY.fullmatch(weight or "q=1")
    coding = name.strip()
    return ALIASES.get(coding, coding), min(float(found[1]), 1.0) if found else 0.0
