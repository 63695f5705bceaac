"""The README: its Python runs as it stands there, and what it says of the courseworks is what is kept."""

import pathlib
import re
import subprocess
import sys

import lab.__main__ as terminal
from lab.bugs import BUGS
from lab.published.paragraphs import paragraphs

ROOT = pathlib.Path(__file__).parents[1]


def test_the_readmes_example_runs_and_prints_what_it_says():
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True
    )
    accuracy, starts, error = done.stdout.splitlines()
    assert float(re.search(r"([\d.]+)%", accuracy)[1]) >= 95
    assert int(re.search(r"(\d+) reach", starts)[1]) >= 60
    assert float(error.rsplit(" ", 1)[1]) <= 1e-6
    assert done.stderr == ""


def test_the_readmes_example_has_as_many_lines_as_its_heading_says():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    example = r"^## The engine in (\w+) lines\n\n```python\n(.*?)```"
    ((number, code),) = re.findall(example, readme, re.S | re.M)
    lines = [line for line in code.splitlines() if line.strip()]
    assert {"ten": 10, "eleven": 11, "twelve": 12}[number] == len(lines)


def test_the_exit_codes_have_the_meanings_that_the_program_documents():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    documented = " ".join(terminal.__doc__.split())
    (row,) = re.findall(r"^\| 1 \| (.*) \|$", readme, re.M)
    for reason in (
        "differs",
        "belongs to another experiment",
        "training failed by accident, so that there is nothing to compare with the fingerprint",
        "cannot be read",
        "task cannot be marked",
    ):
        assert reason in row
        assert reason in documented


def test_it_counts_the_bugs_and_the_tests_of_the_bug_lab():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (counts,) = re.findall(r"(\d+) bugs of the kind found in .*\s.* and which of (\d+) tests", readme)
    table = (ROOT / "docs/bugs.md").read_text(encoding="utf-8").split("prints this table")[1]
    heading, _, *rows = [line for line in table.splitlines() if line.startswith("|")]
    assert tuple(map(int, counts)) == (len(BUGS), heading.count("|") - 2)
    assert len(rows) == len(BUGS)


def test_hostile_links_were_opened_on_every_page_as_it_says():
    benchmarks = (
        (ROOT / "docs/benchmarks.md").read_text(encoding="utf-8").split("benchmarks.fuzz_links` opens")[1]
    )
    rows = re.findall(r"^\| (\w+) \| (\d+) \| 0 \| [\d.]+ \| [\d.]+ \| \d+ \| 0 \|$", benchmarks, re.M)
    assert sorted(page for page, _ in rows) == sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
    assert {n for _, n in rows} == {"1000"}
    named = " ".join(re.findall(r"--pages ([\w\s]+)`", benchmarks)).split()
    assert named == [page for page, _ in rows], "the commands open the pages of their tables"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"None of {len(rows)},000 hostile links, 1,000 to each page, caused a failure" in readme
    assert f"None of these {len(rows)},000 links caused a failure" in benchmarks


def test_its_paragraphs_about_the_courseworks_are_those_of_the_kept_starts():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [line[4] for line in readme.splitlines() if re.match(r"- \*\*[A-E]\.\*\* ", line)] == list("ABCDE")
    for letter, paragraph in paragraphs().items():
        assert f"- **{letter}.** {paragraph}\n" in readme
