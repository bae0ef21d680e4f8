"""YAML in which no name stands twice in one place, where YAML itself would forget the first."""

from typing import Any

import yaml


class NamedOnce(yaml.CBaseLoader):
    """Reads words as words: YAML has the field `on` as a truth value, and JSON has no dates."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for name in (name for name, _ in node.value if isinstance(name, yaml.ScalarNode)):
            if name.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"{name.value} stands twice; write it once",
                    problem_mark=name.start_mark,
                )
            seen.add(name.value)
        return super().construct_mapping(node, deep)
