"""What can be wrong with an import, and whose matter it is."""

from __future__ import annotations


class ImportProblem(Exception):
    """The import cannot run; nothing was written. The message is for the person who runs it."""


class MappingError(ImportProblem):
    """The mapping itself is wrong; `problems` names everything that is."""

    def __init__(self, name: str, problems: list[str]) -> None:
        self.problems = problems
        super().__init__("\n".join([f"{name}:", *(f"  - {problem}" for problem in problems)]))


class FileMismatch(ImportProblem):
    """The file is not what the mapping says."""


class FileRefused(ImportProblem):
    """An uploaded file is no table that can be read; the message is for the person who sent it."""


class Refused(Exception):
    """One row cannot be taken; the message says why."""


class Superseded(Exception):
    """Another attempt has taken over the import, since this one was given up for dead."""
