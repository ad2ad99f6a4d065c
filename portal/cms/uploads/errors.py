"""What is wrong with an upload."""

from __future__ import annotations


class UploadRefused(Exception):
    """A file is not taken; the text says why and what to do, in the reader's language."""
