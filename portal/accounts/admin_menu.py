"""Items of the admin's menus that only those see who may open what they lead to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from wagtail.admin.menu import MenuItem


class MenuItemFor(MenuItem):
    """A menu item for some people: `may_see` is asked of whoever looks at the menu."""

    def __init__(
        self, may_see: Callable[[Any], bool], label: Any, url: str, **options: Any
    ) -> None:
        super().__init__(label, url, **options)
        self.may_see = may_see

    def is_shown(self, request: HttpRequest) -> bool:
        """Tell whether the person sees it."""
        return self.may_see(request.user)
