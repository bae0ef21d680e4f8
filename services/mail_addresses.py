"""E-mail addresses, which need not be in ASCII (RFC 6531), and their other forms.

A domain always travels in its ASCII form (xn--, RFC 5891), which every server takes; only a name
before the @ that is not in ASCII asks for servers that know SMTPUTF8.
"""

import re
from typing import Annotated
from unicodedata import category, normalize
from urllib.parse import quote, unquote

import idna
from pydantic import AfterValidator, Field

ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
NAME = re.compile(rf"{ATOM}(?:\.{ATOM})*")  # RFC 5321, 4.1.2; RFC 6531, 3.3
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
DOMAIN = re.compile(rf"{LABEL}(?:\.{LABEL})*")
LONGEST = 254
LONGEST_NAME = 64
LIKE = "write an e-mail address alone, like a.omarova@mfa.example"
LETTERS_OF_URIS = "!$'*+"


def checked(value: str) -> str:
    """`value` in the normal form of its letters; ValueError, with what to write, if it is none."""
    value = normalize("NFC", value)
    name, _, domain = value.rpartition("@")
    if not NAME.fullmatch(name) or any(category(letter)[0] in "CZ" for letter in name):
        raise ValueError(LIKE)
    if not DOMAIN.fullmatch(domain_in_ascii(domain)):
        raise ValueError(f"“{domain}” is no domain; {LIKE}")
    if len(name.encode()) > LONGEST_NAME or len(value.encode()) > LONGEST:
        raise ValueError(
            f"an address has at most {LONGEST_NAME} bytes before the @, and {LONGEST} in all"
        )
    return value


Address = Annotated[
    str,
    AfterValidator(checked),
    Field(
        max_length=LONGEST,
        description="E-mail address; the mail server must know SMTPUTF8 where the part before "
        "the @ is not in ASCII",
        examples=["a.omarova@mfa.example"],
    ),
]


def domain_in_ascii(domain: str) -> str:
    """`domain` as servers look it up; ValueError if no domain is written like that."""
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise ValueError(f"“{domain}” is no domain ({error}); {LIKE}") from error


def in_transit(address: str) -> str:
    """`address` as servers are told it."""
    name, _, domain = address.rpartition("@")
    return f"{name}@{domain_in_ascii(domain)}"


def same_for_all(address: str) -> str:
    """A form that is equal for two spellings of one address, also of one that is badly written."""
    name, _, domain = normalize("NFC", address.strip()).lower().rpartition("@")
    try:
        return f"{name}@{domain_in_ascii(domain)}"
    except ValueError:
        return f"{name}@{domain}"


def needs_utf8(address: str) -> bool:
    """Whether only servers that know SMTPUTF8 take it."""
    return not in_transit(address).isascii()


def in_uri(address: str) -> str:
    """`address` as it stands behind mailto: (RFC 6068, 2)."""
    name, _, domain = in_transit(address).rpartition("@")
    return f"{quote(name, safe=LETTERS_OF_URIS)}@{domain}"


def of_uri(uri: str) -> str:
    """The address in a mailto: URI, in the form that is `same_for_all`; no address has controls."""
    written = re.sub("^mailto:", "", uri.strip(), flags=re.IGNORECASE)
    return same_for_all("".join(c for c in unquote(written) if category(c) not in {"Cc", "Cs"}))
