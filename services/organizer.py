"""Who convenes the meetings, before programs: one address, the same in feeds and in mail."""

import os
from collections.abc import Mapping

from services.icalendar.vevent import NOBODY
from services.mail_addresses import checked, in_transit, in_uri


class OrganizerError(Exception):
    """MAIL_ADDRESS is no address that every server takes; says what to write."""


def address_in(said: Mapping[str, str] = os.environ) -> str:
    """MAIL_ADDRESS as servers are told it, from which mail comes; empty where it is not set."""
    address = said.get("MAIL_ADDRESS", "")
    try:
        address = in_transit(checked(address)) if address else ""
    except ValueError as error:
        raise OrganizerError(f"MAIL_ADDRESS is {address}: {error}") from error
    if not address.isascii():
        raise OrganizerError(
            f"MAIL_ADDRESS is {address}; before the @ it takes ASCII, which every server knows"
        )
    return address


def organizer_in(said: Mapping[str, str] = os.environ) -> str:
    """The ORGANIZER of all meetings, as it stands behind mailto:; NOBODY without MAIL_ADDRESS."""
    return in_uri(address_in(said) or NOBODY)
