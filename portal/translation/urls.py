"""Addresses below the admin's."""

from __future__ import annotations

from django.urls import path

from . import views

app_name = "portal_translation"
urlpatterns = [
    path("", views.report, name="report"),
    path("works/", views.work_list, name="list"),
    path("page/<int:page_id>/", views.page_languages, name="page"),
    path("<int:translation_id>/state/", views.bar_state, name="bar_state"),
    path("<int:translation_id>/submit/", views.submit, name="submit"),
    path("<int:translation_id>/decide/", views.decide, name="decide"),
    path("<int:translation_id>/approve-machine/", views.approve_machine, name="approve_machine"),
]
