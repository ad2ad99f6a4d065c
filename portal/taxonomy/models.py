"""Controlled vocabularies: terms of several kinds, their labels as rows per language."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from .language import best, current_language, short


class Kind(models.TextChoices):
    """The vocabularies. `region` and `country` make one hierarchy, so do `sdg` and `target`.

    What others refer to stands before them: `sync_taxonomy` goes by this order.
    """

    AXIS = "axis", _("Axis of the Pact for the Future")
    THEME = "theme", _("Theme")
    SDG = "sdg", _("Sustainable Development Goal")
    TARGET = "target", _("SDG target")
    AGENDA = "agenda", _("Global agenda")
    PATHWAY = "pathway", _("GOLD VI pathway")
    SECTION = "section", _("UCLG section")
    GROUP = "group", _("Country group")
    REGION = "region", _("World region")
    COUNTRY = "country", _("Country")
    TERRITORY = "territory", _("Type of territory")
    POPULATION = "population", _("Population band")
    BODY = "body", _("Policy body")
    NOTE_TYPE = "note_type", _("Type of policy note")
    COMPONENT = "component", _("Hub component")
    AWARD = "award", _("Award")
    VERIFICATION = "verification", _("Verification level")


# Which kinds a parent may have.
PARENT_KINDS: dict[str, tuple[str, ...]] = {
    Kind.THEME: (Kind.THEME,),
    Kind.TARGET: (Kind.SDG,),
    Kind.REGION: (Kind.REGION,),
    Kind.COUNTRY: (Kind.REGION,),
}

code_validator = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9.\-]*$",
    _("A code holds only letters without accents, digits, full stops and hyphens."),
)


class Term(ClusterableModel):
    """One value of a vocabulary.

    `code` is stable: it stands in addresses, the index, exports and the API. `shipped` holds what
    the project's data files said last, so that `sync_taxonomy` can tell an editor's change from
    an old value. A merged term stays, retired, and `merged_into` points on.
    """

    kind = models.CharField(_("vocabulary"), max_length=20, choices=Kind.choices)
    code = models.CharField(_("code"), max_length=64, validators=[code_validator])
    parent = models.ForeignKey(
        "self",
        verbose_name=_("broader term"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    axis = models.ForeignKey(
        "self",
        verbose_name=_("axis of the Pact for the Future"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="themes_of_axis",
        limit_choices_to={"kind": Kind.AXIS},
    )
    groups = models.ManyToManyField(
        "self",
        verbose_name=_("country groups"),
        blank=True,
        symmetrical=False,
        related_name="countries",
        limit_choices_to={"kind": Kind.GROUP},
    )
    position = models.PositiveIntegerField(_("position"), default=0)
    valid_from = models.PositiveSmallIntegerField(_("valid from (year)"), null=True, blank=True)
    valid_to = models.PositiveSmallIntegerField(_("valid to (year)"), null=True, blank=True)
    retired = models.BooleanField(
        _("retired"), default=False, help_text=_("Kept where it is used, offered no more.")
    )
    merged_into = models.ForeignKey(
        "self",
        verbose_name=_("merged into"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="merged_terms",
    )
    name = models.CharField(
        _("own name"),
        max_length=120,
        blank=True,
        help_text=_("A section's own name, the same in every language."),
    )
    colour = models.CharField(_("colour"), max_length=7, blank=True, editable=False)
    iso2 = models.CharField("ISO 3166 alpha-2", max_length=2, blank=True, editable=False)
    m49 = models.CharField("UN M49", max_length=3, blank=True, editable=False)
    lower = models.PositiveIntegerField(_("from"), null=True, blank=True, editable=False)
    upper = models.PositiveIntegerField(_("below"), null=True, blank=True, editable=False)
    shipped = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering: ClassVar = ["kind", "position", "code"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind", "code"],
                name="taxonomy_term_code",
                violation_error_message=_("This vocabulary already has a term with this code."),
            )
        ]

    def __str__(self) -> str:
        return self.label()

    def label(self, language: str | None = None) -> str:
        """Give the label in a language (the active one by default), else a fallback's, or code."""
        wanted = short(language) if language else current_language()
        labels = {row.language: row.text for row in self.labels.all()}
        return best(labels, wanted) or self.code

    def current(self) -> Term:
        """Give the term that this one stands for today: itself, or what it was merged into."""
        seen = {self.pk}
        term = self
        while term.merged_into is not None and term.merged_into_id not in seen:
            term = term.merged_into
            seen.add(term.pk)
        return term

    def clean(self) -> None:
        """Check that the broader term is of a fitting kind and makes no circle."""
        super().clean()
        allowed = PARENT_KINDS.get(self.kind, ())
        if self.parent is not None and self.parent.kind not in allowed:
            raise ValidationError({"parent": _("This vocabulary cannot have that broader term.")})
        ancestor = self.parent
        while ancestor is not None:
            if self.pk and ancestor.pk == self.pk:
                raise ValidationError({"parent": _("A term cannot stand below itself.")})
            ancestor = ancestor.parent
        if self.kind == Kind.THEME and self.parent and self.parent.parent_id:
            raise ValidationError({"parent": _("Themes have two levels.")})
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValidationError({"valid_to": _("The end lies before the beginning.")})


class TermLabel(models.Model):
    """What a term is called in one language, and what else people call it there.

    synonyms: one a line. confirmed: whether UCLG has confirmed the label. shipped: the values of
    the project's data files as last written here.
    """

    term = ParentalKey(Term, on_delete=models.CASCADE, related_name="labels")
    language = models.CharField(_("language"), max_length=12)
    text = models.CharField(_("label"), max_length=1000)
    description = models.TextField(_("description"), blank=True)
    synonyms = models.TextField(
        _("synonyms"), blank=True, help_text=_("What people type for it, one a line.")
    )
    confirmed = models.BooleanField(_("confirmed by UCLG"), default=True)
    shipped = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("label")
        verbose_name_plural = _("labels")
        ordering: ClassVar = ["language"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["term", "language"],
                name="taxonomy_label_language",
                violation_error_message=_("There is already a label in this language."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.language}: {self.text}"

    @property
    def synonym_list(self) -> list[str]:
        """Give the synonyms as a list."""
        return [line.strip() for line in self.synonyms.splitlines() if line.strip()]


class TaxonomyVersion(models.Model):
    """One row that changes whenever a term or label does; snapshots are kept by it."""

    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("version of the taxonomy")

    def __str__(self) -> str:
        return self.changed_at.isoformat()

    @classmethod
    def touch(cls) -> None:
        """Say that the taxonomy has changed."""
        cls.objects.update_or_create(pk=1, defaults={"changed_at": timezone.now()})

    @classmethod
    def read(cls) -> Any:
        """Give what changes with every change of the taxonomy (None before the first)."""
        return cls.objects.filter(pk=1).values_list("changed_at", flat=True).first()
