"""A year that was played to its end. What people do with it from then on is theirs.

It is not played again: commands of the script would meet what people have changed.
"""

from pathlib import Path

from services.program.demo.run import enter
from services.program.demo.scene import OneProcess
from services.program.demo.summary import Summary, summarise
from services.program.demo.timeline import Timeline
from services.program.demo.year import ENDS

FILE = "played.json"


def keep(folder: Path, summary: Summary) -> None:
    """Note in `folder` that its year is over, and what it came to."""
    text = summary.model_dump_json(indent=2)
    (folder / FILE).write_text(f"{text}\n", encoding="utf-8")


def played(folder: Path) -> Summary | None:
    """What the year in `folder` came to; none where it was not played to its end."""
    file = folder / FILE
    return Summary.model_validate_json(file.read_text(encoding="utf-8")) if file.exists() else None


async def look_again(scene: OneProcess, seed: int) -> Summary:
    """How everything stands by now on an opened scene whose year is over."""
    latest = await scene.program.road.latest()
    await scene.advance(max(ENDS, latest or ENDS))
    world = await enter(scene.http, Timeline(scene, ENDS), seed)
    return await summarise(world, await scene.audit())
