"""docs/roles.md says what the table of roles says."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import override

from portal.accounts.roles import ROLES, Role

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "roles.md"
SCOPES = {"none": "nowhere", "section": "the nodes of its section", "site": "everywhere"}


def line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def table() -> str:
    """Give the table of the document as it must be: permissions by roles."""

    def marks(name: str, kind: str) -> list[str]:
        return ["yes" if name in getattr(role, kind) else "" for role in ROLES]

    def names(kind: str) -> list[str]:
        return list(dict.fromkeys(name for role in ROLES for name in getattr(role, kind)))

    def head(role: Role) -> str:
        return f"{role.name} (`{role.code}`)"

    with override("en"):
        rows = [["", *map(head, ROLES)], ["---", *("---" for _role in ROLES)]]
    rows.append(["**pages**", *(SCOPES[role.scope] for role in ROLES)])
    rows += [[f"`{n}`", *marks(n, "page_permissions")] for n in names("page_permissions")]
    rows.append(["**pictures, documents**", *("" for _role in ROLES)])
    rows += [
        [f"`{n}`", *marks(n, "collection_permissions")] for n in names("collection_permissions")
    ]
    rows.append(["**the rest**", *("" for _role in ROLES)])
    rows += [[f"`{n}`", *marks(n, "permissions")] for n in names("permissions")]
    return "\n".join(map(line, rows))


def test_the_document_has_the_table() -> None:
    wanted = table()
    assert wanted in DOCUMENT.read_text("utf-8"), f"put this into docs/roles.md:\n{wanted}"
