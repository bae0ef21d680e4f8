"""What the secretary writes while the minutes are a draft."""

from events.decisions import DecisionText
from events.vocabulary import Actor
from services import rights
from services.minutes.rules import decision as decisions
from services.minutes.rules.changes import (
    Change,
    DecisionDrafted,
    DecisionRemoved,
    DecisionRevised,
    EntryWritten,
)
from services.minutes.rules.minutes import Minutes, Stage, require, require_draft, require_entry


def write_entry(minutes: Minutes, item: str, *, summary: str, actor: Actor) -> list[Change]:
    """Sum up what was said under an item."""
    require_draft_stage(minutes, actor, "write an entry")
    require_entry(minutes, item)
    return [EntryWritten(item=item, summary=summary)]


def propose_decision(
    minutes: Minutes, item: str, *, decision: DecisionText, actor: Actor
) -> list[Change]:
    """Put a decision under an item, after those that stand there."""
    require_draft_stage(minutes, actor, "propose a decision")
    require_entry(minutes, item)
    check(minutes, decision)
    draft = f"{minutes.id}.d{minutes.drafted + 1}"
    return [DecisionDrafted(item=item, draft=draft, decision=decision)]


def revise_decision(
    minutes: Minutes, draft: str, *, decision: DecisionText, actor: Actor
) -> list[Change]:
    """Give a proposed decision another text; the positions attached to it stay."""
    require_draft_stage(minutes, actor, "revise a decision")
    require_draft(minutes, draft)
    check(minutes, decision)
    return [DecisionRevised(draft=draft, decision=decision)]


def remove_decision(minutes: Minutes, draft: str, *, actor: Actor) -> list[Change]:
    """Give a proposed decision up."""
    require_draft_stage(minutes, actor, "remove a decision")
    require_draft(minutes, draft)
    return [DecisionRemoved(draft=draft)]


def require_draft_stage(minutes: Minutes, actor: Actor, what: str) -> None:
    rights.secretary(actor, what)
    require(minutes, what, Stage.DRAFT)


def check(minutes: Minutes, decision: DecisionText) -> None:
    decisions.check(
        decision, mechanism=minutes.mechanism, parties=minutes.parties, earliest=minutes.day
    )
