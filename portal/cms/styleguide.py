"""The style guide: every component in every state, for those who work on the portal."""

from __future__ import annotations

import datetime
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.taxonomy.language import current_language
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot
from search import run
from search.facets import WorkType

from . import cards, tiles

NOTICES = (
    ("info", "info"),
    ("warn", "warning"),
    ("error", "warning"),
    ("success", "check"),
    ("example", "info"),
)
ICONS = (
    "search",
    "menu",
    "close",
    "filters",
    "keep",
    "compare",
    "write",
    "document",
    "download",
    "check",
    "info",
    "warning",
    "share",
    "feed",
    "place",
    "people",
    "lock",
    "next",
    "previous",
)
TOKENS = (
    "paper",
    "card",
    "sunk",
    "ink",
    "soft",
    "line",
    "field",
    "head",
    "link",
    "action",
    "verified",
    "meaning",
    "error",
    "sun",
    "mark",
)


@never_cache
@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show the style guide to who may enter the admin. Raises Http404 for everybody else."""
    if not request.user.has_perm("wagtailadmin.access_admin"):
        raise Http404
    language = current_language()
    answer = run.search_by(QueryDict("theme=climate"), language, size=1)
    context = {
        "axes": sorted(tiles.AXES - {tiles.PORTAL}),
        "cards": [cards.render(sample) for sample in _samples()],
        "rows": [cards.render(replace(sample, row=True)) for sample in _samples()],
        "answer": answer,
        "unfold": request.GET.getlist("unfold"),
        "long_list": replace(
            answer,
            request=replace(answer.request, page=4),
            result=replace(answer.result, total=9 * answer.request.size),
        ),
        "trusts": [_trusted(entry) for entry in snapshot().of_kind(Kind.VERIFICATION)],
        "notices": NOTICES,
        "icons": ICONS,
        "tokens": TOKENS,
        "goals": range(1, 18),
        "levels": snapshot().of_kind(Kind.VERIFICATION),
        "statuses": (
            ("announced", _("Announced")),
            ("active", _("Active")),
            ("closed", _("Closed")),
        ),
    }
    return render(request, "cms/styleguide.html", context)


def _samples() -> list[cards.Card]:
    """Give a card of every type of work and axis; the last ones lack what may be lacking."""
    axes = ("planet", "people", "government", "transversal", "people")
    levels = ("verified", "section", "submitted", "imported", "")
    samples: list[cards.Card] = []
    for number, kind in enumerate(WorkType):
        entry = snapshot().resolve(Kind.VERIFICATION, levels[number])
        samples.append(
            cards.Card(
                axis=axes[number],
                url="#cards",
                reference=f"SAMPLE-{number}",
                title=_("The title of a work, long enough to break into two lines"),
                passage=_("The passage that matched, or how the summary begins."),
                kinds=str(kind.label),
                place=_("Place"),
                period="2012–",
                level=levels[number],
                level_label=entry.label(current_language()) if entry else "",
                languages=("ar", "en", "fr"),
                sdgs=[("6", ""), ("11", ""), ("13", "")],
                example=number == 1,
                machine=number == 2,
                is_hub=kind is WorkType.HUB,
            )
        )
    samples.append(
        cards.Card(
            url="#cards",
            reference="SAMPLE-9",
            title=_("Only what is needed"),
            kinds=str(WorkType.RESOURCE.label),
        )
    )
    samples.append(
        cards.Card(
            url="#cards",
            reference="SAMPLE-9",
            title="تخطيط تشاركي للأماكن العامة",
            passage="أهل الحي يصممون حديقتهم ودرجهم.",
            kinds=str(WorkType.GOOD_PRACTICE.label),
            foreign=True,
            text_language="ar",
            languages=("ar",),
        )
    )
    return samples


def _trusted(level: Any) -> SimpleNamespace:
    """Give what the line that says who checked a work reads of a page."""
    checked = level.code in ("section", "verified")
    work = SimpleNamespace(
        verified_by="UCLG" if checked else "",
        verified_on=datetime.date(2026, 6, 3) if checked else None,
        review_due=datetime.date(2028, 6, 3) if checked else None,
        is_review_due=level.code == "section",
        source_name="AdapteCCa",
    )
    return SimpleNamespace(verification_entry=level, work=work)
