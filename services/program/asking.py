"""Questions and commands to the API: of a running server, or of the databases in a folder.

All commands find whom they ask by one rule: the server that --url names, or the databases that
--folder names, or the server that SECRETARIAT_URL names, or the server at DEFAULT_URL if one
answers, or else the databases in DEFAULT_FOLDER. What changes something needs a server.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from services.program.terminal import (
    DEFAULT_FOLDER,
    DEFAULT_URL,
    CommandError,
    deployment,
    has_databases,
    hint,
)

if TYPE_CHECKING:
    import httpx

SECRETARY = "secretary"
PATIENCE_SECONDS = 30.0
NOT_FOUND = 404
START_ONE = "start one with `secretariat serve`"
Options = Mapping[str, str]
AS_THEY_ARE: Options = {}
LISTED = {
    "GET /api/v1/mechanisms": "`secretariat mechanism list`",
    "GET /api/v1/parties": "`secretariat mechanism list`",
    "GET /api/v1/subscriptions": "`secretariat feed list`",
}


class NoServerError(CommandError):
    """Nothing answers at an address."""


class NothingThereError(CommandError):
    """There is nothing of that id, or nothing for whoever asks."""


@contextmanager
def listed_by(words: str) -> Iterator[None]:
    """Have whoever names what is not there be told the command that lists what is."""
    try:
        yield
    except NothingThereError as error:
        raise CommandError(f"{error}; `secretariat {words}` lists what there is") from None


async def ask(
    path: str,
    folder: Path | None,
    url: str | None,
    *,
    actor: str = SECRETARY,
    options: Options = AS_THEY_ARE,
    **params: Any,
) -> Any:
    """What a GET of `actor` answers; CommandError with what the API says is wrong.

    `options` are the command's names of the fields that it asks with.
    """
    answer = await get(path, folder, url, actor=actor, **params)
    return checked(answer, options).json()


async def names_of_parties(folder: Path | None, url: str | None) -> dict[str, str]:
    """What the parties are called, by id."""
    return {party["id"]: party["name"] for party in await ask("/parties", folder, url)}


async def every(
    path: str,
    folder: Path | None,
    url: str | None,
    *,
    actor: str = SECRETARY,
    options: Options = AS_THEY_ARE,
    **params: Any,
) -> list[Any]:
    """What is listed at `path`, over all pages."""
    items: list[Any] = []
    after: dict[str, str] = {}
    while True:
        page = await ask(
            path, folder, url, actor=actor, options=options, limit=200, **params, **after
        )
        items += page["items"]
        if page["next"] is None:
            return items
        after = {"after": page["next"]}


async def download(path: str, folder: Path | None, url: str | None) -> bytes:
    """The same, where the answer is a file."""
    return checked(await get(path, folder, url)).content


async def get(
    path: str, folder: Path | None, url: str | None, *, actor: str = SECRETARY, **params: Any
) -> "httpx.Response":
    named = url or (None if folder else os.environ.get("SECRETARIAT_URL"))
    if named:
        return await get_from(named, path, actor, params)
    if folder is None:
        try:
            return await get_from(DEFAULT_URL, path, actor, params)
        except NoServerError:
            if not has_databases(DEFAULT_FOLDER):
                raise CommandError(
                    f"no server answers at {DEFAULT_URL}, and no databases are in "
                    f"{DEFAULT_FOLDER}{hint()}; {START_ONE}, or name one with --url or a folder "
                    "with --folder"
                ) from None
    return await get_here(folder or DEFAULT_FOLDER, path, actor, params)


async def get_from(url: str, path: str, actor: str, params: Mapping[str, Any]) -> "httpx.Response":
    import httpx

    async with httpx.AsyncClient(timeout=PATIENCE_SECONDS) as client:
        headers = {b"actor": actor.encode()}
        address = f"{root_of(url)}/api/v1{path}"
        try:
            return await client.get(address, params=params, headers=headers)
        except httpx.HTTPError as error:
            raise unanswered(url, error) from None


async def get_here(
    folder: Path, path: str, actor: str, params: Mapping[str, Any]
) -> "httpx.Response":
    program = deployment(folder, None, None)

    import httpx

    from services.program.app import create_app

    transport = httpx.ASGITransport(create_app(program.services, program.workers))
    async with httpx.AsyncClient(transport=transport, base_url="http://secretariat") as client:
        headers = {b"actor": actor.encode()}
        return await client.get(f"/api/v1{path}", params=params, headers=headers)


def command(
    url: str,
    path: str,
    body: Any,
    *,
    actor: str,
    method: str = "POST",
    seen: int | None = None,
    options: Options = AS_THEY_ARE,
) -> Any:
    """What the server at `url` answers to a command of `actor`; CommandError where it refuses.

    It refuses where what is changed is no longer at the revision `seen`, if that is given.
    """
    import httpx

    headers = {b"actor": actor.encode()}
    if seen is not None:
        headers[b"if-match"] = f'"{seen}"'.encode()
    address = f"{root_of(url)}/api/v1{path}"
    try:
        answer = httpx.request(
            method, address, json=body, headers=headers, timeout=PATIENCE_SECONDS
        )
    except httpx.HTTPError as error:
        raise unanswered(url, error) from None
    return checked(answer, options).json()


def root_of(url: str) -> str:
    """The address of a server without a slash at its end."""
    if not url.startswith(("http://", "https://")):
        raise CommandError(f"{url} is no address of a server; write it like {DEFAULT_URL}")
    return url.rstrip("/")


def unanswered(url: str, error: "httpx.HTTPError") -> CommandError:
    """What to say of a request that got no answer."""
    import httpx

    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return NoServerError(f"no server answers at {url}; {START_ONE}, or name it with --url")
    if isinstance(error, httpx.TimeoutException):
        return CommandError(f"{url} gave no answer within {PATIENCE_SECONDS:g} s; ask again")
    return CommandError(f"{url} gave no answer: {error}; is it this program's server?")


def checked(answer: "httpx.Response", options: Options = AS_THEY_ARE) -> "httpx.Response":
    """The answer, unless it is a refusal; CommandError then, which names what people wrote."""
    if not answer.is_error:
        return answer
    kind = answer.headers.get("content-type", "")
    if not kind.startswith("application/problem+json"):
        raise CommandError(
            f"{answer.url} answers {answer.status_code}, and not as this program's server would; "
            "name the right one with --url"
        )
    problem = answer.json()
    errors = problem.get("errors")
    if errors:
        said = (in_options(error["field"], error["message"], options) for error in errors)
        raise CommandError("; ".join(dict.fromkeys(said)))
    kind_of = NothingThereError if answer.status_code == NOT_FOUND else CommandError
    raise kind_of(with_options(problem["detail"], options))


def in_options(field: str, message: str, options: Options) -> str:
    """A fault of a field, said of the option or argument that it came from.

    Which one of several it is, by number, does not matter for that.
    """
    _, _, path = field.partition(".")
    steps = [step for step in path.split(".") if step and not step.isdecimal()]
    for end in range(len(steps), 0, -1):
        if option := options.get(".".join(steps[:end])):
            return f"{option}: {message}"
    return f"{path}: {message}" if path else message


def with_options(text: str, options: Options) -> str:
    """A refusal that names fields, like despite_clashes, or "give the reason", in their words.

    A field of one word is named after "give the" or "say".
    """
    text = text.replace("the Actor header", "--as")
    for route, shown in LISTED.items():
        text = text.replace(route, shown)
    names = {field.rpartition(".")[2]: option for field, option in options.items()}
    text = re.sub(
        r"\b(give|say) (?:the )?([a-z]+)\b",
        lambda found: f"{found[1]} {names[found[2]]}" if found[2] in names else found[0],
        text,
    )
    return re.sub(r"\b[a-z]+(?:_[a-z]+)+\b", lambda found: names.get(found[0], found[0]), text)
