"""What people write by hand, and what is said to them where it has another shape than it should."""

import re
from collections.abc import Mapping
from typing import Any, Self, get_args, get_origin

from pydantic import ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from events.event import Fact

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
KINDS = {
    "int": "a whole number",
    "bool": "true or false",
    "date": "a date",
    "string": "words",
    "tuple": "a list",
    "model": "names with values",
}


class Written(Fact):
    """A part of what is wanted. What is wrong with it is said with an example of what is right."""

    @model_validator(mode="wrap")
    @classmethod
    def says_what_is_wrong(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(data)
        except ValidationError as error:
            raise ValidationError.from_exception_data(
                cls.__name__, [worded(cls, each) for each in error.errors()]
            ) from None


def worded(model: type[Fact], fault: Mapping[str, Any]) -> InitErrorDetails:
    """A fault with its place; those that a part of the model has worded stay as they are."""
    loc, kind = fault["loc"], fault["type"]
    text = str(fault["msg"]).removeprefix("Value error, ")
    if kind != "written":
        text = told(model, loc, kind, fault["input"]) or beyond(kind, fault) or text
    error = PydanticCustomError("written", "{text}", {"text": text})
    return InitErrorDetails(type=error, loc=loc, input=fault["input"])


def told(model: type[Fact], loc: tuple[Any, ...], kind: str, said: Any) -> str | None:
    """What is wrong, and an example; None where pydantic says it well enough."""
    if kind == "extra_forbidden":
        return f"there is nothing of that name; write one of {', '.join(model.model_fields)}"
    if not loc:
        return f"write names with values, like {example(model)}, not {quoted(said)}"
    name = str(loc[0])
    if kind == "missing":
        return f"this is missing; write it like {name}: {flow(example_of(model, name))}"
    like = example_of(model, name)
    if len(loc) > 1 and isinstance(like, list) and like:
        like = like[0]
    if kind == "string_pattern_mismatch":
        return f"write an id, like {flow(like)}, not {quoted(said)}"
    if kind.startswith("date_") and DAY.fullmatch(str(said)):
        return f"there is no {said}; write a date that there is, like {flow(like)}"
    what = KINDS.get(kind.partition("_")[0])
    return f"write {what}, like {flow(like)}, not {quoted(said)}" if what else None


def beyond(kind: str, fault: Mapping[str, Any]) -> str | None:
    """That a number, or how many there are, is too small or too great."""
    limits = fault.get("ctx", {})
    said = quoted(fault["input"])
    match kind:
        case "greater_than_equal":
            return f"write {limits['ge']} or more, not {said}"
        case "less_than_equal":
            return f"write {limits['le']} or less, not {said}"
        case "too_short":
            return f"write at least {limits['min_length']} of them, not {limits['actual_length']}"
        case "too_long":
            return f"write at most {limits['max_length']} of them"
        case _:
            return None


def example(model: type[Fact]) -> str:
    """The model as one would write it in YAML, by the examples of its fields."""
    names = [name for name, field in model.model_fields.items() if field.is_required()]
    shown = names or list(model.model_fields)[:1]
    return flow({name: example_of(model, name) for name in shown})


def example_of(model: type[Fact], name: str) -> Any:
    """A value of the field as one would write it."""
    field = model.model_fields[name]
    kind = field.annotation
    if field.examples and field.examples[0] not in ([], ()):
        return field.examples[0]
    if get_origin(kind) is tuple:
        part = get_args(kind)[0]
        nested = isinstance(part, type) and issubclass(part, Fact)
        return [example(part)] if nested else ["heads-of-state"]
    if isinstance(kind, type) and issubclass(kind, Fact):
        return example(kind)
    return field.get_default()


def flow(value: Any) -> str:
    """A value in one line, as YAML has it."""
    match value:
        case dict():
            return f"{{{', '.join(f'{name}: {flow(each)}' for name, each in value.items())}}}"
        case list() | tuple():
            return f"[{', '.join(flow(each) for each in value)}]"
        case bool():
            return str(value).lower()
        case None | "":
            return "nothing"
        case _:
            return str(value)


def quoted(said: Any) -> str:
    """What somebody wrote, shortened."""
    text = flow(said)
    return text if len(text) <= 40 else f"{text[:39]}…"  # noqa: PLR2004
