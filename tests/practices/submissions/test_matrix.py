"""Every role × everything that can be done × every state: what is allowed, written down here.

The tables below are read by people and compared with what the code allows; they are not made from
it. `<state>+` is a state of a change to something that is public already.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.accounts.roles import ADMINISTRATOR, EDITOR, MEMBER, SECTION_STAFF, TRANSLATOR
from practices.submissions import flow, permissions
from practices.submissions.errors import Refused
from practices.submissions.models import Submission
from practices.submissions.publication import default_review
from practices.submissions.states import BY_NAME, State

from . import cases
from .conftest import CELLS

pytestmark = [pytest.mark.any_database, pytest.mark.django_db, pytest.mark.usefixtures("world")]

# Who is what for the submission, which is with the section MEWA.
ROLES = {
    "anonymous": "nobody",
    "member": "nobody",
    "author": "author",
    "co-author": "author",
    "author who is staff": "author",
    "author who is editor": "author",
    "staff of the section": "section",
    "staff of another section": "nobody",
    "translator": "nobody",
    "editor": "secretariat",
    "administrator": "secretariat",
    "superuser": "secretariat",
}

# What may be done | by whom | where. "all" is every state; "-" takes one away.
ALLOWED = """
see             | author                      | all
see             | section secretariat         | all -unconfirmed
note            | section secretariat         | all -unconfirmed
write           | author                      | draft section-question secretariat-question section-question+ secretariat-question+ revision
assign          | section                     | interest section-review section-review+ review-due
assign          | secretariat                 | interest section-review section-review+ review-due secretariat-review secretariat-review+
move            | secretariat                 | interest interest-question draft
confirm         | author                      | unconfirmed
ask             | section                     | interest
answer          | author                      | interest-question
invite          | section                     | interest
decline         | section                     | interest interest-question section-review section-question
send            | author                      | draft revision section-question section-question+
ask_changes     | section                     | section-review section-review+
endorse         | section                     | section-review section-review+
ask_again       | secretariat                 | secretariat-review secretariat-review+
send_again      | author                      | secretariat-question secretariat-question+
refuse          | secretariat                 | secretariat-review secretariat-question
reopen          | section secretariat         | declined
decline_change  | section                     | section-review+ section-question+
refuse_change   | secretariat                 | secretariat-review+ secretariat-question+
publish         | secretariat                 | secretariat-review secretariat-review+
revise          | author                      | published review-due
keep            | author                      | revision
fall_due        |                             | published
still_true      | section secretariat         | review-due
archive         | secretariat                 | published review-due
restore         | secretariat                 | archived
withdraw        | author                      | unconfirmed interest interest-question draft section-review section-question secretariat-review secretariat-question
"""  # noqa: E501 - a table
CHANGES = ("section-review", "section-question", "secretariat-review", "secretariat-question")
SITUATIONS = (*(state.value for state in State), *(f"{state}+" for state in CHANGES))
# How a change to something public gets there.
_WAYS = {
    "section-review+": ("revise", "send"),
    "section-question+": ("revise", "send", "ask_changes"),
    "secretariat-review+": ("revise", "send", "endorse"),
    "secretariat-question+": ("revise", "send", "endorse", "ask_again"),
}


def read_table(table: str) -> set[tuple[str, str, str]]:
    """Give (what, by which side, where) for each thing that a table allows."""
    found = set()
    for line in table.strip().splitlines():
        what, sides, where = (part.strip() for part in line.split("|"))
        named = where.split()
        places = {one for one in named if one != "all" and not one.startswith("-")}
        if "all" in named:
            places |= set(SITUATIONS) - {one[1:] for one in named if one.startswith("-")}
        assert places <= set(SITUATIONS), line
        found |= {(what, side, place) for side in sides.split() for place in places}
    return found


EXPECTED = read_table(ALLOWED)
ACTIONS = tuple(dict.fromkeys(line.split("|")[0].strip() for line in ALLOWED.strip().splitlines()))


def asked(what: str, user: Any, made: Submission) -> bool:
    """Ask the code whether it allows something."""
    rules: dict[str, Callable[[Any, Submission], bool]] = {
        "see": permissions.may_see,
        "note": permissions.is_reviewer,
        "write": permissions.may_write,
        "assign": permissions.may_assign,
        "move": permissions.may_move,
    }
    if what in rules:
        return rules[what](user, made)
    return permissions.may(user, made, BY_NAME[what])


@dataclass
class Built:
    """The people, and a submission in each situation."""

    people: dict[str, Any]
    submissions: dict[str, int]

    def submission(self, situation: str) -> Submission:
        """Give the submission that is in a situation, afresh."""
        return Submission.objects.get(pk=self.submissions[situation])


def everybody() -> dict[str, Any]:
    """Make a person for each role."""
    superuser = User.objects.create_superuser("superuser@example.org", "a password for tests")
    return {
        "anonymous": AnonymousUser(),
        "member": cases.someone("member@example.org", (MEMBER, "")),
        "author": cases.author(),
        "co-author": cases.someone("coauthor@example.org"),
        "author who is staff": cases.someone("both@example.org", (SECTION_STAFF, "mewa")),
        "author who is editor": cases.someone("editor-author@example.org", (EDITOR, "")),
        "staff of the section": cases.staff("mewa"),
        "staff of another section": cases.staff("africa"),
        "translator": cases.someone("translator@example.org", (TRANSLATOR, "")),
        "editor": cases.secretariat(),
        "administrator": cases.someone("administrator@example.org", (ADMINISTRATOR, "")),
        "superuser": superuser,
    }


@pytest.fixture(scope="module")
def built(world: None) -> Built:
    """Every situation, reached by the flow once; what a test changes is undone after it."""
    people = everybody()
    authors = [one for name, one in people.items() if ROLES[name] == "author"]
    found = {}
    for situation in SITUATIONS:
        made = cases.submission(State.PUBLISHED if situation in _WAYS else State(situation))
        for name in _WAYS.get(situation, ()):
            cases.step(made, name)
        made.authors.add(*authors)
        found[situation] = made.pk
    return Built(people, found)


def test_the_tables_leave_out_nothing() -> None:
    assert set(BY_NAME) <= set(ACTIONS)
    assert {situation.rstrip("+") for situation in SITUATIONS} == set(State)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_each_role_may_do(
    built: Built, situation: str, record_property: Callable[[str, object], None]
) -> None:
    made = built.submission(situation)
    wrong, cells = [], 0
    for role, side in ROLES.items():
        for what in ACTIONS:
            cells += 1
            expected = (what, side, situation) in EXPECTED
            if asked(what, built.people[role], made) is not expected:
                wrong.append(f"{role} {'may not' if expected else 'may'} {what}")
    assert not wrong
    assert cells == len(ROLES) * len(ACTIONS)
    record_property(CELLS, cells)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_is_offered_is_what_may_be_done(built: Built, situation: str) -> None:
    made = built.submission(situation)
    for role, side in ROLES.items():
        names = {one.name for one in permissions.offered(built.people[role], made)}
        allowed = {what for what in BY_NAME if (what, side, situation) in EXPECTED}
        assert names == allowed, role


def test_the_flow_refuses_what_may_not_be_done(built: Built) -> None:
    for situation in ("interest", "section-review", "secretariat-review+", "published"):
        made = built.submission(situation)
        for role, side in ROLES.items():
            for what in BY_NAME:
                if (what, side, situation) in EXPECTED:
                    continue
                with pytest.raises(Refused):
                    flow.perform(
                        made, what, built.people[role], says="?", decision=cases.decision()
                    )
    assert built.submission("published").state == State.PUBLISHED


# By the addresses.

VIEWS = """
                         | case | preview | note | assign | move | co-author | my desk | desk | desk CSV | other desk | Secretariat | Secretariat CSV
