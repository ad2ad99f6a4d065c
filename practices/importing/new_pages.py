"""New pages the short way: saved once, live or as drafts, their history written by the batch.

The long way (`add_child`, `save_revision`, `publish`) saves a page as a draft, serialises it,
reads it back and saves it again, with some sixty queries. Here, a page is checked and inserted
once; terms, revisions and log entries of a batch are inserted together. What comes out is the
same, and a test compares the two.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import F
from wagtail.models import COMMENTS_RELATION_NAME, Page, PageLogEntry, Revision
from wagtail.signals import page_published

from portal.cms.models import WorkPage, WorkTerm
from portal.cms.models.base import NotPublishable, slug_of

from .references import note_references


@dataclass
class Node:
    """A page under which new ones go: its last child's path, its children's slugs."""

    page: Page
    last: str
    slugs: set[str]
    added: int = 0

    @classmethod
    def locked(cls, page: Page) -> Node:
        """Read a node anew and keep others from adding to it until the transaction ends."""
        fresh = Page.objects.select_for_update().get(pk=page.pk)
        children = fresh.get_children()
        last = children.order_by("-path").values_list("path", flat=True).first()
        return cls(fresh, last or "", set(children.values_list("slug", flat=True)))

    def next_path(self) -> str:
        """Give the path after the last child's."""
        depth = self.page.depth + 1
        if not self.last:
            return str(Page._get_path(self.page.path, depth, 1))
        step = int(Page._str2int(self.last[-Page.steplen :])) + 1
        return str(Page._get_path(self.page.path, depth, step))

    def free_slug(self, wanted: str) -> str:
        """Give a slug that no child has: `wanted`, or `wanted-2` and so on."""
        number, slug = 1, wanted
        while slug in self.slugs:
            number += 1
            slug = f"{wanted}-{number}"
        return slug


@dataclass
class NewPages:
    """The new pages of a batch; `finish` writes what belongs to them.

    live: whether they are published. user_id: whose deed the log says it is.
    """

    live: bool = True
    user_id: int | None = None
    nodes: dict[int, Node] = field(default_factory=dict)
    waiting: list[tuple[WorkPage, list[int], datetime.datetime]] = field(default_factory=list)

    def add(
        self, page: WorkPage, parent: Page, term_ids: list[int], now: datetime.datetime
    ) -> None:
        """Check a page and insert it.

        Raises ValidationError or NotPublishable where the page is not in order.
        """
        node = self.nodes.get(parent.pk) or self.nodes.setdefault(parent.pk, Node.locked(parent))
        page.slug = node.free_slug(page.slug or slug_of(page.title))
        page.path, page.depth, page.numchild = node.next_path(), node.page.depth + 1, 0
        page.latest_revision_created_at = now
        if self.live:
            page.first_published_at = page.last_published_at = now
        self.check(page, term_ids)
        page._is_site_root = False  # asked at every save; a new work is none
        page._cached_parent_obj = node.page
        page._cluster_related_objects = {}  # the terms of a batch are inserted together
        page.save(clean=False, log_action=None)
        node.last, node.added = page.path, node.added + 1
        node.slugs.add(page.slug)
        self.waiting.append((page, term_ids, now))

    def check(self, page: WorkPage, term_ids: list[int]) -> None:
        """Check a page that is not saved, as a form would, without asking the database.

        Raises ValidationError or NotPublishable.
        """
        page.draft_title = page.title
        page.slug = page.slug or slug_of(page.title)
        page.live, page.has_unpublished_changes = self.live, not self.live
        # Keys of locale, country and terms come from the database itself.
        relations = {f.name for f in page._meta.get_fields() if f.is_relation}
        page.clean_fields(exclude=relations | {"url_path", "path", "depth"})
        page.work_terms = [WorkTerm(term_id=key) for key in term_ids]
        missing = page.missing() if self.live else {}
        if missing:
            raise NotPublishable([str(sentence) for sentence in missing.values()])
        page._cached_parent_obj = None  # the slug was compared with all of the node's
        page.clean()

    def forget(self, count: int) -> None:
        """Take back the pages added after the first `count`: their savepoint was undone."""
        for page, _terms, _now in self.waiting[count:]:
            node = self.nodes[page.get_parent().pk]
            node.added -= 1
            node.slugs.discard(page.slug)
        del self.waiting[count:]

    def finish(self) -> list[WorkPage]:
        """Write terms, revisions and log of the batch's pages, and give the pages."""
        pages = [page for page, _terms, _now in self.waiting]
        if not pages:
            return []
        rows: dict[int, list[WorkTerm]] = {}
        for page, term_ids, _now in self.waiting:
            rows[page.pk] = [WorkTerm(page_id=page.pk, term_id=key) for key in term_ids]
        WorkTerm.objects.bulk_create([row for found in rows.values() for row in found])
        for page in pages:
            page.work_terms = rows[page.pk]
            # Known to be empty: nobody need ask the database again.
            for name in ("related_works", "contributors", COMMENTS_RELATION_NAME):
                setattr(page, name, [])
        base = ContentType.objects.get_for_model(Page)
        revisions = Revision.objects.bulk_create(
            [
                Revision(
                    content_type=ContentType.objects.get_for_model(page),
                    base_content_type=base,
                    object_id=str(page.pk),
                    object_str=str(page),
                    content=page.serializable_data(),
                    created_at=now,
                )
                for page, _terms, now in self.waiting
            ]
        )
        for page, revision in zip(pages, revisions, strict=True):
            page.latest_revision = revision
            page.live_revision = revision if self.live else None
        self._name_revisions(pages)
        self._log()
        for node in self.nodes.values():
            Page.objects.filter(pk=node.page.pk).update(numchild=F("numchild") + node.added)
        note_references(pages)
        if self.live:
            for page in pages:
                page_published.send(sender=type(page), instance=page, revision=page.live_revision)
        return pages

    @staticmethod
    def _name_revisions(pages: list[WorkPage]) -> None:
        """Tell the pages' rows of their revisions; a bulk update would take ten times as long."""
        quote = connection.ops.quote_name
        table = quote(Page._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET latest_revision_id = %s, live_revision_id = %s WHERE id = %s",  # noqa: S608 - our own table
                [(page.latest_revision_id, page.live_revision_id, page.pk) for page in pages],
            )

    def _log(self) -> None:
        PageLogEntry.objects.bulk_create(
            [
                PageLogEntry(
                    content_type=ContentType.objects.get_for_model(page),
                    page=page,
                    label=page.get_admin_display_title(),
                    action=action,
                    timestamp=now,
                    user_id=self.user_id,
                    revision=page.live_revision if action == "wagtail.publish" else None,
                    content_changed=True,
                )
                for page, _terms, now in self.waiting
                for action in ("wagtail.create", "wagtail.publish")[: 1 + self.live]
            ]
        )
