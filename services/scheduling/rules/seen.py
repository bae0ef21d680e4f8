"""Who changes a meeting has looked at it: what another did since is not undone unawares."""

from services.refusals import StaleError
from services.scheduling.rules.meeting import Meeting, Stage


def check_seen(meeting: Meeting, sequence: int | None) -> None:
    """StaleError where the meeting was moved or cancelled since it was at `sequence`."""
    if sequence is None or sequence == meeting.sequence:
        return
    if meeting.stage is Stage.CANCELLED or meeting.span is None:
        became = f"{meeting.id} was cancelled since you opened this"
    else:
        became = (
            f"{meeting.id} was moved since you opened this: by now it is on "
            f"{meeting.span.starts}, place: {meeting.place}"
        )
    raise StaleError(f"{became}; look again, and say what is to be otherwise", current=meeting)
