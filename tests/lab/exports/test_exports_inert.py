"""Whatever the address or the points hold, an exported file stays the same program: only constants differ."""

import ast
import io
import json
import tokenize

import pytest
from exported import export

from data import DataConfig
from lab.exports import formats

PLAIN = "http://lab.example/decision_boundary?v=1"
HOSTILE = [
    'http://lab.example/"""\nimport os\nos.abort()\n"""?v=1',
    "http://lab.example/\n\nimport os",
    "http://lab.example/\r%time\u2028!ls\u2029?ls\x85\x0c%%bash",
    "http://lab.example/a\\",
    "http://lab.example/)](javascript:alert(1))<script>",
    "http://lab.example/\udcff\0",
    "http://[",
    "javascript:alert(1)",
]


def structure(code):
    """The syntax tree without what its strings say."""
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


def kinds(code):
    """The kinds of its tokens, and the text of all but strings."""
    tokens = tokenize.generate_tokens(io.StringIO(code).readline)
    return [(one.type, "" if one.type == tokenize.STRING else one.string) for one in tokens]


@pytest.mark.parametrize("write", [formats.script, formats.homework])
@pytest.mark.parametrize("link", HOSTILE)
def test_a_script_is_the_same_program_whatever_its_link_says(write, link):
    plain, hostile = (write(export("own points")._replace(link=one)) for one in (PLAIN, link))
    assert structure(hostile) == structure(plain)
    assert kinds(hostile) == kinds(plain)
    code, docstring = hostile.split('"""', 2)[2], hostile.split('"""', 2)[1]
    assert code == plain.split('"""', 2)[2]
    assert docstring.isascii()
    assert "\\" not in docstring


@pytest.mark.parametrize("link", HOSTILE)
def test_a_notebook_has_the_same_code_and_no_link_but_its_own(link):
    plain, hostile = (
        json.loads(formats.notebook(export("own points")._replace(link=one)))["cells"]
        for one in (PLAIN, link)
    )
    assert hostile[1:] == plain[1:]
    said = "".join(hostile[0]["source"])
    assert len(said.splitlines()) == len("".join(plain[0]["source"]).splitlines())
    assert said.count("](") <= 1
    assert "<" not in said
    assert "javascript:" not in said or "(http://lab.example/" in said


@pytest.mark.parametrize("points", ['"""\nimport os', "0,0,0;__import__('os');1,1,1", "%time\n!ls"])
def test_points_that_are_none_are_refused_and_others_left_out(points):
    own = export("own points")._replace(data=DataConfig(name="own_points", points=points))
    with pytest.raises(ValueError, match=r"^points, row"):
        formats.script(own)
    generated = export("as it stands")
    changed = generated._replace(data=DataConfig(points=points))
    assert formats.script(changed) == formats.script(generated)


def test_an_ordinary_link_is_written_as_it_is():
    link = PLAIN + "&l2=0%3B0.001&values=3+%2F+20&sets=normal%2A0.1&axis2=%E2%80%93"
    assert export("as it stands")._replace(link=link).address == link
    assert link in formats.script(export("as it stands")._replace(link=link))
