"""What RFC 5545 asks of a feed's bytes and no parser insists on."""

import re
from collections import Counter

LONGEST_LINE = 75
LOCAL_TIME = re.compile(r"^(?:DTSTART|DTEND);TZID=([^:]+):\d{8}T\d{6}$")
WHOLE_DAY = re.compile(r"^(?:DTSTART|DTEND);VALUE=DATE:\d{8}$")
SPAN = re.compile(r"^DTSTART;[^:]+:(\S+)$\n^DTEND;[^:]+:(\S+)$", re.MULTILINE)
UTC_TIME = re.compile(r"^(?:DTSTAMP|CREATED|LAST-MODIFIED):\d{8}T\d{6}Z$")


def faults(content: bytes) -> list[str]:
    """Everything wrong with the bytes of a feed; empty when nothing is."""
    found = []
    if not content.endswith(b"\r\n"):
        found.append("the last line has no end")
    if re.search(rb"(?<!\r)\n|\r(?!\n)", content):
        found.append("a bare CR or LF")
    raw = content.removesuffix(b"\r\n").split(b"\r\n")
    found += [f"{len(line)} octets in a line" for line in raw if len(line) > LONGEST_LINE]
    found += ["an empty line" for line in raw if not line.strip()]
    for line in raw:
        try:
            line.decode()
        except UnicodeDecodeError:
            found.append("a line is cut inside a character")
    return found + faults_of_lines(unfolded(content))


def unfolded(content: bytes) -> list[str]:
    text = content.decode(errors="replace").replace("\r\n ", "")
    return text.removesuffix("\r\n").split("\r\n")


def faults_of_lines(lines: list[str]) -> list[str]:
    found = []
    uids = Counter(line for line in lines if line.startswith("UID:"))
    found += [f"{uid} stands {times} times" for uid, times in uids.items() if times > 1]
    zones = Counter(line.removeprefix("TZID:") for line in lines if line.startswith("TZID:"))
    found += [f"zone {zone} is defined {times} times" for zone, times in zones.items() if times > 1]
    for line in lines:
        if line.startswith(("DTSTART;", "DTEND;")):
            local = LOCAL_TIME.match(line)
            if WHOLE_DAY.match(line):
                continue
            if local is None:
                found.append(f"no local time with a zone: {line}")
            elif local[1] not in zones:
                found.append(f"no VTIMEZONE for {local[1]}")
        if line.startswith(("DTSTAMP", "CREATED", "LAST-MODIFIED")) and not UTC_TIME.match(line):
            found.append(f"no UTC time: {line}")
    spans = SPAN.findall("\n".join(lines))
    found += [f"{ends} comes not after {starts}" for starts, ends in spans if ends <= starts]
    stack: list[str] = []
    for line in lines:
        if line.startswith("BEGIN:"):
            stack.append(line.removeprefix("BEGIN:"))
        elif line.startswith("END:") and (not stack or stack.pop() != line.removeprefix("END:")):
            found.append(f"{line} closes nothing")
    return found + [f"{name} is never closed" for name in stack]
