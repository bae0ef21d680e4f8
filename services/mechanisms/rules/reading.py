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
Fault = tuple[int, str, str]


class RegistryError(UnacceptableError):
    """A registry file that is refused whole. `errors` are (line, field, message), by line."""

    def __init__(self, name: str, errors: list[Fault]) -> None:
        self.errors = sorted(errors)
        listed = "\n".join(f"  line {line}, {field}: {said}" for line, field, said in self.errors)
        count = f"{len(errors)} error" + ("s" if len(errors) > 1 else "")
        super().__init__(f"{name} is refused, nothing was loaded ({count}):\n{listed}")


def read_registry(text: str, name: str) -> Registry:
    """The registry in `text`; RegistryError names its errors, `name` being the file's.

    First all of the form, then, when the form is right, all of the references between the rows.
    """
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
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        raise RegistryError(name, [(line, "text", "is not Unicode; save it as UTF-8")]) from None
    if size > LARGEST_FILE:
        raise RegistryError(name, [(1, "file", f"is larger than {LARGEST_FILE} bytes")])
    try:
        check_events(text, name)
        loader = yaml.CSafeLoader(text)
        root = loader.get_single_node()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        said = getattr(error, "problem", None) or str(error)
        raise RegistryError(name, [(mark.line + 1 if mark else 1, "YAML", said)]) from None
    if root is None:
        raise RegistryError(name, [(1, "file", "is empty")])
    reader = Reader(loader)
    content = reader.plain(root, ())
    if reader.faults:
        raise RegistryError(name, reader.faults)
    return content, reader.lines


def check_events(text: str, name: str) -> None:
    """Refuse aliases, which can make a small file enormous, and nesting that no registry needs."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        assert event.start_mark is not None
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent):
            raise RegistryError(name, [(line, f"*{event.anchor}", "write it out; no aliases")])
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise RegistryError(name, [(line, "file", f"is nested deeper than {DEEPEST}")])


class Reader:
    """Turns YAML nodes into plain values, and notes the line of each and what is wrong."""

    def __init__(self, loader: yaml.CSafeLoader) -> None:
        self.loader = loader
        self.lines: Lines = {}
        self.faults: list[Fault] = []

    def plain(self, node: yaml.Node, path: Path) -> Any:
        self.lines[path] = line_at(node)
        if node.tag not in yaml.CSafeLoader.yaml_constructors:
            self.faults.append(
                (line_at(node), field_of(path), f"the constructor {node.tag} is not allowed")
            )
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(value, (*path, place)) for place, value in enumerate(node.value)]
        return self.scalar(node, path)

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.faults.append((line_at(key), field_of(path), "a key is a word, not a list"))
            elif key.value in content:
                self.faults.append((line_at(key), key.value, "this key stands here twice"))
            else:
                content[key.value] = self.plain(value, (*path, key.value))
        return content

    def scalar(self, node: yaml.Node, path: Path) -> Any:
        try:
            return self.loader.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            said = getattr(error, "problem", None) or str(error)
            self.faults.append((line_at(node), field_of(path), said))
            return None


def line_at(node: yaml.Node) -> int:
    assert node.start_mark is not None
    return node.start_mark.line + 1


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
