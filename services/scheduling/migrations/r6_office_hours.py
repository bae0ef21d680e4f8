"""What a date stands on knows whether it lies outside of office hours, by those of the upgrade."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "scheduling_6"
down_revision = "scheduling_5"

NINE_TO_SIX = {"opens": "09:00", "closes": "18:00"}
ONLINE = re.compile(r"https?://|\s*(online|онлайн|线上)\s*([,;/()]|$)", re.IGNORECASE)

State = dict[str, Any]


def table(name: str) -> sa.TableClause:
    return sa.table(name, sa.column("id"), sa.column("document"))


def upgrade() -> None:
    connection = op.get_bind()
    recheck = table("recheck")

    def states(name: str) -> dict[str, State]:
        rows = connection.execute(sa.select(table(name)))
        return {id_: json.loads(document) for id_, document in rows}

    routines, meetings, polls = states("routine"), states("meeting"), states("poll")
    for id_, state in states("recheck").items():
        asks_for = state.get("asks_for")
        meeting = meetings[asks_for or id_]
        slots = polls[id_]["slots"] if asks_for else [{"slot": None, "span": meeting["span"]}]
        spans = {slot["slot"]: slot["span"] for slot in slots}
        online = ONLINE.match(meeting.get("place") or "")
        for ground in state["grounds"]:
            counts = online or ground["party"] == meeting["turn"]["host"]
            if counts and (span := spans[ground.get("slot")]):
                hours = routines[ground["party"]].get("hours") or NINE_TO_SIX
                ground["outside"] = is_outside(span, hours, ground["zone"])
        document = json.dumps(state, ensure_ascii=False)
        connection.execute(recheck.update().where(recheck.c.id == id_).values(document=document))


def is_outside(span: State, hours: Mapping[str, str], zone: str) -> bool:
    begins, ends = (
        datetime.fromisoformat(span[end]["at"]).astimezone(ZoneInfo(zone)).time()
        for end in ("starts", "ends")
    )
    opens, closes = time.fromisoformat(hours["opens"]), time.fromisoformat(hours["closes"])
    return not (opens <= begins < closes and opens < ends <= closes)
