"""Who opens a page, as every page says it."""

from typing import Any

import pytest

from services.calendars.service import calendars
from services.planning.service import planning
from services.portal.service import portal

TRUSTS = "whoever opens a page acts as the secretary"
BEHIND = {"gateway": "yes"}


@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({}, TRUSTS),
        ({"actor": "secretary"}, "the secretary"),
        ({"actor": "kazakhstan/delegate A. Omarova"}, "A. Omarova, delegate of Kazakhstan"),
        ({"actor": "kazakhstan/coordinator", **BEHIND}, "the coordinator of Kazakhstan"),
        (BEHIND, "You read as nobody in particular"),
    ],
)
async def test_a_page_says_as_whom_it_was_opened(
    staged: Any, headers: dict[str, str], says: str
) -> None:
    stage = await staged(portal)
    page = (await stage.http.get("/", headers=headers)).text
    assert says in page
    assert (TRUSTS in page) == (headers == {})


async def test_who_holds_a_secret_address_is_known_by_it(staged: Any) -> None:
    stage = await staged(calendars)
    assert TRUSTS in (await stage.http.get("/calendars")).text
    assert TRUSTS not in (await stage.http.get("/calendars/by-token/none")).text


@pytest.mark.parametrize(
    ("headers", "offered"),
    [
        ({}, True),
        ({"actor": "secretary", **BEHIND}, True),
        ({"actor": "china/delegate"}, False),
        (BEHIND, False),
    ],
)
async def test_buttons_of_the_secretary_are_for_who_may_be_it(
    staged: Any, headers: dict[str, str], offered: bool
) -> None:
    stage = await staged(planning)
    page = (await stage.http.get("/plans", headers=headers)).text
    assert ("Look for the best plan" in page) == offered
