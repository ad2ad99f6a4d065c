"""A browser in which somebody writes: forms as the page gives them, changed, and sent."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

from django.test import Client

from portal.accounts.models import User
from practices.submissions.models import Submission


class _Inputs(HTMLParser):
    """Reads what the form with the fields would send, its buttons left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, Any] = {}
        self.inside = False
        self.area = ""
        self.select = ""

    def _add(self, name: str, value: str, *, many: bool = False) -> None:
        if many:
            self.found.setdefault(name, []).append(value)
        else:
            self.found[name] = value

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        have = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = "data-writing" in have or "/write/send/" in have.get("action", "")
        if not self.inside:
            return
        name, kind = have.get("name", ""), have.get("type", "text")
        if tag == "input" and name and kind not in ("file", "submit"):
            if kind == "checkbox":
                if "checked" in have:
                    self._add(name, have.get("value", "on"), many=True)
            elif kind != "radio" or "checked" in have:
                self._add(name, have.get("value", ""))
        elif tag == "textarea":
            self.area = name
            self.found[name] = ""
        elif tag == "select":
            self.select = name
            self.found[name] = ""
        elif tag == "option" and self.select and "selected" in have:
            self.found[self.select] = have.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.area:
            # A browser takes the first line end away.
            self.found[self.area] = self.found[self.area].removeprefix("\n")
            self.area = ""
        elif tag == "select":
            self.select = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.found[self.area] += data


def form_of(response: Any) -> dict[str, Any]:
    """Give what the form of a page would send as it stands."""
    reader = _Inputs()
    reader.feed(response.content.decode())
    return reader.found


class Window:
    """A window of a browser that shows one step."""

    def __init__(
        self, submission: Submission, step: str, user: User, client: Client | None = None
    ) -> None:
        self.client = client or Client()
        if client is None:
            self.client.force_login(user)
        self.url = f"/en/submissions/{submission.key}/write/{step}/"
        self.shown = self.client.get(self.url)
        assert self.shown.status_code == 200
        self.form = form_of(self.shown)

    def send(self, do: str = "save", **changes: Any) -> Any:
        """Send the form with changes; after a redirect or an answer the window shows that page."""
        self.form |= changes
        answer: Any = self.client.post(self.url, {**self.form, "do": do})
        self.shown = self.client.get(answer.url) if answer.status_code == 302 else answer
        self.form = form_of(self.shown)
        return answer

    def autosave(self, *names: str, **changes: Any) -> Any:
        """Send these fields as the script does, and take up what it takes up."""
        self.form |= changes
        wanted = {*names, *changes}
        fields = {name.split("-")[0] for name in wanted}
        data = {
            name: value
            for name, value in self.form.items()
            if name.removeprefix("was-").split("-")[0] in fields or name == "tab"
        }
        answer = self.client.post(
            self.url, {**data, "do": "autosave"}, headers={"accept": "application/json"}
        )
        if answer.status_code == 200:
            for name, told in answer.json()["fields"].items():
                self.form[f"was-{name}"] = told["was"]
        return answer
