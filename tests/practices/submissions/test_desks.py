"""Desks: who sees which, and that every number is that of the list to which it leads."""

from __future__ import annotations

import csv
import datetime
import html
import io
import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.accounts.roles import EDITOR, SECTION_STAFF
from portal.taxonomy.models import Term
from practices.submissions import flow
from practices.submissions.models import Submission
from practices.submissions.states import State
from practices.submissions.templatetags.submissions import desk_links
from search.indexer import drain

from . import cases

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]
LANGUAGES = [code for code, _name in settings.LANGUAGES]
SECRETARIAT = "/en/desks/secretariat/"
MEWA = "/en/desks/mewa/"
MINE = "/en/submissions/"
_EACH_TURN = (State.INTEREST, State.INTEREST_QUESTION, State.SECRETARIAT_REVIEW)


def get(user: User, address: str, **data: Any) -> Any:
    """Get an address as somebody who has logged in."""
    browser = Client()
    browser.force_login(user)
    return browser.get(address, data)


def titles(answer: Any) -> list[str]:
    """Give the titles of the submissions that a page lists."""
    return [one.title for one in answer.context["listing"].rows]


def many(count: int, state: State = State.INTEREST, **fields: Any) -> list[Submission]:
    """Make submissions without the flow, which lists do not look at."""
    made = [
        Submission(
            kind="good-practice",
            section=Term.objects.get(kind="section", code=fields.get("section", "mewa")),
            country=Term.objects.get(kind="country", code=fields.get("country", "TUN")),
            language="fr",
            title=f"Rue {number:03}",
            state=state,
            values=fields.get("values", {}),
            due=timezone.localdate() + datetime.timedelta(days=number),
            author_organisation="Ville de Tunis",
        )
        for number in range(count)
    ]
    return Submission.objects.bulk_create(made)


@pytest.mark.parametrize("address", [MINE, MEWA, SECRETARIAT])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_desk_is_shown_in_every_language(address: str, language: str) -> None:
    cases.submission(State.SECRETARIAT_REVIEW, by=cases.author())
    answer = get(cases.secretariat(), address.replace("/en/", f"/{language}/"))
    assert answer.status_code == 200
    assert f'<html lang="{language}"' in answer.content.decode()


def test_a_section_sees_its_own_and_nobody_elses() -> None:
    cases.submission(State.INTEREST, title="Ours")
    cases.submission(State.INTEREST, section="africa", title="Theirs")
    Submission.objects.filter(section__code="africa").update(title="Theirs")
    answer = get(cases.staff(), MEWA, state="open")
    assert titles(answer) == ["Ours"]
    assert titles(get(cases.staff(), f"{MEWA}?section=africa")) == ["Ours"]
    assert get(cases.staff(), "/en/desks/africa/").status_code == 404
    assert get(cases.staff(), SECRETARIAT).status_code == 404
    assert get(cases.author(), MEWA).status_code == 404
    assert get(cases.secretariat(), "/en/desks/nowhere/").status_code == 404


def test_who_is_not_logged_in_is_asked_to() -> None:
    for address in (MINE, MEWA, SECRETARIAT):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert address in answer["Location"]


def test_what_nobody_confirmed_is_on_no_desk_but_its_authors() -> None:
    cases.submission(State.UNCONFIRMED)
    assert titles(get(cases.secretariat(), SECRETARIAT, q="médina")) == []
    assert titles(get(cases.staff(), MEWA, q="médina")) == []
    assert len(titles(get(cases.author(), MINE))) == 1


def test_staff_who_write_themselves_do_not_find_it_on_the_sections_desk() -> None:
    cases.submission(State.INTEREST, by=cases.staff())
    assert titles(get(cases.staff(), MEWA, q="médina")) == []
    assert len(titles(get(cases.staff(), MINE))) == 1


def test_authors_see_what_is_asked_of_them_first() -> None:
    made = [cases.submission(state) for state in (State.PUBLISHED, State.DRAFT, State.INTEREST)]
    asked = cases.submission(State.INTEREST_QUESTION)
    answer = get(cases.author(), MINE)
    keys = [one.key for one in answer.context["listing"].rows]
    assert keys[0] == asked.key
    assert keys[1] == made[1].key
    assert "Une question ?" in answer.content.decode()


