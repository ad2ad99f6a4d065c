"""Menu items for some people."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from portal.accounts.admin_menu import MenuItemFor


@pytest.mark.parametrize("person", ["editor", "member"])
def test_it_is_shown_to_whom_the_rule_allows(person: str) -> None:
    item = MenuItemFor(lambda user: user == "editor", "Mails", "/admin/reports/mails/")
    request = RequestFactory().get("/admin/")
    request.user = person  # type: ignore[assignment] # the rule alone looks at it
    assert item.is_shown(request) is (person == "editor")
