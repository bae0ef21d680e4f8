"""The pages of scheduling."""

from fastapi import APIRouter

from services.scheduling.pages import (
    answering,
    meetings,
    planning,
    poll_list,
    polls,
    rechecks,
    routines,
    turns,
)

pages = APIRouter(include_in_schema=False)
pages.include_router(answering.pages)
pages.include_router(polls.pages)
pages.include_router(poll_list.pages)
pages.include_router(rechecks.pages)
pages.include_router(routines.pages)
pages.include_router(meetings.pages)
pages.include_router(planning.pages)
pages.include_router(turns.pages)
