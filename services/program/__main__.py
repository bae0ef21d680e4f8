"""`python -m services.program` is the command `secretariat`."""

from services.program.cli import run

run()
