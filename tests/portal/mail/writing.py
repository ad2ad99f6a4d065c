"""Every kind of mail, and what a test may put into one."""

from __future__ import annotations

import datetime
from typing import Any

from practices.submissions.mails import LINKS
from practices.submissions.states import TRANSITIONS

REMINDERS = ("reminder-author", "reminder-section", "reminder-secretariat")
KINDS = sorted(
    {kind for one in TRANSITIONS for kinds in one.mails.values() for kind in kinds}
    | {*LINKS, *REMINDERS, "assigned", "received-known"}
)
LINK = "https://portal.example/submissions/link/abc123/"
FULL: dict[str, Any] = {
    "title": "Rues calmes",
    "reference": "L4A-1001",
    "section": "UCLG Africa",
    "kind": "",
    "says": "",
    "actor": "Ann",
    "link": LINK,
    "until": datetime.date(2027, 3, 5),
    "name": "Bo",
    "site_name": "Local4Action HUBs",
    "public_url": "https://portal.example/en/w/L4A-1001/",
}
BARE = {**FULL, "reference": "", "says": "", "actor": "", "until": None, "name": ""}
BARE["public_url"] = ""
