"""Makes the rows that tests need."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from factory.declarations import Sequence
from factory.django import DjangoModelFactory
from factory.helpers import post_generation
from wagtail.models import GroupPagePermission, Locale, Page

from portal.accounts.roles import Role, Scope, group_of
from portal.cms.models import HomePage, WorkTerm
from portal.taxonomy.models import Kind, Term, TermLabel
from practices.models import ResourcePage


class TermFactory(DjangoModelFactory[Term]):
    """A term with labels: `labels={"en": "Housing"}`; one in English by default."""

    class Meta:
        model = Term
        skip_postgeneration_save = True

    kind = Kind.THEME
    code = Sequence(lambda number: f"term-{number}")

    @post_generation
    def labels(self: Term, create: bool, texts: dict[str, str] | None, **_: Any) -> None:
        """Write the labels."""
        for language, text in (texts or {"en": self.code.replace("-", " ").capitalize()}).items():
            TermLabel.objects.create(term=self, language=language, text=text)


class UserFactory(DjangoModelFactory[Any]):
    """A person; `role=EDITOR` gives what the role may do."""

    class Meta:
        model = get_user_model()
        skip_postgeneration_save = True

    email = Sequence(lambda number: f"person-{number}@example.org")

    @post_generation
    def role(self: Any, create: bool, role: Role | None, **_: Any) -> None:
        """Put the person into the role's group; a role of the whole site has its pages, too."""
        if role is None:
            return
        group = group_of(role)
        self.groups.add(group)
        for codename in role.page_permissions if role.scope is Scope.SITE else ():
            GroupPagePermission.objects.get_or_create(
                group=group,
                page=home().page_ptr,
                permission=Permission.objects.get(
                    content_type__app_label="wagtailcore", codename=codename
                ),
            )


class PageFactory(DjangoModelFactory[Any]):
    """A page below `parent`, by default below a home page that is made once."""

    class Meta:
        abstract = True
        exclude: ClassVar = ("parent",)

    title = Sequence(lambda number: f"Page {number}")

    @classmethod
    def _create(cls, model_class: type[Page], *args: Any, **kwargs: Any) -> Page:
        parent = kwargs.pop("parent", None) or home()
        kwargs.setdefault("locale", parent.locale)
        return parent.add_child(instance=model_class(**kwargs))


class ResourceFactory(PageFactory):
    """A resource: the plainest of works; `terms=[...]` gives it terms."""

    class Meta:
        model = ResourcePage
        skip_postgeneration_save = True

    summary = "What it holds."
    resource_url = "https://example.org/resource"

    @post_generation
    def terms(self: ResourcePage, create: bool, terms: list[Term] | None, **_: Any) -> None:
        """Give the page its terms."""
        if terms:
            self.work_terms = [WorkTerm(term=term) for term in terms]
            self.save()


def home() -> HomePage:
    """Give the English home page, made where there is none."""
    locale, _made = Locale.objects.get_or_create(language_code="en")
    found = HomePage.objects.filter(locale=locale).first()
    if found is None:
        root = Page.get_first_root_node()
        assert root is not None
        found = root.add_child(instance=HomePage(title="Home", slug="start", locale=locale))
    return found
