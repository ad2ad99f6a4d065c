"""How often somebody without an account may have the portal write a mail.

Counted in the database, which every process shares: one row for each time, with a keyed hash of
the network's or the mail's address and never the address itself. Rows go after a day or two; see
`deadlines`.
"""

from __future__ import annotations

import datetime
import ipaddress
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .models import Attempt

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Claim:
    """What is counted: `limit` is a key of SUBMISSION_LIMITS, `key` whom it counts for."""

    limit: str
    key: str

    @property
    def digest(self) -> str:
        """Give what stands for limit and key in the database."""
        return salted_hmac(
            "submissions.limits", f"{self.limit}:{self.key}", algorithm="sha256"
        ).hexdigest()

    @property
    def rates(self) -> Sequence[tuple[int, int]]:
        """Give how often it may be, as pairs of a number of times and of seconds."""
        rates: Sequence[tuple[int, int]] = settings.SUBMISSION_LIMITS[self.limit]
        return rates


def take(*claims: Claim) -> datetime.timedelta | None:
    """Count one more time for all claims; where one is used up, for none.

    Gives None, or how long it takes until there may be another. It counts before it looks, so that
    requests at the same moment cannot all find room.
    """
    now = timezone.now()
    mine = Attempt.objects.bulk_create(Attempt(digest=claim.digest, at=now) for claim in claims)
    longest = max(seconds for claim in claims for _times, seconds in claim.rates)
    rows = Attempt.objects.filter(
        digest__in=[one.digest for one in mine], at__gt=now - datetime.timedelta(seconds=longest)
    )
    keys = {one.pk for one in mine}
    times: dict[str, list[datetime.datetime]] = {}
    for row in rows.order_by("-at", "-pk"):
        if row.pk not in keys:
            times.setdefault(row.digest, []).append(row.at)
    waits = [
        wait
        for claim in claims
        for rate in claim.rates
        if (wait := _wait(times.get(claim.digest, []), rate, now))
    ]
    if not waits:
        return None
    Attempt.objects.filter(pk__in=keys).delete()
    return max(waits)


def _wait(
    earlier: Sequence[datetime.datetime], rate: tuple[int, int], now: datetime.datetime
) -> datetime.timedelta | None:
    """Give how long a rate makes wait after these times, the newest first; None: not at all."""
    times, seconds = rate
    if len(earlier) < times:
        return None
    free = earlier[times - 1] + datetime.timedelta(seconds=seconds)
    return free - now if free > now else None


def network_of(request: HttpRequest) -> str:
    """Give the address of the network from which a request comes.

    Of IPv6 the first half: a household or office has as many of the others as it likes. Behind
    proxies it is right only where TRUSTED_PROXIES says how many there are.
    """
    try:
        address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    except (PermissionDenied, ValueError):
        logger.warning("A request without a network address; does TRUSTED_PROXIES fit?")
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return str(address)


def in_words(wait: datetime.timedelta) -> str:
    """Say when it can be tried again."""
    minutes = max(1, -(-int(wait.total_seconds()) // 60))
    if minutes < 100:
        return ngettext(
            "You can send it again in %(count)d minute.",
            "You can send it again in %(count)d minutes.",
            minutes,
        ) % {"count": minutes}
    hours = -(-minutes // 60)
    return ngettext(
        "You can send it again in %(count)d hour.",
        "You can send it again in %(count)d hours.",
        hours,
    ) % {"count": hours}


def too_often() -> str:
    """Say that there were too many."""
    return _("Too much was sent from here, or for this mail address, in a short time.")
