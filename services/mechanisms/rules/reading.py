"""From the text of a registry file to a registry, or to every error in it with its line."""

from typing import Any

import yaml
from pydantic import ValidationError

from services.mechanisms.rules.consistency import Path, breaches
from services.mechanisms.rules.registry import Registry
from services.refusals import UnacceptableError

LARGEST_FILE = 2 * 1024 * 1024
DEEPEST = 12

Lines = dict[Path, int]


class RegistryError(UnacceptableError):
    """A registry file that is refused whole. `errors` are (line, field, message), by line."""

    def __init__(self, name: str, errors: list[tuple[int, str, str]]) -> None:
        self.errors = sorted(errors)
        listed = "\n".join(f"  line {line}, {field}: {said}" for line, field, said in self.errors)
        count = f"{len(errors)} error" + ("s" if len(errors) > 1 else "")
        super().__init__(f"{name} is refused, nothing was loaded ({count}):\n{listed}")


def read_registry(text: str, name: str) -> Registry:
    """The registry in `text`; RegistryError names every error, `name` being the file's."""
    content, lines = parse(text, name)
    try:
        registry = Registry.model_validate(content)
    except ValidationError as error:
        raise RegistryError(name, [described(found, lines) for found in error.errors()]) from None
    if found := breaches(registry):
        raise RegistryError(name, [(line_of(p, lines), field_of(p), said) for p, said in found])
    return registry


def parse(text: str, name: str) -> tuple[Any, Lines]:
    """The plain content of the YAML, and the line of each of its nodes."""
    if len(text.encode()) > LARGEST_FILE:
        raise RegistryError(name, [(1, "file", f"is larger than {LARGEST_FILE} bytes")])
    lines: Lines = {}
    loader: yaml.SafeLoader | None = None
    try:
        loader = yaml.SafeLoader(text)
        check_events(text, name)
        root = loader.get_single_node()
        if root is None:
            raise RegistryError(name, [(1, "file", "is empty")])
        locate(root, (), lines, name)
        return loader.construct_document(root), lines
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error)
        line = mark.line + 1 if mark else 1
        raise RegistryError(name, [(line, "YAML", said)]) from None


def check_events(text: str, name: str) -> None:
    """Refuse aliases, which can make a small file enormous, and nesting that no registry needs."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        assert event.start_mark is not None
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise RegistryError(name, [(line, f"*{event.anchor}", "write it out; no aliases")])
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise RegistryError(name, [(line, "file", f"is nested deeper than {DEEPEST}")])


def locate(node: yaml.Node, path: Path, lines: Lines, name: str) -> None:
    """Note the line of `node` and of everything below it; refuse a key that stands twice."""
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen = set()
        for key, value in node.value:
            if key.value in seen:
                line = key.start_mark.line + 1
                raise RegistryError(name, [(line, key.value, "this key stands here twice")])
            seen.add(key.value)
            locate(value, (*path, key.value), lines, name)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            locate(value, (*path, place), lines, name)


def described(error: Any, lines: Lines) -> tuple[int, str, str]:
    path = error["loc"]
    return line_of(path, lines), field_of(path), str(error["msg"]).removeprefix("Value error, ")


def line_of(path: Path, lines: Lines) -> int:
    """The line of `path`, or of what is nearest above it."""
    while path not in lines and path:
        path = path[:-1]
    return lines.get(path, 1)


def field_of(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(
        "."
    )
