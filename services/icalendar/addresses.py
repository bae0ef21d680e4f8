"""The address of an online meeting in what people wrote about its place."""

import re
from unicodedata import category, east_asian_width
from urllib.parse import quote

from services.mail_addresses import domain_in_ascii

OF_URIS = ".~:/?@!$&'()*+,;=%-_"
IRI = re.compile(r"https?://[^\x00-\x20\x7f\"<>]+", re.IGNORECASE)
AUTHORITY = re.compile(r"(https?://)((?:[^/?#@]*@)?)(\[[^\]]*\]|[^/?#:]*)", re.IGNORECASE)
LABEL = r"[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?"
HOST = re.compile(rf"{LABEL}(?:\.{LABEL})*\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)
LONE_PERCENT = re.compile("%(?![0-9a-f]{2})", re.IGNORECASE)
CLOSING = ".,:;!?'*|`"
BRACKETS = {")": "(", "]": "[", "}": "{"}
JOINERS = "\u200c\u200d"


def address_in(place: str) -> str | None:
    """The first address of the web in `place`, as a URI, without what closes the sentence around.

    In other scripts it is an IRI, which RFC 3987, 3.1 makes a URI, its host by RFC 5891. What else
    RFC 3986 does not allow in one, like |, is percent-encoded, as programs do that open it. A
    bracket at its end belongs to it where it was opened in it.
    """
    for found in IRI.finditer(place):
        iri = found[0] if found[0].isascii() else without_sentence(found[0])
        if uri := uri_of(without_closing(iri)):
            return uri
    return None


def without_sentence(iri: str) -> str:
    """`iri` up to where the sentence around it goes on without a space.

    Other scripts' punctuation ends it, and so does a letter of a script that writes no spaces
    (Chinese, Japanese) right after a letter or digit that is none: “会议https://meet.example/a1会议”.
    """
    before = ""
    for at, letter in enumerate(iri):
        if not letter.isascii():
            kind = category(letter)
            if kind[0] not in "LMN" and kind not in {"So", "Sk"} and letter not in JOINERS:
                return iri[:at]
            if is_wide(letter) and before.isalnum() and not is_wide(before):
                return iri[:at]
        before = letter
    return iri


def is_wide(letter: str) -> bool:
    return letter.isalpha() and east_asian_width(letter) in "WF"


def uri_of(iri: str) -> str | None:
    """`iri` as a URI; none where it has no host, or none that servers look up."""
    parts = AUTHORITY.match(iri)
    if parts is None or not parts[3].strip(CLOSING):
        return None
    try:
        host = domain_in_ascii(parts[3])
    except ValueError:
        return None
    if not HOST.fullmatch(host):
        return None
    rest, hash_sign, fragment = iri[parts.end() :].partition("#")
    user, rest, fragment = map(encoded, (parts[2], rest, fragment))
    return f"{parts[1]}{user}{host}{rest}{hash_sign}{fragment}"


def encoded(part: str) -> str:
    return quote(LONE_PERCENT.sub("%25", part), safe=OF_URIS)


def without_closing(iri: str) -> str:
    while iri[-1] in CLOSING or is_unopened(iri):
        iri = iri[:-1]
    return iri


def is_unopened(iri: str) -> bool:
    last = iri[-1]
    return last in BRACKETS and iri.count(last) > iri.count(BRACKETS[last])