@pytest.mark.parametrize("address", [MEWA, SECRETARIAT, MINE])
def test_every_number_is_that_of_the_list_behind_it(address: str) -> None:
    for state in State:
        cases.submission(state)
    late = cases.submission(State.SECTION_REVIEW)
    other = cases.submission(State.SECRETARIAT_REVIEW, section="africa")
    Submission.objects.filter(pk=late.pk).update(
        due=timezone.localdate() - datetime.timedelta(days=1),
        state_since=timezone.now() - datetime.timedelta(days=12),
        assigned=cases.secretariat(),
    )
    Submission.objects.filter(pk=other.pk).update(
        state_since=timezone.now() - datetime.timedelta(days=40)
    )
    drain()
    user = cases.author() if address == MINE else cases.secretariat()
    page = get(user, address).content.decode()
    links = re.findall(
        r'<a[^>]*href="(\?[^"]*)#list"[^>]*>(?:<b>|<span>[^<]*</span> <span class="soft">)?(\d+)<',
        page,
    )
    assert len(links) > (4 if address == MINE else 7)
    for query, number in links:
        listed = get(user, f"{address}{html.unescape(query)}").context["listing"].total
        assert listed == int(number), query


def test_published_works_are_counted_as_the_public_list_has_them() -> None:
    cases.submission(State.PUBLISHED)
    cases.submission(State.SECTION_REVIEW)
    drain()
    page = get(cases.staff(), MEWA)
    coverage = page.context["coverage"]
    (country,) = coverage.countries
    assert (country.entry.code, country.published, country.coming) == ("TUN", 1, 1)
    assert {row.entry.code: (row.published, row.coming) for row in coverage.goals} == {
        "sdg-11": (1, 1),
        "sdg-13": (1, 1),
    }
    assert len(coverage.missing) == 15
    link = "/en/search/?section=mewa&amp;region=TUN"
    assert f'href="{link}"' in page.content.decode()
    assert get(cases.staff(), html.unescape(link)).context["answer"].total == 1


def test_goals_of_what_is_public_are_those_that_the_secretariat_confirmed() -> None:
    made = cases.submission(State.SECRETARIAT_REVIEW)
    flow.perform(made, "publish", cases.secretariat(), decision=cases.decision(goals=("sdg-05",)))
    assert len(titles(get(cases.staff(), MEWA, sdg="sdg-05"))) == 1
    assert titles(get(cases.staff(), MEWA, sdg="sdg-11")) == []


def test_what_lacks_a_language_is_listed_until_it_can_be_read() -> None:
    made = cases.submission(State.PUBLISHED)
    assert len(titles(get(cases.secretariat(), SECRETARIAT, lacks="es"))) == 1
    assert titles(get(cases.secretariat(), SECRETARIAT, lacks="fr")) == []
    assert made.page is not None
    cases.submission(State.SECTION_REVIEW)
    assert len(titles(get(cases.secretariat(), SECRETARIAT, lacks="es"))) == 1


@pytest.mark.parametrize(
    ("words", "count"), [("medina", 1), ("MÉDINA pied", 1), ("tunis ville", 1), ("zzz", 0)]
)
def test_words_are_found_whatever_their_case_and_accents(words: str, count: int) -> None:
    cases.submission(State.INTEREST)
    assert len(titles(get(cases.staff(), MEWA, q=words))) == count


def test_a_reference_is_found() -> None:
    made = cases.submission(State.PUBLISHED)
    assert len(titles(get(cases.staff(), MEWA, q=made.reference.lower()))) == 1


@pytest.mark.parametrize(
    "query",
    [
        "state=zzz&turn=zzz&age=zzz&lacks=zzz&sdg=zzz&country=zzz&section=zzz&assigned=zzz",
        "page=0",
        "page=-1",
        "page=abc",
        "page=999999",
        "state=interest&state=zzz",
        "q=" + "x" * 5000,
        "q=%00%ff",
        "format=xml",
        "state=unconfirmed",
    ],
)
def test_a_query_that_makes_no_sense_is_answered(query: str) -> None:
    cases.submission(State.INTEREST)
    for address, user in (
        (MEWA, cases.staff()),
        (SECRETARIAT, cases.secretariat()),
        (MINE, cases.author()),
    ):
        assert get(user, f"{address}?{query}").status_code == 200


