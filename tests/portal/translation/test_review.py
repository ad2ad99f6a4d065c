"""A translation is sent by one person, read by another, and published by that approval."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.test import Client, TestCase
from django.urls import reverse
from wagtail.models import Page
from wagtail_localize.models import StringTranslation, Translation

from portal.accounts.models import User
from portal.accounts.roles import EDITOR, TRANSLATOR, Role, group_of
from portal.translation import review
from portal.translation.state import machine_strings
from tests import works
from tests.portal.translation.asking import ask, publish, translate_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world", "index")]


@pytest.fixture
def page() -> Any:
    return works.practice()


@pytest.fixture
def translation(page: Any) -> Translation:
    """A practice, wholly translated into Arabic and not sent yet."""
    made = ask(page, "ar")
    translate_all(made, "ع")
    return made


@pytest.fixture
def at(client: Client) -> Callable[[User], Client]:
    """The browser of somebody who has logged in."""

    def log_in(user: User) -> Client:
        browser = Client()
        browser.force_login(user)
        return browser

    return log_in


def second(role: Role, name: str = "second") -> User:
    """Give one more person of a role."""
    user = User.objects.create_user(f"{name}@example.org", "a password for tests")
    user.groups.add(group_of(role))
    return user


def submit(browser: Client, translation: Translation) -> Any:
    return browser.post(reverse("portal_translation:submit", args=[translation.pk]), follow=True)


def decide(
    browser: Client, translation: Translation, action: str, comment: str = "", seen: str = ""
) -> Any:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return browser.post(
            reverse("portal_translation:decide", args=[translation.pk]),
            {
                "action": action,
                "comment": comment,
                "seen": seen or review.fingerprint(translation),
            },
            follow=True,
        )


def live(translation: Translation) -> bool:
    return bool(translation.get_target_instance().live)


def test_a_translator_sends_and_an_editor_publishes(
    translation: Translation,
    translator: User,
    editor: User,
    at: Callable[[User], Client],
    client: Client,
) -> None:
    edit = reverse("wagtailadmin_pages:edit", args=[translation.get_target_instance().pk])
    html = at(translator).get(edit).content.decode()
    assert "Send to review" in html
    assert "Approve and publish" not in html
    answer = submit(at(translator), translation)
    assert "Sent to review." in answer.content.decode()
    assert not live(translation)
    assert [message.to for message in mail.outbox] == [[editor.email]]
    html = at(editor).get(edit).content.decode()
    assert "Approve and publish" in html
    assert review.fingerprint(translation) in html
    decide(at(editor), translation, "approve")
    assert live(translation)
    target = translation.get_target_instance()
    assert target.title.startswith("ع ")
    assert client.get(target.url).status_code == 200


def test_who_sent_it_cannot_approve_it(
    translation: Translation, editor: User, at: Callable[[User], Client]
) -> None:
    submit(at(editor), translation)
    answer = decide(at(editor), translation, "approve")
    assert answer.redirect_chain == [("/admin/", 302)]
    assert not live(translation)
    decide(at(second(EDITOR)), translation, "approve")
    assert live(translation)


def test_a_translator_decides_nothing(
    translation: Translation, translator: User, at: Callable[[User], Client]
) -> None:
    submit(at(translator), translation)
    decide(at(second(TRANSLATOR)), translation, "approve")
    decide(at(second(TRANSLATOR, "third")), translation, "return", "No.")
    assert not live(translation)
    assert review.task_of(translation.get_target_instance()) is not None


def test_staff_of_another_section_neither_send_nor_decide(
    translation: Translation, staff: Callable[[str], User], at: Callable[[User], Client]
) -> None:
    stranger = at(staff("aspac"))
    submit(stranger, translation)
    assert review.task_of(translation.get_target_instance()) is None


def test_returned_with_a_comment_and_sent_again(
    translation: Translation, translator: User, editor: User, at: Callable[[User], Client]
) -> None:
    submit(at(translator), translation)
    answer = decide(at(editor), translation, "return")
    assert "Say what is to be changed." in answer.content.decode()
    decide(at(editor), translation, "return", "The title is too long.")
    edit = reverse("wagtailadmin_pages:edit", args=[translation.get_target_instance().pk])
    html = at(translator).get(edit).content.decode()
    assert "The title is too long." in html
    submit(at(translator), translation)
    html = at(editor).get(edit).content.decode()
    assert "Approve and publish" in html
    assert "The title is too long." not in html
    decide(at(editor), translation, "approve")
    assert live(translation)


def test_what_lacks_passages_is_not_sent(
    translation: Translation, translator: User, at: Callable[[User], Client]
) -> None:
    StringTranslation.objects.filter(locale=translation.target_locale).first().delete()
    answer = submit(at(translator), translation)
    assert "1 passage has no translation yet." in answer.content.decode()
    assert review.task_of(translation.get_target_instance()) is None


def test_a_translation_of_something_unpublished_is_not_sent(
    page: Any, translation: Translation, translator: User, at: Callable[[User], Client]
) -> None:
    page.unpublish()
    answer = submit(at(translator), translation)
    assert "The original is not published" in answer.content.decode()


def test_it_is_sent_once(
    translation: Translation, translator: User, at: Callable[[User], Client]
) -> None:
    submit(at(translator), translation)
    answer = submit(at(translator), translation)
    assert "in review already" in answer.content.decode()


def test_what_changed_since_it_was_read_is_not_approved(
    translation: Translation, translator: User, editor: User, at: Callable[[User], Client]
) -> None:
    submit(at(translator), translation)
    seen = review.fingerprint(translation)
    translate_all(translation, "غ")
    answer = decide(at(editor), translation, "approve", seen=seen)
    assert "changed while you read it" in answer.content.decode()
    assert not live(translation)


def test_a_published_translation_stays_until_the_new_one_is_approved(
    page: Any,
    translation: Translation,
    translator: User,
    editor: User,
    at: Callable[[User], Client],
) -> None:
    publish(translation)
    page = works.publish(page, title="Another title")
    translation.refresh_from_db()
    translate_all(translation, "ب")
    submit(at(translator), translation)
    assert Page.objects.get(pk=translation.get_target_instance().pk).title.startswith("ع ")
    decide(at(editor), translation, "approve")
    assert translation.get_target_instance().title == "ب Another title"


def test_only_posts_change_anything(
    translation: Translation, editor: User, at: Callable[[User], Client]
) -> None:
    for name in ("submit", "decide", "approve_machine"):
        address = reverse(f"portal_translation:{name}", args=[translation.pk])
        assert at(editor).get(address).status_code == 405


class TestMachine:
    """What a machine wrote is said to be so until a person approves it."""

    NOTICE = "A machine translated this text"

    @pytest.fixture
    def translation(self, page: Any) -> Translation:
        made = ask(page, "es")
        translate_all(made, "ES", by="machine")
        publish(made)
        return made

    def text(self, client: Client, translation: Translation) -> str:
        page = Page.objects.get(pk=translation.get_target_instance().pk)
        return client.get(page.url, headers={"accept-language": "es"}).content.decode()

    def test_the_page_says_so(self, translation: Translation, client: Client, page: Any) -> None:
        assert translation.get_target_instance().machine_translated
        assert page.url in self.text(client, translation)
        assert "notice--warn" in self.text(client, translation)
        assert "notice--warn" not in client.get(page.url).content.decode()

    def test_an_editor_approves(
        self, translation: Translation, desk: Client, translator: User, at: Callable[[User], Client]
    ) -> None:
        address = reverse("portal_translation:approve_machine", args=[translation.pk])
        at(translator).post(address)
        assert translation.get_target_instance().machine_translated
        answer = desk.post(address, follow=True)
        assert "approved" in answer.content.decode()
        assert not translation.get_target_instance().machine_translated
        assert "notice--warn" not in self.text(desk, translation)

    def test_approval_in_review_is_approval(
        self,
        translation: Translation,
        translator: User,
        editor: User,
        at: Callable[[User], Client],
    ) -> None:
        submit(at(translator), translation)
        decide(at(editor), translation, "approve")
        assert not translation.get_target_instance().machine_translated

    def test_publishing_alone_is_none(self, translation: Translation) -> None:
        publish(translation)
        assert translation.get_target_instance().machine_translated

    def test_one_passage_is_enough(self, translation: Translation) -> None:
        found = machine_strings(translation)
        found.exclude(pk=found.values_list("pk", flat=True)[0]).update(translation_type="manual")
        publish(translation)
        assert translation.get_target_instance().machine_translated
        found.update(translation_type="manual")
        publish(translation)
        assert not translation.get_target_instance().machine_translated


class TestUpdating:
    """wagtail-localize's "update existing translations" publishes for whoever may ask for them."""

    def post(self, browser: Client, translation: Translation) -> Any:
        address = reverse("wagtail_localize:update_translations", args=[translation.source_id])
        with TestCase.captureOnCommitCallbacks(execute=True):
            return browser.post(address, {"publish_translations": "on"})

    def test_a_translator_does_not_publish_so(
        self, translation: Translation, translator: User, at: Callable[[User], Client]
    ) -> None:
        answer = self.post(at(translator), translation)
        assert answer.status_code == 302
        assert not live(translation)

    def test_an_editor_may(
        self, translation: Translation, editor: User, at: Callable[[User], Client]
    ) -> None:
        self.post(at(editor), translation)
        assert live(translation)

    def test_only_who_may_edit_the_original(
        self,
        translation: Translation,
        staff: Callable[[str], User],
        at: Callable[[User], Client],
    ) -> None:
        other = staff("aspac")
        other.user_permissions.add(Permission.objects.get(codename="submit_translation"))
        answer = at(other).get(
            reverse("wagtail_localize:update_translations", args=[translation.source_id])
        )
        assert answer.status_code == 302
        assert "/admin/" in answer["Location"]