anonymous                | 302  | 302     | 302  | 302    | 302  | 302       | 302     | 302  | 302      | 302        | 302         | 302
member                   | 404  | 404     | 404  | 404    | 404  | 404       | 200     | 404  | 404      | 404        | 404         | 404
author                   | 200  | 200     | 403  | 403    | 403  | 200       | 200     | 404  | 404      | 404        | 404         | 404
co-author                | 200  | 200     | 403  | 403    | 403  | 200       | 200     | 404  | 404      | 404        | 404         | 404
author who is staff      | 200  | 200     | 403  | 403    | 403  | 200       | 200     | 200  | 200      | 404        | 404         | 404
author who is editor     | 200  | 200     | 403  | 403    | 403  | 200       | 200     | 200  | 200      | 200        | 200         | 200
staff of the section     | 200  | 200     | 302  | 302    | 403  | 403       | 200     | 200  | 200      | 404        | 404         | 404
staff of another section | 404  | 404     | 404  | 404    | 404  | 404       | 200     | 404  | 404      | 200        | 404         | 404
translator               | 404  | 404     | 404  | 404    | 404  | 404       | 200     | 404  | 404      | 404        | 404         | 404
editor                   | 200  | 200     | 302  | 302    | 302  | 403       | 200     | 200  | 200      | 200        | 200         | 200
administrator            | 200  | 200     | 302  | 302    | 302  | 403       | 200     | 200  | 200      | 200        | 200         | 200
superuser                | 200  | 200     | 302  | 302    | 302  | 403       | 200     | 200  | 200      | 200        | 200         | 200
"""  # noqa: E501 - a table


def views() -> list[tuple[str, list[tuple[str, int]]]]:
    """Give for each role what each view answers."""
    head, *lines = [
        [cell.strip() for cell in line.split("|")] for line in VIEWS.strip("\n").splitlines()
    ]
    return [
        (role, [(name, int(code)) for name, code in zip(head[1:], codes, strict=True)])
        for role, *codes in lines
    ]


def browser(user: Any) -> Client:
    """Give somebody's browser."""
    client = Client()
    if user.is_authenticated:
        client.force_login(user)
    return client


