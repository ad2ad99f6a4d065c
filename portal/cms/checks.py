"""System checks: rules of the project that a machine can hold."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, register

from .models import WorkPage


@register()
def work_pages_say_their_type(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Every creatable kind of work says its type, so that search can find it."""
    return [
        Error(f"{model.__name__} names no work_type", obj=model, id="portal.E001")
        for model in apps.get_models()
        if issubclass(model, WorkPage) and model.is_creatable and not hasattr(model, "work_type")
    ]
