"""Writing drafts as works and their pages; Wagtail's own indexes follow once a batch."""

from __future__ import annotations

import datetime
import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models.signals import post_save
from django.utils import timezone
from django.utils.translation import gettext as _
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.log_actions import log
from wagtail.models import Locale, Page, ReferenceIndex
from wagtail.search.backends import get_search_backends
from wagtail.signal_handlers import disable_reference_index_auto_update

from portal.cms.models import SectionPage, Work, WorkIndexPage, WorkPage, WorkTerm
from portal.taxonomy.models import Kind
from portal.taxonomy.snapshot import snapshot
from search.outbox import gathered

from .draft import Draft, digest
from .errors import ImportProblem, Refused
from .mapping import CODES, SourceMapping, fields_of
from .new_pages import NewPages
from .report import Outcome

NAMESPACE = uuid.UUID("0d7f54f0-2f8b-5c8e-b0a5-3f2b6a1c9e44")


@dataclass(frozen=True)
class Written:
    """What became of a draft; a reason with the outcome "same" says why an edit was kept.

    page: the one that was made or changed. before: what gives it its former content.
    """

    draft: Draft
    outcome: Outcome
    reason: str = ""
    reference: str = ""
    page: WorkPage | None = None
    before: Mapping[str, Any] = field(default_factory=dict)


