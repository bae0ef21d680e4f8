"""Timetables: activities are put into slots and places, as well as the rules and wishes allow.

`problem` says what is asked and `answer` what came of it; `solving.solve` leads from one to the
other. Nothing here knows what the activities are.
"""
