"""What fragments look like: by the program that writes them, and the zone data that it has."""

from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files


def look() -> str:
    """A digest of all that fragments follow from besides what was said of meetings."""
    sources = {file.name: file for file in files("services.icalendar").iterdir()}
    kept = [sources[name].read_bytes() for name in sorted(sources) if name.endswith(".py")]
    return sha256(b"\0".join([version("tzdata").encode(), *kept])).hexdigest()[:16]


LOOK = look()
