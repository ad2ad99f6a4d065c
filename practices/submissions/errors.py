"""What can be wrong with something that somebody wants to do; each text is for that person."""

from __future__ import annotations

from collections.abc import Mapping


class Refused(Exception):
    """It is not done; the text says why."""


class NotAllowed(Refused):
    """This person may not do it."""


class Changed(Refused):
    """The submission changed since the person saw it."""


class Incomplete(Refused):
    """Something is missing or wrong: `problems` has a sentence for each field."""

    def __init__(self, message: str, problems: Mapping[str, str]) -> None:
        super().__init__(message)
        self.problems = problems


class NotWritable(Refused):
    """The submission is not being written now, or not by this person."""
