"""The lock file holds what requirements.txt asks for, at allowed versions, with hashes, and no more."""

import importlib.metadata
import pathlib
import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = pathlib.Path(__file__).resolve().parents[1]
TEXT = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PIN = re.compile(r"([a-z0-9-]+)==([^ ;]+)( ; [^\\]+)?((?: \\\n    --hash=sha256:[0-9a-f]{64})+)")


def without_comments(text):
    return "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip()


def asked(file):
    """The requirements that a file states itself, {name: Requirement}."""
    lines = without_comments((ROOT / file).read_text(encoding="utf-8")).splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("-")]
    return {canonicalize_name(one.name): one for one in found}


def locked():
    """{name: version} of the lock."""
    return {match[1]: Version(match[2]) for match in PIN.finditer(TEXT)}


ASKED, LOCKED = asked("requirements.txt"), locked()
INSTALLED = {canonicalize_name(one.name) for one in importlib.metadata.distributions() if one.name}


def test_every_line_is_a_package_at_one_version_with_a_hash():
    assert PIN.sub("", without_comments(TEXT)).strip() == ""
    names = [match[1] for match in PIN.finditer(TEXT)]
    assert len(names) == len(set(names)) > len(ASKED)


def test_no_index_and_no_path_is_named():
    for written in ("://", "index", "find-links", "file:", "@ "):
        assert written not in without_comments(TEXT)
    assert not re.search(r"://|file:|(?:^|\s)/\w", TEXT)


@pytest.mark.parametrize("name", ASKED)
def test_what_the_app_requires_is_locked_at_a_version_that_satisfies_it(name):
    assert LOCKED[name] in ASKED[name].specifier


@pytest.mark.parametrize("name", LOCKED)
def test_what_a_locked_package_needs_is_locked_too(name):
    installed = importlib.metadata.distribution(name) if name in INSTALLED else None
    if installed is None or Version(installed.version) != LOCKED[name]:
        pytest.skip("another version is installed here")
    for text in installed.requires or ():
        needed = Requirement(text)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            assert LOCKED[canonicalize_name(needed.name)] in needed.specifier


def test_nothing_is_locked_that_only_developers_need():
    tools = {name for kind in ("dev", "bench", "cluster") for name in asked(f"requirements-{kind}.txt")}
    assert tools
    assert not tools & LOCKED.keys()
