"""Says at the end of the tests how many cells of the matrix of roles were tried."""

from __future__ import annotations

from typing import Any

CELLS = "cells of the matrix of roles"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Add up what the tests of the matrix noted, whichever process ran them."""
    passed = terminalreporter.stats.get("passed", [])
    cells = sum(value for one in passed for name, value in one.user_properties if name == CELLS)
    if cells:
        terminalreporter.write_line(f"Matrix of roles: {cells} cells tried.")
