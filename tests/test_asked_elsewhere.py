"""docs/asked_elsewhere.md: each link of ours is one that its page reads."""

import pathlib
import re
from urllib.parse import parse_qs, urlsplit

import pytest

from lab.derivation import Problem, derive
from lab.links import reader
from lab.links.pages import LISTED, PAGES

TEXT = (pathlib.Path(__file__).resolve().parents[1] / "docs/asked_elsewhere.md").read_text(encoding="utf-8")
ROWS = [line.split(" | ") for line in TEXT.splitlines() if line.startswith("| [")]
LINKS = re.findall(r"\((http://localhost:8501/[^)]+)\)", TEXT)


def test_each_row_names_an_issue_a_day_and_what_is_here():
    assert len(ROWS) >= 10
    for asked, since, what, here in ROWS:
        number, address = re.fullmatch(r"\| \[\D+ (\d+)\]\((https://github\.com/[^)]+)\)", asked).groups()
        assert address.endswith(f"/issues/{number}")
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", since)
        assert what
        assert any(link in here for link in LINKS) or "not here yet" in here


@pytest.mark.parametrize("link", LINKS, ids=lambda link: urlsplit(link).path + urlsplit(link).query[4:40])
def test_a_link_opens_what_its_row_says(link):
    linked = reader.read(link)
    assert linked.page in LISTED
    known = {*PAGES[linked.page].view, *PAGES[linked.page].others}
    query = parse_qs(urlsplit(link).query, strict_parsing=True)
    assert query.keys() <= known
    if linked.page == "derivation":
        assert query.get("step", ["loss"])[0] in {step.key for step in derive(Problem())}
