"""Who is told of a mechanism's meetings by mail, and when it suits them."""

import zoneinfo
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from events.mechanisms import CoordinatorNamed, MechanismRegistered
from events.moments import Zone
from events.vocabulary import Actor, Identifier, Language, Role, Title
from services import rights
from services.mail_addresses import same_for_all
from services.refusals import NotAllowedError
from services.state import State

URGENT = timedelta(hours=12)
DIGEST_AT = time(8)
COORDINATOR = "coordinator"  # the handle of whoever is the coordinator now


def whole_minute(value: time) -> time:
    if value.tzinfo is not None or value.second or value.microsecond:
        raise ValueError("write a wall time in hours and minutes, like 07:30")
    return value


WallClock = Annotated[time, AfterValidator(whole_minute), Field(examples=["07:30"])]


class Digest(StrEnum):
    """Whether mails go out as things happen, or all in one mail once a day.

    That has the last state of each meeting. Programs act by themselves only on an invitation that
    comes alone; of those in a digest, people open each.
    """

    IMMEDIATE = "immediate"
    DAILY = "daily"


class Quiet(BaseModel):
    """Between which wall times no mail goes out; over midnight where it ends before it begins."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    begins: WallClock = Field(examples=["21:00"])
    ends: WallClock = Field(examples=["07:30"])

    @model_validator(mode="after")
    def is_not_the_whole_day(self) -> "Quiet":
        if self.begins == self.ends:
            raise ValueError("quiet hours end at another time than they begin")
        return self

    def holds(self, at: time) -> bool:
        if self.begins < self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


class Recipient(State):
    """A delegate of a party who is invited to the meetings of a mechanism.

    The id is `mechanism.party.handle`. The handle is a word; who has `coordinator` is invited until
    another coordinator is named. `zone` is where the
    clock of `quiet` and `digest_at` hangs. The address is kept as it was taken, and so is read back
    whatever is taken by now.
    """

    party: Identifier
    handle: Identifier
    name: Title
    address: str
    language: Language
    zone: Zone
    digest: Digest = Digest.IMMEDIATE
    digest_at: WallClock = DIGEST_AT
    quiet: Quiet | None = None


def check_keeper(actor: Actor, party: str) -> None:
    """Refuse anyone but the secretary and the party's own coordinator."""
    if actor.role in rights.OFFICE or (actor.role is Role.COORDINATOR and actor.party == party):
        return
    raise NotAllowedError(
        f"only the secretary or the coordinator of {party} keeps its addresses; you act as {actor}"
    )


def is_member(party: str, body: MechanismRegistered) -> bool:
    return any(known.id == party for known in body.parties)


def shares_address(recipient: Recipient, others: Iterable[Recipient]) -> bool:
    """Whether somebody else, of `others`, is written to at the same address."""
    here = same_for_all(recipient.address)
    return any(same_for_all(o.address) == here for o in others if o.id != recipient.id)


def is_the_one_named(recipient: Recipient, event: CoordinatorNamed) -> bool:
    """Whether `recipient` is the coordinator named: by the address, or by the name without one."""
    if event.address is not None:
        return same_for_all(event.address) == same_for_all(recipient.address)
    return event.coordinator.casefold() == recipient.name.casefold()


def when_due(recipient: Recipient, starts: datetime, now: datetime) -> datetime:
    """When to mail `recipient` something that came up `now` about a meeting that `starts` then.

    What would come later than URGENT before the meeting does not wait for the digest; if it would
    come later even so, not for the end of quiet hours.
    """
    quiet, zone = recipient.quiet, recipient.zone
    wishes = [after_quiet(quiet, zone, now)]
    if recipient.digest is Digest.DAILY:
        digest_at = next_at(recipient.digest_at, zone, now)
        wishes.insert(0, after_quiet(quiet, zone, digest_at))
    return next((due for due in wishes if due <= starts - URGENT), now)


def after_quiet(quiet: Quiet | None, zone: str, due: datetime) -> datetime:
    """`due`, or the end of the quiet hours that hold then on the clocks of `zone`."""
    local = due.astimezone(zoneinfo.ZoneInfo(zone)).time().replace(tzinfo=None)
    if quiet is None or not quiet.holds(local):
        return due
    return next_at(quiet.ends, zone, due, again=True)


def next_at(wall: time, zone: str, now: datetime, *, again: bool = False) -> datetime:
    """The first instant, not before `now`, at which clocks in `zone` show `wall`.

    Where they skip it, it is as long after the last midnight as it would have been. Where they show
    it twice, the second time counts only if asked for with `again`.
    """
    place = zoneinfo.ZoneInfo(zone)
    day = now.astimezone(place).date() - timedelta(days=1)
    while True:
        for fold in (0, 1) if again else (0,):
            found = datetime.combine(day, wall, tzinfo=place).replace(fold=fold).astimezone(UTC)
            if found >= now:
                return found
        day += timedelta(days=1)
