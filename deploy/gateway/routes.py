"""Which service owns which path, as nginx wants to be told."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from fastapi import APIRouter
from fastapi.routing import iter_route_contexts

from services.program.services import SERVICES
from services.service import Service

FILE = Path(__file__).parents[1] / "helm/secretariat/files/routes.conf"
PORT = 8000
PARAMETER = "[^/]+"

Segments = tuple[str, ...]


def configuration() -> str:
    """The text of routes.conf."""
    names = [service.name for service in SERVICES]
    wide = max(map(len, names))
    upstreams = [f"upstream {name:{wide}} {{ server {name}:{PORT}; }}" for name in names]
    owners = dict(territories(owned_paths(SERVICES)))
    default = owners.pop(())
    rules = [f"    {pattern} {name};" for pattern, name in patterns(owners)]
    lines = [
        "# Written by `python -m deploy.gateway` from the routes of the services.",
        *upstreams,
        "",
        "map $uri $owner {",
        f"    default {default};",
        *rules,
        "}",
    ]
    return "\n".join(lines) + "\n"


def paths_of(service: Service) -> Iterator[str]:
    """Every path that `service` answers."""
    yield from ("/api/v1" + path for path in paths_in(service.routes))
    for router in (service.pages, *service.plain):
        yield from paths_in(router)


def paths_in(router: APIRouter) -> Iterator[str]:
    for context in iter_route_contexts(router.routes):
        assert context.path is not None
        yield context.path


def owned_paths(services: Sequence[Service]) -> dict[Segments, str]:
    """The name of the service that owns each path."""
    owned: dict[Segments, str] = {}
    for service in services:
        for path in paths_of(service):
            owner = owned.setdefault(segments(path), service.name)
            assert owner == service.name, f"{path} is of {owner} and of {service.name}"
    return owned


def segments(path: str) -> Segments:
    parts = path.strip("/").split("/")
    literal = (part.replace(".", r"\.") for part in parts if part)
    return tuple(PARAMETER if part.startswith("{") else part for part in literal)


def territories(owned: Mapping[Segments, str]) -> Iterator[tuple[Segments, str]]:
    """Where in the tree of paths another service begins to own, and which.

    A service owns what stands under its path, unless a longer path says otherwise.
    """
    claims: dict[Segments, str] = {}
    for prefix in sorted({path[:length] for path in owned for length in range(len(path) + 1)}):
        below = {name for path, name in owned.items() if path[: len(prefix)] == prefix}
        claimant = owned.get(prefix) or (below.pop() if len(below) == 1 else None)
        around = nearest(claims, prefix)
        if claimant and claimant != around:
            claims[prefix] = claimant
            yield prefix, claimant


def nearest(claims: Mapping[Segments, str], prefix: Segments) -> str | None:
    shorter = (prefix[:length] for length in range(len(prefix), -1, -1))
    return next((claims[above] for above in shorter if above in claims), None)


def patterns(owners: Mapping[Segments, str]) -> Iterator[tuple[str, str]]:
    """A regular expression for all prefixes of one owner side by side; the longest first."""
    together: defaultdict[tuple[Segments, str], list[str]] = defaultdict(list)
    for (*around, last), name in owners.items():
        together[tuple(around), name].append(last)
    for (above, name), lasts in sorted(together.items(), key=lambda kept: -len(kept[0][0])):
        yield f"~^/{''.join(f'{part}/' for part in above)}{either(lasts)}(/|$)", name


def either(choices: Sequence[str]) -> str:
    return choices[0] if len(choices) == 1 else f"({'|'.join(choices)})"
