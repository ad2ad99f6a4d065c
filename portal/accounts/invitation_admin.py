"""Invitations in the admin: who is invited, inviting, sending again, taking back."""

from __future__ import annotations

import logging
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.taxonomy.language import current_language, own_name
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot

from . import invitations
from .models import Invitation, User
from .roles import SECTION_STAFF, Role, group_name, invitable_roles

logger = logging.getLogger(__name__)

LISTED = 50
app_name = "portal_invitations"


class InviteForm(forms.Form):
    """Whom one invites, as what, and in which language the mail is."""

    email = forms.EmailField(label=_("Mail address"))
    role = forms.ChoiceField(label=_("Role"))
    sections = forms.MultipleChoiceField(
        label=_("Sections"),
        help_text=_("For section staff: one or more."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(label=_("Language of mails"))

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles = {role.code: role for role in invitable_roles(by)}
        self._choices("role", [(code, role.name) for code, role in self.roles.items()])
        self._choices("language", [(code, own_name(code)) for code, _name in settings.LANGUAGES])
        sections = [entry for entry in snapshot().of_kind(Kind.SECTION) if entry.current]
        language = current_language()
        self._choices("sections", [(entry.code, entry.label(language)) for entry in sections])
        self.initial.setdefault("language", language)

    def _choices(self, name: str, choices: list[tuple[str, Any]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared so above
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Ask for a section where the role has one; refuse what the person already is."""
        cleaned = super().clean() or {}
        role = self.roles.get(cleaned.get("role", ""))
        if role is SECTION_STAFF and not cleaned.get("sections") and "sections" not in self.errors:
            self.add_error("sections", _("Choose at least one section."))
        if role is not SECTION_STAFF:
            cleaned["sections"] = []
        email = cleaned.get("email")
        if role and email and not self.errors and _has_all(email, role, cleaned["sections"]):
            self.add_error("email", _("This person has that role already."))
        return cleaned


def _has_all(email: str, role: Role, sections: list[str]) -> bool:
    names = {group_name(role, section) for section in sections or [""]}
    found = User.objects.filter(email__iexact=email, groups__name__in=names).distinct()
    return found.values("groups__name").filter(groups__name__in=names).count() == len(names)


def _for_inviters(view: Any) -> Any:
    """Let only those in who may invite somebody."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not invitable_roles(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return checked


def _of(request: HttpRequest, pk: int) -> Invitation:
    """Give an open invitation that the person could have sent. Raises Http404, PermissionDenied."""
    found = get_object_or_404(invitations.open_invitations(), pk=pk)
    if found.role not in {role.code for role in invitable_roles(request.user)}:
        raise PermissionDenied
    return found


@require_safe
@_for_inviters
def index(request: HttpRequest) -> HttpResponse:
    """List the open invitations to roles that the person may give."""
    roles = {role.code: role for role in invitable_roles(request.user)}
    found = invitations.open_invitations().filter(role__in=roles)
    page = Paginator(found, LISTED).get_page(request.GET.get("p"))
    language = current_language()
    context = {
        "header_title": _("Invitations"),
        "header_icon": "mail",
        "page_obj": page,
        "rows": [
            {
                "invitation": one,
                "role": roles[one.role].name,
                "sections": invitations.section_names(one.sections, language),
                "until": one.sent + invitations.VALID,
                "has_expired": invitations.has_expired(one),
            }
            for one in page
        ],
    }
    return TemplateResponse(request, "accounts/admin/invitations.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@_for_inviters
def invite(request: HttpRequest) -> HttpResponse:
    """Ask whom to invite; send the mail."""
    assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
    form = InviteForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        invitations.invite(
            data["email"],
            form.roles[data["role"]],
            data["sections"],
            data["language"],
            request.user,
        )
        messages.success(request, gettext("Invited: %(email)s") % {"email": data["email"]})
        return redirect("portal_invitations:index")
    if "role" in form.errors and request.POST.get("role"):
        logger.warning("Refused: account %s invites to a role not offered", request.user.pk)
    context = {
        "header_title": _("Invite a person"),
        "header_icon": "mail",
        "form": form,
        "index_url": reverse("portal_invitations:index"),
    }
    return TemplateResponse(request, "accounts/admin/invite.html", context)


@require_POST
@_for_inviters
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation's mail again, with a new link."""
    assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
    found = _of(request, pk)
    invitations.resend(found, request.user)
    messages.success(request, gettext("Sent again: %(email)s") % {"email": found.email})
    return redirect("portal_invitations:index")


@require_POST
@_for_inviters
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
    found = _of(request, pk)
    invitations.revoke(found, request.user)
    messages.success(request, gettext("Taken back: %(email)s") % {"email": found.email})
    return redirect("portal_invitations:index")


urlpatterns = [
    path("", index, name="index"),
    path("new/", invite, name="invite"),
    path("<int:pk>/resend/", resend, name="resend"),
    path("<int:pk>/revoke/", revoke, name="revoke"),
]