class Writer:
    """Writes the works of one mapping; use it inside `batch()`.

    live: whether they are published. user: for whom it is done: what they may not do is refused;
    None: for the command, which may do everything.
    """

    def __init__(self, mapping: SourceMapping, *, live: bool = True, user: Any = None) -> None:
        self.mapping = mapping
        self.live = live
        self.user = user
        self._locales = {locale.language_code: locale for locale in Locale.objects.all()}
        self._nodes: dict[tuple[str, str], Page] = {}
        self._touched: list[WorkPage] = []
        self._new = self._new_pages()
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
            | set(mapping.also)
            | set(CODES)
        )
        self.node(mapping.language)

    def _new_pages(self) -> NewPages:
        return NewPages(self.live, self.user.pk if self.user else None)

    def node(self, language: str, place: str = "") -> Page:
        """Give the page under which pages of a language go: the mapping's place, or another.

        Raises ImportProblem where there is none, or the person may not add works below it.
        """
        place = place or self.mapping.place
        if (language, place) in self._nodes:
            return self._nodes[language, place]
        kind, _colon, code = place.partition(":")
        pages = (
            SectionPage.objects.filter(term__code=code)
            if kind == "section"
            else WorkIndexPage.objects.filter(lists=self.mapping.model.work_type)
        )
        node = pages.filter(locale__language_code=language).first()
        if node is None:
            raise ImportProblem(
                _("There is no page for “%(place)s” in “%(language)s”; run make_tree first.")
                % {"place": place, "language": language}
            )
        if self.user is not None:
            may = node.permissions_for_user(self.user)
            if not (may.can_add_subpage() and (not self.live or may.can_publish_subpage())):
                raise ImportProblem(
                    _("You may not add works to “%(page)s”.") % {"page": node.title}
                )
        self._nodes[language, place] = node
        return node

    def _node_of(self, draft: Draft) -> Page:
        """Give the page under which a draft's page goes. Raises Refused: it is this row's alone."""
        try:
            return self.node(draft.language, draft.place)
        except ImportProblem as problem:
            raise Refused(str(problem)) from problem

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Write in one transaction; bring Wagtail's own indexes up to date at its end."""
        self._touched = []
        self._new = self._new_pages()
        self._reference = 0
        with (
            transaction.atomic(),
            gathered(),
            disable_reference_index_auto_update(),
            self._no_admin_search(),
        ):
            yield
            for page in self._touched:
                ReferenceIndex.create_or_update_for_object(page)
            self._touched += self._new.finish()
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
        with self._alone():
            if work is None:
                return self._make(drafts, fingerprint)
            return self._change(drafts, work, fingerprint)

    def update(self, draft: Draft, page_id: int | None) -> Written:
        """Write what a row says to an existing page, as somebody decided who has seen both.

        What the row leaves empty stays, terms are added, and the work keeps its own source. Raises
        Refused, with nothing written.
        """
        page = self.mapping.model.objects.filter(pk=page_id).first()
        if page is None:
            raise Refused(_("The work that it was to update is gone."))
        if page.has_unpublished_changes and page.live:
            raise Refused(_("The work that it was to update has changes that are not published."))
        may = page.permissions_for_user(self.user) if self.user is not None else None
        if may and not (may.can_edit() and (not (self.live and page.live) or may.can_publish())):
            raise Refused(_("You may not change the work that it was to update."))
        current = _latest(page)
        fields = {name for name in self._managed if draft.fields.get(name) not in (None, "", [])}
        with self._alone():
            before = self._before(page, current)
            old = self._state(current.serializable_data())
            self._fill(current, draft, fields)
            known = {row.term_id: row for row in current.work_terms.all()}
            keys = {*known, *self._keys(draft)}
            current.work_terms = [known.get(key) or WorkTerm(term_id=key) for key in keys]
            if self._state(current.serializable_data()) == old:
                return Written(draft, Outcome.SAME, reference=page.work.reference)
            self._save(current, publish=self.live and page.live)
            return Written(draft, Outcome.CHANGED, "", page.work.reference, current, before)

    def plan(self, drafts: list[Draft], work: Work | None) -> list[Written]:
        """Tell what `write` would do, and write nothing. Raises Refused."""
        fingerprint = digest(drafts)
        if work is not None and work.imported_digest == fingerprint:
            return [Written(draft, Outcome.SAME, reference=work.reference) for draft in drafts]
        try:
            if work is None:
                return [self._plan_page(draft, self._unsaved(drafts[0])) for draft in drafts]
            return self._plan_change(drafts, work)
        except ValidationError as error:
            raise Refused(_sentences(error)) from error

    def _plan_page(self, draft: Draft, work: Work) -> Written:
        page = self._page(draft, work, "")
        self._new.check(page, self._keys(draft))
        self._node_of(draft)
        return Written(draft, Outcome.MADE)

    def _plan_change(self, drafts: list[Draft], work: Work) -> list[Written]:
        pages = self._pages(work)
        if reason := self._why_kept(pages, drafts, work):
            return [Written(draft, Outcome.SAME, reason, work.reference) for draft in drafts]
        planned = []
        for draft in drafts:
            page = pages.get(self._locales[draft.language].pk)
            if page is None:
                planned.append(replace(self._plan_page(draft, work), reference=work.reference))
                continue
            same = self._apply_all(_latest(page), draft)
            outcome = Outcome.SAME if same else Outcome.CHANGED
            planned.append(Written(draft, outcome, reference=work.reference))
        return planned

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Write in a savepoint; what fails leaves nothing, here neither. Raises Refused."""
        touched, waiting = len(self._touched), len(self._new.waiting)
        try:
            with transaction.atomic():
                yield
        except BaseException as error:
            del self._touched[touched:]
            self._new.forget(waiting)
            self._reference = 0  # to be asked again: what was given has been undone
            if isinstance(error, ValidationError | IntegrityError | DataError):
                raise Refused(_sentences(error)) from error
            raise

    def _unsaved(self, first: Draft) -> Work:
        """Make the row of a new work."""
        return Work(
            translation_key=uuid.uuid5(NAMESPACE, f"{self.mapping.source_name}\n{first.source_id}"),
            work_type=self.mapping.model.work_type,
            source_locale=self._locales[first.language],
            source_name=self.mapping.source_name,
            source_id=first.source_id,
            verification_id=self._level.pk,
            published_once=self.live,
        )

    def _make(self, drafts: list[Draft], fingerprint: str) -> list[Written]:
        """Make a work with its pages."""
        drafts = sorted(drafts, key=lambda draft: draft.language != self.mapping.language)
        first = drafts[0]
        work = self._unsaved(first)
        work.reference = self._next_reference()
        now = self._describe(work, first, fingerprint)
        written = []
        slug = ""
        for draft in drafts:
            page = self._make_page(draft, work, slug, now)
            slug = page.slug
            written.append(Written(draft, Outcome.MADE, "", work.reference, page))
        return written

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

    def _page(self, draft: Draft, work: Work, slug: str) -> WorkPage:
        page = self.mapping.model(
            locale=self._locales[draft.language], translation_key=work.translation_key, slug=slug
        )
        # What the page would ask the database for.
        page.work = work
        page.wanted_reference = work.reference
        if work.verification_id == self._level.pk:
            page.verification_entry = self._level
        self._apply(page, draft)
        return page

    def _make_page(self, draft: Draft, work: Work, slug: str, now: datetime.datetime) -> WorkPage:
        """Make a page; `now` is its date, the work's own where the work is new."""
        page = self._page(draft, work, slug)
        page.made_with = work
        self._new.add(page, self._node_of(draft), self._keys(draft), now)
        return page

    def _pages(self, work: Work) -> dict[int, WorkPage]:
        """Give a work's pages by language."""
        pages = self.mapping.model.objects.filter(
            translation_key=work.translation_key, alias_of__isnull=True
        ).select_related("latest_revision")
        return {page.locale_id: page for page in pages}

    def _change(self, drafts: list[Draft], work: Work, fingerprint: str) -> list[Written]:
        """Bring a work's pages up to date, unless an editor has changed one of them."""
        pages = self._pages(work)
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
                page = self._make_page(draft, work, slug, timezone.now())
                written.append(Written(draft, Outcome.MADE, "", work.reference, page))
            else:
                written.append(self._change_page(page, draft, work))
        if all(one.outcome is Outcome.SAME for one in written):
            outcome = Outcome.SAME if work.source_url == original.url else Outcome.CHANGED
            written = [replace(one, outcome=outcome) for one in written]
        self._describe(work, original, fingerprint)
        return written

    def _change_page(self, page: WorkPage, draft: Draft, work: Work) -> Written:
        page.work = work
        current = _latest(page)
        before = self._before(page, current)
        if self._apply_all(current, draft):
            return Written(draft, Outcome.SAME, "", work.reference, before=before)
        self._save(current, publish=self.live)
        return Written(draft, Outcome.CHANGED, "", work.reference, current, before)

    def _apply_all(self, page: WorkPage, draft: Draft) -> bool:
        """Write a draft's values and terms to a page; tell whether it is the same as before."""
        old = self._state(page.serializable_data())
        self._apply(page, draft)
        kept = {row.term_id: row for row in page.work_terms.all()}
        page.work_terms = [kept.get(key) or WorkTerm(term_id=key) for key in self._keys(draft)]
        return self._state(page.serializable_data()) == old

    def _before(self, page: WorkPage, current: WorkPage) -> dict[str, Any]:
        """Give what undoing needs; a page whose content no revision holds gets one."""
        revision = page.latest_revision
        if revision is None or (
            not page.has_unpublished_changes
            and self._state(page.serializable_data()) != self._state(revision.content)
        ):
            revision = current.save_revision(log_action=False, clean=False)
        work = page.work
        return {
            "revision": revision.pk,
            "live": page.live,
            "imported_at": work.imported_at.isoformat() if work.imported_at else None,
            "imported_digest": work.imported_digest,
            "source_url": work.source_url,
        }

    def _save(self, page: WorkPage, *, publish: bool) -> None:
        """Save a changed page. Its revision is nobody's: an import may change it again."""
        revision = page.save_revision(log_action=False)
        log(
            instance=page,
            action="wagtail.edit",
            user=self.user,
            revision=revision,
            content_changed=True,
        )
        if publish:
            page.publish(revision, user=self.user)
        page.latest_revision_id = revision.pk
        self._touched.append(self.mapping.model.objects.get(pk=page.pk))

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
            if not page.live and page.first_published_at is not None:
                return _("it was unpublished here")
            revision = page.latest_revision
            if revision is not None and (
                revision.user_id is not None
                or (work.imported_at is not None and revision.created_at > work.imported_at)
            ):
                return _("it was edited here")
            is_draft = page.has_unpublished_changes
            if (
                revision is not None
                and not is_draft
                and self._state(page.serializable_data()) != self._state(revision.content)
            ):
                return _("it was changed here without a revision")
        return ""

    def _apply(self, page: WorkPage, draft: Draft) -> None:
        """Write a draft's values to a page; what the source has emptied is emptied here."""
        self._fill(page, draft, self._managed)
        page.licence = draft.fields["licence"]

    def _fill(self, page: WorkPage, draft: Draft, names: set[str]) -> None:
        fields = fields_of(self.mapping.page)
        for name in names:
            value = draft.fields.get(name)
            if name in CODES:
                key = self._term_keys[CODES[name], value] if value else None
                setattr(page, f"{name}_id", key)
            elif value is None:
                setattr(page, name, fields[name].get_default())
            else:
                setattr(page, name, value)

    def _keys(self, draft: Draft) -> list[int]:
        return sorted(self._term_keys[pair] for pair in draft.terms)


def _latest(page: WorkPage) -> WorkPage:
    """Give a page as its last version has it."""
    if not page.has_unpublished_changes or page.latest_revision is None:
        return page
    latest: WorkPage = page.get_latest_revision_as_object()
    return latest


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
