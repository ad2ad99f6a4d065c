"""The page for members of the demonstration."""

from __future__ import annotations

from pathlib import Path

import yaml
from django.db import transaction
from wagtail.models import PageViewRestriction

from portal.cms import tree
from portal.cms.models import ContentPage, HomePage
from portal.cms.prose import article

DATA = Path(__file__).parent / "members.yaml"
PLACE = "demo:members"
SLUG = "members"


@transaction.atomic
def make_members_room() -> int:
    """Make the page for members where it is missing, in every language; give how many were made.

    It is restricted before it is published: whoever looks meanwhile sees nothing.
    """
    made = 0
    homes = HomePage.objects.filter(translation_key=tree.key("home")).select_related("locale")
    texts = yaml.safe_load(DATA.read_text("utf-8"))
    for home in homes:
        text = texts.get(home.locale.language_code)
        known = ContentPage.objects.filter(translation_key=tree.key(PLACE), locale=home.locale)
        if text is None or known.exists():
            continue
        page = ContentPage(
            translation_key=tree.key(PLACE),
            locale=home.locale,
            slug=SLUG,
            live=False,
            title=text["title"],
            introduction=text["introduction"],
            body=article(PLACE, "body", text["body"]),
        )
        home.add_child(instance=page)
        if not page.view_restrictions.exists():
            PageViewRestriction.objects.create(
                page=page, restriction_type=PageViewRestriction.LOGIN
            )
        page.save_revision().publish()
        made += 1
    return made
