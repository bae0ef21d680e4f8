"""How the steps of a walk become machine code."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba.core import config

F = TypeVar("F", bound=Callable[..., Any])
# Nothing is allocated on the way, so arrays need no reference counts (`_nrt`): that alone makes it
# five times as fast.
OPTIONS: dict[str, Any] = {"nogil": True, "error_model": "numpy", "_nrt": False}
HERE = Path(__file__).parent
SOURCES = b"".join(file.read_bytes() for file in sorted(HERE.glob("*.py")))
# What is kept is known by the file of a function alone, and what it inlines stands in others.
config.CACHE_DIR = str(HERE / "__pycache__" / sha256(SOURCES).hexdigest()[:16])  # type: ignore[attr-defined]
compiled = cast(Callable[[F], F], numba.njit(cache=True, **OPTIONS))
inlined = cast(Callable[[F], F], numba.njit(forceinline=True, **OPTIONS))
