"""Scripts and styles are sent without their comments, and otherwise as they are written."""

import pathlib

import pytest

from ui.frame import assets

ROOT = pathlib.Path(__file__).parents[3] / "ui"
SCRIPT = """// What it does.
//
const at = "https://example.org"; // stays, as it is not alone on its line
    // inside a function
export default function () {}
"""
STYLE = """/* one line */
a { color: red; } /* at the end */
/* two
   lines: { } */
b { content: "//"; }
"""


@pytest.mark.parametrize(
    ("name", "written", "sent"),
    [
        ("a.js", SCRIPT, [2, 4]),
        ("a.css", STYLE.replace(" /* at the end */", ""), [1, 4]),
    ],
)
def test_lines_of_comment_are_left_out(tmp_path, name, written, sent):
    (tmp_path / name).write_text(written, "utf-8")
    lines = written.splitlines()
    assert assets.text(tmp_path / "module.py", name).splitlines() == [lines[n] for n in sent]


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.js")), ids=lambda path: path.name)
def test_no_line_of_a_template_string_looks_like_a_comment(path):
    """A line that begins with two slashes inside backquotes would be left out, too."""
    inside = False
    for line in path.read_text("utf-8").splitlines():
        assert not (inside and line.lstrip().startswith("//"))
        inside ^= line.count("`") % 2 == 1
