"""Names of schemas in the description of the API: words of the subject, not paths of modules.

Where several classes have one name, FastAPI puts the path of the module before it.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

BETWEEN = "__"
ROOMS = {"services", "events", "rules", "commands", "http"}
REF = "#/components/schemas/"


def name_shortly(document: dict[str, Any]) -> None:
    """Name the schemas of `document` as short as tells them apart."""
    schemas = document["components"]["schemas"]
    names = short_names(schemas)
    document["components"]["schemas"] = {names.get(k, k): schema for k, schema in schemas.items()}
    point_to(document, {REF + long: REF + short for long, short in names.items()})


def short_names(names: Collection[str]) -> dict[str, str]:
    """A name for each that has a path in it: the first of its choices that nobody else has."""
    choices = {name: choices_of(name.split(BETWEEN)) for name in names if BETWEEN in name}
    wanted = Counter(choice for each in choices.values() for choice in each)
    return {
        name: next((one for one in each if wanted[one] == 1 and one not in names), name)
        for name, each in choices.items()
    }


def choices_of(path: Sequence[str]) -> list[str]:
    """Like Wanted of services.planning.rules.wanted, or PollStage, or SchedulingPollStage."""
    *modules, name = path
    subjects = [module.removesuffix("s") for module in modules if module not in ROOMS]
    alone = [name] if subjects[-1] == name.lower() else []
    before = subjects[: len(subjects) - len(alone)]
    longer = ["".join(part.title() for part in before[n:]) for n in range(len(before))]
    return [*alone, *(f"{subject}{name}" for subject in reversed(longer))]


def point_to(part: Any, names: dict[str, str]) -> None:
    """Have every reference in `part` name the schema as `names` do."""
    if isinstance(part, dict):
        if isinstance(reference := part.get("$ref"), str):
            part["$ref"] = names.get(reference, reference)
        for each in part.values():
            point_to(each, names)
    elif isinstance(part, list):
        for each in part:
            point_to(each, names)