def answers(built: Built, user: Any) -> dict[str, Any]:
    """Ask every view once."""
    client = browser(user)
    review, interest = built.submission("section-review"), built.submission("interest")
    to = str(cases.staff("mewa", "two").pk)

    def act(made: Submission, name: str, **data: str) -> Any:
        return client.post(reverse("submissions:act", args=[made.key, name]), data)

    return {
        "case": client.get(reverse("submissions:case", args=[review.key])),
        "preview": client.get(reverse("submissions:preview", args=[review.key])),
        "note": act(review, "note", says="Seen"),
        "assign": act(review, "assign", to=to),
        "move": act(interest, "move", section="africa", says="Theirs"),
        "co-author": client.get(reverse("submissions:coauthor", args=[review.key])),
        "my desk": client.get("/en/submissions/"),
        "desk": client.get("/en/desks/mewa/"),
        "desk CSV": client.get("/en/desks/mewa/?format=csv"),
        "other desk": client.get("/en/desks/africa/"),
        "Secretariat": client.get("/en/desks/secretariat/"),
        "Secretariat CSV": client.get("/en/desks/secretariat/?format=csv"),
    }


@pytest.mark.parametrize(("role", "expected"), views(), ids=[role for role, _cells in views()])
def test_what_each_role_gets_at_each_address(
    built: Built,
    index: object,
    role: str,
    expected: list[tuple[str, int]],
    record_property: Callable[[str, object], None],
) -> None:
    got = answers(built, built.people[role])
    assert {name: answer.status_code for name, answer in got.items()} == dict(expected)
    if role == "anonymous":
        assert all("/login" in answer["Location"] for answer in got.values())
    record_property(CELLS, len(expected))


def test_the_addresses_are_tried_for_all_roles() -> None:
    assert [role for role, _cells in views()] == list(ROLES)


_REFUSED_TO = {"author": "staff of the section", "section": "editor", "secretariat": "author"}
_ALLOWED_TO = {"author": "co-author", "section": "staff of the section", "secretariat": "editor"}


@pytest.mark.parametrize("name", sorted(set(BY_NAME) - {"fall_due"}))
def test_each_transition_by_its_address_for_who_may_and_for_who_may_not(
    built: Built, name: str
) -> None:
    cells = sorted((side, place) for what, side, place in EXPECTED if what == name)
    side, situation = cells[0]
    for role, happens in ((_REFUSED_TO[side], False), (_ALLOWED_TO[side], True)):
        if not happens and (name, ROLES[role], situation) in EXPECTED:
            role = "author"
        made = built.submission(situation)
        page = made.page
        if name in ("send", "send_again") and not made.values.get("consent_publish"):
            Submission.objects.filter(pk=made.pk).update(values=cases.values())
        data = {
            "seen": str(made.version),
            "draft": str(page.latest_revision_id if page else 0),
            "says": "Some words",
            "goal-sdg-11": "yes",
            "goal-sdg-13": "yes",
            "level": "verified",
            "review_due": default_review().isoformat(),
        }
        address = reverse("submissions:act", args=[made.key, name])
        answer = browser(built.people[role]).post(address, data)
        made.refresh_from_db()
        if happens:
            assert answer.status_code == 302
            assert made.state == BY_NAME[name].target
            assert made.events.filter(name=name, user=built.people[role]).exists()
        else:
            assert answer.status_code in (403, 404)
            assert made.state == situation.rstrip("+")
