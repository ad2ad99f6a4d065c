"""Names of files that every system can store and every reader can read."""

from __future__ import annotations

import re
import unicodedata

LENGTH = 80
BYTES = 200  # file systems allow 255, and the store may add some letters
_TAG = re.compile(r"</?[a-zA-Z!][^<>/\\]*/?>")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)")


def safe_name(name: str, extension: str) -> str:
    """Give a safe name that can still be recognised, whatever was given.

    Letters and digits of every script stay. Folders, markup, control characters, marks that turn
    the direction of writing, and the old ending go; everything else becomes a hyphen.
    """
    name = _TAG.sub(" ", unicodedata.normalize("NFC", name))
    name = re.split(r"[/\\]", name.rstrip("/\\ "))[-1].strip()
    name = _ENDING.sub("", name)
    name = "".join(sign for sign in name if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    kept = (sign if _stays(sign) else "-" for sign in name)
    stem = re.sub(r"-*_*-+_*", "-", "".join(kept)).strip("-_")[:LENGTH]
    stem = stem.encode()[:BYTES].decode(errors="ignore").strip("-_")
    if not stem or _RESERVED.fullmatch(stem):
        stem = f"file-{stem}".rstrip("-")
    return f"{stem}.{extension}"


def _stays(sign: str) -> bool:
    return sign == "_" or unicodedata.category(sign)[0] in "LMN"
