"""`secretariat recheck`: coming meetings that no longer stand on what their dates stood on."""

import asyncio

from rich.table import Column, Table

from services.program.asking import ask
from services.program.terminal import DEFAULT_FOLDER, AsJson, Folder, Url, out, print_json


def recheck(folder: Folder = DEFAULT_FOLDER, url: Url = None, as_json: AsJson = False) -> None:
    """List what became otherwise since dates were fixed: days off, clocks; and what to do."""
    page = asyncio.run(ask("/rechecks", folder, url, limit=200))
    if as_json:
        print_json(page["items"])
        return
    table = Table(Column("meeting", overflow="fold"), "what is otherwise", "what to do")
    for item in page["items"]:
        for finding in item["findings"]:
            table.add_row(item["id"], finding["found"], finding["action"])
    out.print(table if page["items"] else "All coming meetings stand as they were fixed.")
