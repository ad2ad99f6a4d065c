"""Migrations know the models as they are, prose included."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from portal.cms.models import Rendition
from tests import works

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]


def historical(app: str, name: str) -> type:
    """Give a model as a later migration would see it."""
    model: type = MigrationLoader(connection).project_state().apps.get_model(app, name)
    return model


def test_a_data_migration_that_saves_a_page_keeps_its_prose() -> None:
    page = works.note(documents=[works.block("document", {"title": "Plan", "document": None})])
    model = historical("practices", "PolicyNotePage")
    old = model.objects.get(pk=page.pk)  # type: ignore[attr-defined]
    assert len(old.body) == 1
    old.summary = "Changed by a migration."
    old.save()
    after = type(page).objects.get(pk=page.pk)
    assert after.summary == "Changed by a migration."
    assert after.body.raw_data[0]["value"] == "<p>A home.</p>"
    assert after.documents.raw_data[0]["value"]["title"] == "Plan"


def test_sizes_of_pictures_lie_privately_from_the_first_migration() -> None:
    for model in (Rendition, historical("cms", "Rendition")):
        storage = model._meta.get_field("file").storage  # type: ignore[attr-defined]
        assert storage.base_url == "/media/"
        assert storage.location.endswith("originals")
