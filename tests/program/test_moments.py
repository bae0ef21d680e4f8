"""What the terminal says of dates."""

from services.program.moments import missed


def test_what_was_due_already_when_a_meeting_got_its_date_is_said() -> None:
    due = {"at": "2027-12-21T03:30:00Z", "zone": "Asia/Bishkek", "offset": 360}
    known = {"due": due, "late": True, "met": None}
    milestones = [
        {"kind": "provisional_agenda", **known},
        {"kind": "invitation", **known, "met": "2027-12-20T06:00:00Z"},
        {"kind": "minutes", **known, "late": False},
    ]
    assert list(missed({"milestones": milestones})) == [
        "provisional agenda: due 2027-12-21 09:30 Asia/Bishkek, which had passed already."
    ]
