"""The health address: search, mails and background work, in numbers for what watches the portal."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.mail import health as mail_health
from search import health as search_health

from . import background


@never_cache
@require_safe
def view(request: HttpRequest) -> JsonResponse:
    """Answer the health address.

    The status code is 200 whatever the search or the worker does: pages are served without them,
    and a load balancer that took the portal away for that would make a small fault a large one.
    """
    return JsonResponse(
        {
            "search": search_health.measure().public(),
            "mails": mail_health.measure(),
            "background": background.measure(),
        }
    )
