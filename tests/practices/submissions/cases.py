"""Submissions for tests, in whatever state they are wanted, reached by the flow itself."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import User
from portal.accounts.roles import EDITOR, SECTION_STAFF, Role, group_of
from portal.taxonomy.models import Term
from practices.submissions import flow
from practices.submissions.fields import FieldKind, fields_of
from practices.submissions.models import Submission
from practices.submissions.publication import Decision, default_review
from practices.submissions.states import State

_TEXTS = {
    FieldKind.PROSE: "Les rues étaient bruyantes.\n\n- moins de voitures\n- plus de bancs",
    FieldKind.LINE: "Texte d’une ligne",
    FieldKind.TEXT: "Un résumé en peu de mots.",
    FieldKind.CHECK: "yes",
}
# What is done by whom to reach a state.
_WAYS: dict[State, tuple[str, ...]] = {
    State.UNCONFIRMED: (),
    State.INTEREST: ("confirm",),
    State.INTEREST_QUESTION: ("confirm", "ask"),
    State.DECLINED: ("confirm", "decline"),
    State.DRAFT: ("confirm", "invite"),
    State.SECTION_REVIEW: ("confirm", "invite", "send"),
    State.SECTION_QUESTION: ("confirm", "invite", "send", "ask_changes"),
    State.SECRETARIAT_REVIEW: ("confirm", "invite", "send", "endorse"),
    State.SECRETARIAT_QUESTION: ("confirm", "invite", "send", "endorse", "ask_again"),
    State.PUBLISHED: ("confirm", "invite", "send", "endorse", "publish"),
    State.REVISION: ("confirm", "invite", "send", "endorse", "publish", "revise"),
    State.REVIEW_DUE: ("confirm", "invite", "send", "endorse", "publish", "fall_due"),
    State.ARCHIVED: ("confirm", "invite", "send", "endorse", "publish", "archive"),
    State.WITHDRAWN: ("confirm", "withdraw"),
}


def someone(email: str, *roles: tuple[Role, str], **fields: Any) -> User:
    """Give the person with this address, made with these roles where there is none."""
    found = User.objects.filter(email=email).first()
    if found is None:
        found = User.objects.create_user(email, "a password for tests", **fields)
        found.groups.add(*(group_of(role, section) for role, section in roles))
    return found


def author() -> User:
    """Give the author of the submissions."""
    return someone("author@example.org")


def staff(section: str = "mewa", which: str = "one") -> User:
    """Give somebody of a section's staff."""
    return someone(f"{section}-{which}@example.org", (SECTION_STAFF, section))


def secretariat() -> User:
    """Give an editor of the Secretariat."""
    return someone("secretariat@example.org", (EDITOR, ""))


def values(kind: str = "good-practice", **changes: Any) -> dict[str, Any]:
    """Give values with which a template can be sent."""
    found = {one.name: _TEXTS.get(one.kind, one.empty) for one in fields_of(kind) if one.needed}
    found |= {
        "title": "La médina à pied",
        "country": "TUN",
        "status": "active" if kind == "hub" else "ongoing",
        "start": "2019",
        "sdgs": ["sdg-11", "sdg-13"],
        "licence": "cc-by",
        "contact_email": "contact@example.org",
    }
    return found | changes


def decision(**changes: Any) -> Decision:
    """Give what the Secretariat decides when it publishes."""
    given: dict[str, Any] = {
        "goals": ("sdg-11", "sdg-13"),
        "level": "verified",
        "review_due": default_review(),
    }
    return Decision(**(given | changes))


def submission(
    state: State = State.INTEREST,
    *,
    section: str = "mewa",
    kind: str = "good-practice",
    language: str = "fr",
    by: User | None = None,
    **changes: Any,
) -> Submission:
    """Give a submission in a state, brought there by the flow; `changes` are of its values."""
    by = by or author()
    made = Submission.objects.create(
        kind=kind,
        section=Term.objects.get(kind="section", code=section),
        country=Term.objects.get(kind="country", code="TUN"),
        language=language,
        title=changes.get("title", "La médina à pied"),
        author_name="Ville de Tunis",
        author_email=by.email,
        interest={
            "title": "La médina à pied",
            "summary": "Des rues sans voitures.",
            "place": "Tunis",
            "country": "TUN",
            "organisation": "Ville de Tunis",
            "email": by.email,
        },
    )
    made.authors.add(by)
    for name in _WAYS[state]:
        step(made, name, by, **changes)
    return made


def step(made: Submission, name: str, by: User | None = None, **changes: Any) -> None:
    """Let a transition happen, done by whoever does it."""
    section = made.section.code
    actor: Any = {
        "ask": staff(section),
        "decline": staff(section),
        "reopen": staff(section),
        "invite": staff(section),
        "ask_changes": staff(section),
        "endorse": staff(section, "two"),
        "decline_change": staff(section),
        "ask_again": secretariat(),
        "refuse": secretariat(),
        "refuse_change": secretariat(),
        "publish": secretariat(),
        "archive": secretariat(),
        "restore": secretariat(),
        "still_true": secretariat(),
        "fall_due": None,
    }.get(name, by or author())
    if name in ("send", "send_again") and not made.values.get("consent_publish"):
        made.values = values(made.kind, **changes)
        made.save()
    given = decision() if name == "publish" else None
    flow.perform(made, name, actor, says="Une question ?", decision=given)
