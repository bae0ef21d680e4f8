"""A webhook's life, as the rules have it."""

from datetime import UTC, datetime, timedelta

import pytest

from services.bridge.rules.webhook import (
    GONE,
    PAUSES,
    Webhook,
    check_address,
    delivered,
    enabled,
    failed,
)
from services.refusals import UnacceptableError, WrongStateError

NOW = datetime(2027, 5, 3, 9, tzinfo=UTC)
HOOK = Webhook(id="webhook-1", address="https://ministry.example/decisions")


def test_pauses_grow_until_it_is_given_up() -> None:
    hook, waits = HOOK, []
    while hook.disabled is None:
        hook, again = failed(hook, 500, "answered 500", NOW)
        waits.append(again - NOW if again else None)
    assert waits == [*PAUSES, None]
    assert sum(PAUSES, timedelta()) > timedelta(days=1), "a day without its server is survived"
    assert "8 attempts failed, answered 500" in str(hook.disabled)


def test_one_success_makes_all_failures_forgotten() -> None:
    hook, _ = failed(HOOK, None, "ConnectError", NOW)
    assert hook.failures == 1
    assert delivered(hook) == HOOK


def test_a_server_that_says_it_is_gone_is_not_asked_again() -> None:
    hook, again = failed(HOOK, GONE, "answered 410", NOW)
    assert again is None
    assert enabled(hook) == HOOK
    with pytest.raises(WrongStateError, match="not disabled"):
        enabled(HOOK)


@pytest.mark.parametrize(
    "address",
    [
        "https://ministry.example/x",
        "https://министрлік.example/x",
        "http://127.0.0.1:9/x",
        "http://localhost/x",
        "http://[::1]/x",
    ],
)
def test_an_address_may_be_encrypted_or_of_this_machine(address: str) -> None:
    check_address(address)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://ministry.example/x", "not encrypted"),
        ("ftp://ministry.example/x", "not encrypted"),
        ("ministry.example/x", "no address"),
        ("https:///x", "no address"),
        ("https://user:pass@ministry.example/x", "no address"),
        ("https://ministry.example/#x", "no address"),
        ("", "no address"),
    ],
)
def test_other_addresses_are_refused(address: str, why: str) -> None:
    with pytest.raises(UnacceptableError, match=why):
        check_address(address)
