"""The project's own rules about itself."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from portal.settings.environment import BASE_DIR as ROOT
from search.engines.elasticsearch_client import CLIENT_MAJOR
from tests.elasticsearch.distribution import VERSION

LOCKS = ("requirements.lock", "requirements-dev.lock")
MACHINE_PATH = re.compile(r"(?<![\w./:-])/(?:home|root|Users|work)/[\w.-]+")
TEXT = {
    ".cfg", ".css", ".csv", ".html", ".js", ".json", ".md", ".po", ".py", ".sh", ".svg", ".toml",
    ".txt", ".yaml", ".yml", ".lock", "",
}  # fmt: skip


def tracked() -> list[Path]:
    """The files that git tracks; those of an export without git, all that lie there."""
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def names(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_files_hold_versions_and_hashes_only(lock: str) -> None:
    for line in (ROOT / lock).read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(
            r"[a-z0-9-]+==[\w.]+( ; [^@/]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?", line
        ), line


def test_both_lock_files_have_the_same_versions() -> None:
    runtime, development = map(names, LOCKS)
    assert runtime.items() <= development.items()


def test_declared_dependencies_are_locked() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = re.findall(r'^  "([A-Za-z][\w-]+)[^"]*",$', project.split("[tool.", 1)[0], re.M)
    locked = names("requirements-dev.lock")
    assert declared
    assert [name for name in declared if name.lower() not in locked] == []


def test_no_file_mentions_a_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked()
        if path.suffix in TEXT and "vendor" not in path.parts
        for match in MACHINE_PATH.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_commands_that_the_documents_name_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    named = {
        (path.name, target)
        for path in documents
        for target in re.findall(r"`(?:[A-Z]+=\S+ )?make ([a-z][a-z-]*)", path.read_text("utf-8"))
    }
    assert {pair for pair in named if pair[1] not in targets} == set()


def test_what_the_documents_link_to_exists() -> None:
    missing = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8"))
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert missing == []


@pytest.mark.parametrize(
    "environment",
    [{"DATABASE_URL": "postgres://portal@db/portal"}, {"ALLOWED_HOSTS": "portal.example"}],
)
def test_a_server_is_asked_for_its_settings(environment: dict[str, str], tmp_path: Path) -> None:
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    result = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**clean, "VAR_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "portal.settings.production" in result.stderr


def test_compose_starts_the_search_server_that_the_tests_know() -> None:
    compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    assert f"image: elasticsearch:{VERSION}\n" in compose
    assert int(VERSION.split(".")[0]) >= CLIENT_MAJOR


def test_settings_that_compose_gives_are_read() -> None:
    settings = (ROOT / "portal/settings/environment.py").read_text(encoding="utf-8")
    compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    given = re.search(r"^x-portal.*?^(?=\S)(?!x-portal)", compose, re.MULTILINE | re.DOTALL)
    assert given
    for name in re.findall(r"^ +([A-Z][A-Z_]+):", given[0], re.MULTILINE):
        assert f'"{name}"' in settings, name


def test_compose_gives_every_setting() -> None:
    settings = (ROOT / "portal/settings/environment.py").read_text(encoding="utf-8")
    compose = (ROOT / "compose.yaml").read_text(encoding="utf-8")
    read = set(re.findall(r"(?:get|_list|_whole|_languages|_yes_or_no)\(\"([A-Z_]+)\"", settings))
    of_the_one_server = {f"ELASTICSEARCH_{end}" for end in ("API_KEY", "CA_CERTS", "INDEX")}
    of_the_one_server.add("ELASTICSEARCH_REPLICAS")
    assert "SECRET_KEY" in read
    for name in read - of_the_one_server:
        assert f"    {name}: " in compose, name


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    output = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=output)
    except SystemExit:
        pytest.fail(output.getvalue())


def production(**environment: str) -> subprocess.CompletedProcess[str]:
    """Run Django's deployment check under production settings."""
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**clean, "DJANGO_SETTINGS_MODULE": "portal.settings.production", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_settings_pass_the_deployment_check(tmp_path: Path) -> None:
    result = production(
        SECRET_KEY="k3y-" * 20 + "".join(chr(97 + n) for n in range(26)),
        ALLOWED_HOSTS="portal.example",
        BASE_URL="https://portal.example",
        VAR_DIR=str(tmp_path),
        DATABASE_URL="sqlite://:memory:",
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(("said", "needed"), [("", "True"), ("yes", "True"), ("no", "False")])
def test_who_may_publish_needs_a_second_step_in_production(
    tmp_path: Path, said: str, needed: str
) -> None:
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    asked = "from django.conf import settings; print(settings.REQUIRE_TWO_FACTOR)"
    result = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env={
            **clean,
            "DJANGO_SETTINGS_MODULE": "portal.settings.production",
            "SECRET_KEY": "x",
            "ALLOWED_HOSTS": "portal.example",
            "VAR_DIR": str(tmp_path),
            "REQUIRE_TWO_FACTOR": said,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stdout.strip() == needed


def test_a_setting_that_is_neither_yes_nor_no_is_named(tmp_path: Path) -> None:
    result = production(
        VAR_DIR=str(tmp_path),
        ALLOWED_HOSTS="portal.example",
        SECRET_KEY="x",
        REQUIRE_TWO_FACTOR="perhaps",
    )
    assert result.returncode != 0
    assert "REQUIRE_TWO_FACTOR: write yes or no" in result.stderr


def test_production_names_what_is_missing(tmp_path: Path) -> None:
    result = production(VAR_DIR=str(tmp_path), ALLOWED_HOSTS="portal.example")
    assert result.returncode != 0
    assert "SECRET_KEY must be set" in result.stderr
