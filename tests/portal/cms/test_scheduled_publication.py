"""Publication by the clock: one page that cannot be published keeps no other from its time."""

from __future__ import annotations

import datetime
import logging
from typing import Any
from unittest import mock

import pytest
from django.utils import timezone
from wagtail.log_actions import registry
from wagtail.models import Page, PageLogEntry, Revision

from portal.cms.wagtail_hooks import SCHEDULE_REFUSED
from portal.operations.publishing import publish_scheduled
from practices.models import GoodPracticePage
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
PAST = timezone.now() - datetime.timedelta(hours=1)


def due(minutes: int = 0, **fields: Any) -> Any:
    """Give a draft whose time came an hour and some minutes ago."""
    page = works.practice(live=False, **fields)
    revision = page.save_revision()
    when = PAST - datetime.timedelta(minutes=minutes)
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=when)
    return page


def is_live(page: Any) -> bool:
    """Tell whether the database says that a page is live."""
    return Page.objects.filter(pk=page.pk, live=True).exists()


def test_what_lacks_something_is_taken_off_the_schedule(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bad, good = due(5, title="Half a practice", lessons=[]), due()
    with caplog.at_level(logging.WARNING):
        publish_scheduled()
    assert (is_live(bad), is_live(good)) == (False, True)
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()
    assert "Half a practice" in caplog.text
    entry = PageLogEntry.objects.get(action=SCHEDULE_REFUSED)
    assert entry.page_id == bad.pk
    assert "cannot be published yet" in registry.get_formatter(entry).format_message(entry)


def test_an_unforeseen_fault_is_raised_when_all_is_done() -> None:
    broken, good = due(5, title="Broken"), due()
    publish = GoodPracticePage.publish

    def fail(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.pk == broken.pk:
            raise ZeroDivisionError
        return publish(self, *args, **kwargs)

    with (
        mock.patch.object(GoodPracticePage, "publish", fail),
        pytest.raises(ExceptionGroup) as raised,
    ):
        publish_scheduled()
    assert [type(fault) for fault in raised.value.exceptions] == [ZeroDivisionError]
    assert is_live(good)
    publish_scheduled()  # it is tried again
    assert is_live(broken)


def test_what_has_had_its_time_goes_though_another_cannot() -> None:
    kept, gone = works.practice(title="Kept"), works.practice(title="Gone")
    Page.objects.filter(pk__in=[kept.pk, gone.pk]).update(expire_at=PAST)
    unpublish = Page.unpublish

    def fail(self: Any, *args: Any, **kwargs: Any) -> Any:
        if self.pk == kept.pk:
            raise ZeroDivisionError
        return unpublish(self, *args, **kwargs)

    with mock.patch.object(Page, "unpublish", fail), pytest.raises(ExceptionGroup):
        publish_scheduled()
    assert (is_live(kept), is_live(gone)) == (True, False)