def test_lists_have_pages_and_filters_survive_them() -> None:
    many(60)
    many(3, State.DRAFT)
    answer = get(cases.staff(), MEWA, turn="section", country="TUN", page=2)
    assert titles(answer) == [f"Rue {number:03}" for number in range(25, 50)]
    page = answer.content.decode()
    assert 'href="?turn=section&amp;country=TUN&amp;page=3"' in page
    assert 'href="?turn=section&amp;country=TUN"' in page
    assert len(titles(get(cases.staff(), MEWA, turn="section", page=3))) == 10


def test_what_is_due_first_comes_first() -> None:
    many(3)
    assert titles(get(cases.staff(), MEWA)) == ["Rue 000", "Rue 001", "Rue 002"]


@pytest.mark.parametrize("address", [MEWA, SECRETARIAT, MINE])
def test_desks_take_as_many_queries_however_many_submissions_there_are(address: str) -> None:
    user = cases.someone("both@example.org", (EDITOR, ""))

    def queries() -> int:
        browser = Client()
        browser.force_login(user)
        browser.get(address)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            browser.get(address)
            browser.get(address, {"state": "open", "q": "rue", "sdg": "sdg-11"})
        return len(captured)

    def more(count: int) -> None:
        for state in _EACH_TURN:
            for one in many(count, state, values={"sdgs": ["sdg-11"]}):
                one.authors.add(user)

    more(1)
    few = queries()
    more(8)
    assert queries() == few
    assert few < 60


# CSV.


def rows(answer: Any) -> list[list[str]]:
    """Read a CSV file as a spreadsheet program does."""
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    text = answer.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def test_a_list_is_given_as_csv_whole_in_the_readers_language_and_filtered() -> None:
    many(30)
    many(4, State.DRAFT)
    found = rows(get(cases.staff(), "/fr/desks/mewa/", format="csv", turn="section"))
    assert len(found) == 31
    assert found[1][1] == "Rue 000"
    assert "Tunisie" in found[1]


def test_formulas_are_defused_and_addresses_stay_out() -> None:
    made = cases.submission(State.INTEREST)
    Submission.objects.filter(pk=made.pk).update(
        title='=HYPERLINK("https://example.org","x")', author_organisation="+33 Ville"
    )
    answer = get(cases.staff(), MEWA, format="csv")
    (_headings, row) = rows(answer)
    assert row[1] == '\'=HYPERLINK("https://example.org","x")'
    assert "'+33 Ville" in row
    assert "@" not in answer.content.decode()


def test_every_list_is_given_to_those_alone_who_may_see_it() -> None:
    cases.submission(State.INTEREST)
    assert get(cases.staff("africa"), MEWA, format="csv").status_code == 404
    assert get(cases.staff(), SECRETARIAT, format="csv").status_code == 404
    assert len(rows(get(cases.author(), MINE, format="csv"))) == 2
    assert len(rows(get(cases.secretariat(), SECRETARIAT, format="csv", state="open"))) == 2
    assert len(rows(get(cases.staff(), MINE, format="csv"))) == 1


# The links to the desks.


def test_everybody_is_led_to_their_desks() -> None:
    both = cases.someone(
        "both@example.org", (SECTION_STAFF, "mewa"), (SECTION_STAFF, "africa"), (EDITOR, "")
    )
    assert [link.url for link in desk_links(both)] == [
        reverse("submissions:desk", args=["africa"]),
        reverse("submissions:desk", args=["mewa"]),
        reverse("submissions:secretariat"),
    ]
    assert desk_links(cases.author()) == []
    assert desk_links(AnonymousUser()) == []


def test_the_links_cost_one_query(django_assert_num_queries: Any) -> None:
    staff = User.objects.get(pk=cases.staff().pk)
    template = Template("{% load submissions %}{% desk_links user as links %}{{ links|length }}")
    with django_assert_num_queries(2):  # the person's groups, the version of the terms
        assert template.render(Context({"user": staff})) == "1"
