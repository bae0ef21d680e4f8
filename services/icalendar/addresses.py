"""The address of an online meeting in what people wrote about its place."""

import re

URI = re.compile(r"https?://[\w.~:/?#\[\]@!$&'()*+,;=%-]+", re.ASCII | re.IGNORECASE)
CLOSING = ".,:;!?'*"
BRACKETS = {")": "(", "]": "["}


def address_in(place: str) -> str | None:
    """The first URI (RFC 3986) of the web in `place`, without what closes the sentence around it.

    A bracket at its end belongs to it where it was opened in it. A host that goes on in other
    scripts is none.
    """
    for found in URI.finditer(place):
        host, *path = re.split(r"[/?#]", found[0].partition("://")[2], maxsplit=1)
        is_cut = not path and host.endswith((".", "-")) and place[found.end() :][:1].isalnum()
        if host.strip(CLOSING) and not is_cut:
            return without_closing(found[0])
    return None


def without_closing(uri: str) -> str:
    while uri[-1] in CLOSING or is_unopened(uri):
        uri = uri[:-1]
    return uri


def is_unopened(uri: str) -> bool:
    last = uri[-1]
    return last in BRACKETS and uri.count(last) > uri.count(BRACKETS[last])
