"""Whatever the address or the points hold, an exported file stays the same program: only constants differ."""

import ast
import json
from dataclasses import replace

import pytest
from exported import export

from data import DataConfig
from lab.exports import formats

PLAIN = "http://lab.example/decision_boundary?v=1"
HOSTILE = [
    'http://lab.example/"""\nimport os\nos.abort()\n"""?v=1',
    "http://lab.example/\r%time\u2028!ls\u2029?ls\x85\x0c%%bash",
    "http://lab.example/a\\",
    "http://lab.example/)](javascript:alert(1))<script>",
    "http://lab.example/\udcff\0",
    "http://[",
    "javascript:alert(1)",
]


def linked(write, link):
    """The own points, written as if they came from this link."""
    return write(export("own points")._replace(link=link))


@pytest.mark.parametrize("write", [formats.script, formats.homework])
@pytest.mark.parametrize("link", HOSTILE)
def test_a_script_is_the_same_program_whatever_its_link_says(write, link):
    plain, hostile = linked(write, PLAIN), linked(write, link)
    ast.parse(hostile)  # no sign in it ends a source
    (_, docstring, code), (*_, same) = hostile.split('"""', 2), plain.split('"""', 2)
    assert code == same
    assert docstring.isascii()
    assert "\\" not in docstring


@pytest.mark.parametrize("link", HOSTILE)
def test_a_notebook_has_the_same_code_and_no_link_but_its_own(link):
    plain, hostile = (json.loads(linked(formats.notebook, one))["cells"] for one in (PLAIN, link))
    assert hostile[1:] == plain[1:]
    said = "".join(hostile[0]["source"])
    assert len(said.splitlines()) == len("".join(plain[0]["source"]).splitlines())
    assert said.count("](") <= 1
    assert "<" not in said
    assert "javascript:" not in said or "(http://lab.example/" in said


@pytest.mark.parametrize("points", ['"""\nimport os', "0,0,0;__import__('os');1,1,1"])
def test_points_that_are_none_are_refused_and_others_left_out(points):
    own = export("own points")._replace(data=DataConfig(name="own_points", points=points))
    with pytest.raises(ValueError, match=r"^points, row"):
        formats.script(own)
    generated = export("counts")
    changed = generated._replace(data=replace(generated.data, points=points))
    assert formats.script(changed) == formats.script(generated)


def test_an_ordinary_link_is_written_as_it_is():
    link = PLAIN + "&l2=0%3B0.001&values=3+%2F+20&sets=normal%2A0.1&axis2=%E2%80%93"
    assert link in linked(formats.script, link)
