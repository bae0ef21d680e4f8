"""The routes of scheduling."""

from fastapi import APIRouter

from services.scheduling.http import meetings, polls, rechecks, routines

routes = APIRouter(tags=["scheduling"])
routes.include_router(meetings.routes)
routes.include_router(polls.routes)
routes.include_router(routines.routes)
routes.include_router(rechecks.routes)
