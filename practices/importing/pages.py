"""Writing drafts as works and their pages; Wagtail's own indexes follow once a batch."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models.signals import post_save
from django.utils import timezone
from django.utils.translation import gettext as _
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.models import Locale, Page, ReferenceIndex
from wagtail.search.backends import get_search_backends
from wagtail.signal_handlers import disable_reference_index_auto_update

from portal.cms.models import SectionPage, Work, WorkIndexPage, WorkPage, WorkTerm
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot

from .draft import Draft, digest
from .errors import ImportProblem, Refused
from .mapping import CODES, SourceMapping, fields_of
from .new_pages import NewPages
from .report import Outcome

NAMESPACE = uuid.UUID("0d7f54f0-2f8b-5c8e-b0a5-3f2b6a1c9e44")


@dataclass(frozen=True)
class Written:
    """What became of a draft; a reason with the outcome "same" says why an edit was kept."""

    draft: Draft
    outcome: Outcome
    reason: str = ""
    reference: str = ""


class Writer:
    """Writes the works of one mapping; use it inside `batch()`."""

    def __init__(self, mapping: SourceMapping) -> None:
        self.mapping = mapping
        self._locales = {locale.language_code: locale for locale in Locale.objects.all()}
        self._nodes: dict[str, Page] = {}
        self._touched: list[WorkPage] = []
        self._new = NewPages()
        self._reference = 0  # the last reference given in this batch
        taxonomy = snapshot()
        level = taxonomy.resolve(Kind.VERIFICATION, "imported")
        if level is None:
            raise ImportProblem(_("The taxonomy lacks the level “imported”; run sync_taxonomy."))
        self._level = level
        self._term_keys = {
            (kind, entry.code): entry.pk for kind in Kind.values for entry in taxonomy.of_kind(kind)
        }
        self._managed = (
            {rule.name for rule in mapping.fields}
            | set(mapping.constants)
            | {name for facts in mapping.facts.values() for name in facts}
            | set(CODES)
        )
        self.node(mapping.language)

    def node(self, language: str) -> Page:
        """Give the page under which a language's pages go; raise ImportProblem without one."""
        if language in self._nodes:
            return self._nodes[language]
        kind, _colon, code = self.mapping.place.partition(":")
        pages = (
            SectionPage.objects.filter(term__code=code)
            if kind == "section"
            else WorkIndexPage.objects.filter(lists=self.mapping.model.work_type)
        )
        node = pages.filter(locale__language_code=language).first()
        if node is None:
            raise ImportProblem(
                _("There is no page for “%(place)s” in “%(language)s”; run make_tree first.")
                % {"place": self.mapping.place, "language": language}
            )
        self._nodes[language] = node
        return node

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Write in one transaction; bring Wagtail's own indexes up to date at its end."""
        self._touched = []
        self._new = NewPages()
        self._reference = 0
        with transaction.atomic(), disable_reference_index_auto_update(), self._no_admin_search():
            yield
            self._touched += self._new.finish()
            for page in self._touched:
                ReferenceIndex.create_or_update_for_object(page)
            if self._touched:
                for backend in get_search_backends(with_auto_update=True):
                    backend.add_bulk(self.mapping.model, self._touched)

    @contextmanager
    def _no_admin_search(self) -> Iterator[None]:
        """Keep the admin's search from being written page by page."""
        connected = post_save.disconnect(post_save_signal_handler, sender=self.mapping.model)
        try:
            yield
        finally:
            if connected:
                post_save.connect(post_save_signal_handler, sender=self.mapping.model)

    def works(self, identifiers: list[str]) -> dict[str, Work]:
        """Give the works that came from this source before, by identifier."""
        found = Work.objects.filter(
            source_name=self.mapping.source_name, source_id__in=identifiers
        ).select_related("source_locale")
        return {work.source_id: work for work in found}

    def write(self, drafts: list[Draft], work: Work | None) -> list[Written]:
        """Write a work's drafts, one a language, in a savepoint of their own.

        Raises Refused, with nothing of it written.
        """
        fingerprint = digest(drafts)
        if work is not None and work.imported_digest == fingerprint:
            return [Written(draft, Outcome.SAME, reference=work.reference) for draft in drafts]
        touched, waiting = len(self._touched), len(self._new.waiting)
        try:
            with transaction.atomic():
                if work is None:
                    return self._make(drafts, fingerprint)
                return self._change(drafts, work, fingerprint)
        except (ValidationError, IntegrityError, DataError) as error:
            del self._touched[touched:]
            self._new.forget(waiting)
            self._reference = 0  # to be asked again: what was given has been undone
            raise Refused(_sentences(error)) from error

    def _make(self, drafts: list[Draft], fingerprint: str) -> list[Written]:
        """Make a work with its pages."""
        drafts = sorted(drafts, key=lambda draft: draft.language != self.mapping.language)
        first = drafts[0]
        work = Work(
            translation_key=uuid.uuid5(NAMESPACE, f"{self.mapping.source_name}\n{first.source_id}"),
            reference=self._next_reference(),
            work_type=self.mapping.model.work_type,
            source_locale=self._locales[first.language],
            source_name=self.mapping.source_name,
            source_id=first.source_id,
        )
        now = self._describe(work, first, fingerprint)
        slug = ""
        for draft in drafts:
            slug = self._make_page(draft, work, slug, now).slug
        return [Written(draft, Outcome.MADE, reference=work.reference) for draft in drafts]

    def _next_reference(self) -> str:
        """Give the next free reference; asked of the database once a batch."""
        if self._reference:
            self._reference += 1
        else:
            self._reference = int(Work.next_reference().removeprefix("L4A-"))
        return f"L4A-{self._reference:04d}"

    def _describe(self, work: Work, draft: Draft, fingerprint: str) -> datetime.datetime:
        """Write a work's provenance, and give its date: a later revision is somebody else's."""
        now = timezone.now()
        work.source_url = draft.url
        work.verification_id = work.verification_id or self._level.pk
        work.imported_at = now
        work.imported_digest = fingerprint
        work.save()
        return now

    def _make_page(self, draft: Draft, work: Work, slug: str, now: datetime.datetime) -> WorkPage:
        """Make a page, live; `now` is its date, the work's own where the work is new."""
        page = self.mapping.model(
            locale=self._locales[draft.language], translation_key=work.translation_key, slug=slug
        )
        # What the page would ask the database for.
        page.work = work
        page.wanted_reference = work.reference
        if work.verification_id == self._level.pk:
            page.verification_entry = self._level
        self._apply(page, draft)
        self._new.add(page, self.node(draft.language), self._keys(draft), now)
        return page

    def _change(self, drafts: list[Draft], work: Work, fingerprint: str) -> list[Written]:
        """Bring a work's pages up to date, unless an editor has changed one of them."""
        pages = {
            page.locale_id: page
            for page in self.mapping.model.objects.filter(
                translation_key=work.translation_key, alias_of__isnull=True
            ).select_related("latest_revision")
        }
        reason = self._why_kept(pages, drafts, work)
        if reason:
            return [Written(draft, Outcome.SAME, reason, work.reference) for draft in drafts]
        written = []
        original = next(
            (d for d in drafts if self._locales[d.language].pk == work.source_locale_id), drafts[0]
        )
        slug = pages[work.source_locale_id].slug
        for draft in drafts:
            page = pages.get(self._locales[draft.language].pk)
            if page is None:
                self._make_page(draft, work, slug, timezone.now())
                outcome = Outcome.MADE
            else:
                outcome = self._change_page(page, draft, work)
            written.append(Written(draft, outcome, reference=work.reference))
        if all(one.outcome is Outcome.SAME for one in written):
            outcome = Outcome.SAME if work.source_url == original.url else Outcome.CHANGED
            written = [Written(d, outcome, reference=work.reference) for d in drafts]
        self._describe(work, original, fingerprint)
        return written

    def _change_page(self, page: WorkPage, draft: Draft, work: Work) -> Outcome:
        page.work = work
        before = self._state(page.serializable_data())
        self._apply(page, draft)
        kept = {row.term_id: row for row in page.work_terms.all()}
        page.work_terms = [kept.get(key) or WorkTerm(term_id=key) for key in self._keys(draft)]
        if self._state(page.serializable_data()) == before:
            return Outcome.SAME
        revision = page.save_revision(log_action=True)
        page.publish(revision)
        self._touched.append(self.mapping.model.objects.get(pk=page.pk))
        return Outcome.CHANGED

    def _state(self, data: dict[str, Any]) -> tuple[dict[str, Any], set[int]]:
        """Give, of a page's serialised data, what imports write."""
        terms = {row["term"] for row in data.get("work_terms", [])}
        return {name: _comparable(data.get(name)) for name in self._managed | {"licence"}}, terms

    def _why_kept(self, pages: dict[int, WorkPage], drafts: list[Draft], work: Work) -> str:
        """Say why the pages must stay as they are: somebody here has decided something on them."""
        if work.taken_down_on is not None:
            return _("it was taken down here")
        if work.source_locale_id not in pages:
            return _("it was deleted here")
        for draft in drafts:
            page = pages.get(self._locales[draft.language].pk)
            if page is None:
                continue
            if not page.live:
                return _("it was unpublished here")
            revision = page.latest_revision
            if revision is not None and (
                revision.user_id is not None
                or (work.imported_at is not None and revision.created_at > work.imported_at)
            ):
                return _("it was edited here")
            if revision is not None and self._state(page.serializable_data()) != self._state(
                revision.content
            ):
                return _("it was changed here without a revision")
        return ""

    def _apply(self, page: WorkPage, draft: Draft) -> None:
        """Write a draft's values to a page; what the source has emptied is emptied here."""
        fields = fields_of(self.mapping.page)
        for name in self._managed:
            value = draft.fields.get(name)
            if name in CODES:
                key = self._term_keys[CODES[name], value] if value else None
                setattr(page, f"{name}_id", key)
            elif value is None:
                setattr(page, name, fields[name].get_default())
            else:
                setattr(page, name, value)
        page.licence = draft.fields["licence"]

    def _keys(self, draft: Draft) -> list[int]:
        return sorted(self._term_keys[pair] for pair in draft.terms)


def _sentences(error: Exception) -> str:
    """Give what is wrong, with the fields' names."""
    if not isinstance(error, ValidationError):
        return _("The database refuses the row: %(error)s") % {"error": error}
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return " ".join(
        f"{name}: {' '.join(messages)}" for name, messages in error.message_dict.items()
    )


def _comparable(value: Any) -> Any:
    """Read blocks, which are stored as text: PostgreSQL keeps their keys in an order of its own."""
    if not isinstance(value, str) or not value.startswith("[{"):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        return value  # a title may begin like that
