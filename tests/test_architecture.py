"""Dependencies point one way, pages stay articles, files stay short: read from the source."""

import ast
import functools
import pathlib
import re
import subprocess
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[1]
STANDARD = sys.stdlib_module_names
PARTS = ("mlp", "data", "lab", "ui", "pages", "backprop_lab", "benchmarks", "deploy")
FLOORS = {  # each may import itself and those after it
    "pages": {"ui", "lab", "mlp", "data"},
    "ui": {"lab", "mlp", "data"},
    "lab": {"mlp", "data"},
    "mlp": set(),
    "data": set(),
}
LIBRARIES = {"mlp": {"numpy"}, "lab": {"numpy", "latex2mathml"}, "data": {"numpy", "pooch"}}
PACKAGES = {page.stem for page in (ROOT / "pages").glob("*.py")}  # of ui, named as the pages


def sources(pattern):
    """Files of ours that match; an empty list where there are none yet."""
    return sorted(ROOT.glob(pattern))


def shipped():
    """Every Python file that is not a test."""
    return sources("*.py") + [path for part in PARTS for path in sources(f"{part}/**/*.py")]


def named(path):
    return str(path.relative_to(ROOT))


def imports(code, package):
    """Every dotted name that the code imports, relative ones resolved against `package`."""
    names = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            names |= {base} | {f"{base}.{alias.name}" for alias in node.names}
    return names


@functools.cache
def imported_by(path):
    return imports(path.read_text(encoding="utf-8"), ".".join(path.relative_to(ROOT).parts[:-1]))


def top_level(path):
    return {name.split(".")[0] for name in imported_by(path)}


def texts(code):
    """Every text of the code, a computed value in it as the digit 0."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "0" for part in node.values)


def occurrences(needle, paths):
    return [named(path) for path in paths if re.search(needle, path.read_text(encoding="utf-8"))]


def test_the_reader_of_imports_sees_every_kind():
    code = "import a.b\nfrom c import d\nfrom . import e\nfrom .f import g\ndef h():\n    from ..i import j"
    assert imports(code, "ui.charts") == {"a.b", "c", "c.d", "ui.charts", "ui.charts.e", "ui.charts.f"} | {
        "ui.charts.f.g",
        "ui.i",
        "ui.i.j",
    }


def test_the_engine_and_the_data_are_there_to_be_read():
    # guards the tests below, which pass over what does not exist
    assert {"mlp/network.py", "mlp/training.py", "data/loading.py"} <= {named(path) for path in shipped()}


@pytest.mark.parametrize("part", FLOORS)
def test_imports_point_down(part):
    found = {named(path): top_level(path) & {*PARTS, "tests"} for path in sources(f"{part}/**/*.py")}
    assert {path: names for path, names in found.items() if not names <= {part, *FLOORS[part]}} == {}


def test_no_package_of_a_page_imports_another_pages():
    others = {}
    for path in sources("ui/**/*.py"):
        imported = {name.split(".")[1] for name in imported_by(path) if name.startswith("ui.")}
        others[named(path)] = imported & PACKAGES - {path.parts[len(ROOT.parts) + 1]}
    assert {path: names for path, names in others.items() if names} == {}


def test_every_file_of_ui_stands_in_a_room():
    assert [named(path) for path in sources("ui/*.py")] == ["ui/__init__.py"]


@pytest.mark.parametrize("part", LIBRARIES)
def test_the_floors_below_ui_import_numpy_and_the_standard_library_and_the_data_pooch(part):
    known = {*STANDARD, part, *FLOORS[part], *LIBRARIES[part]}
    found = {named(path): top_level(path) - known for path in sources(f"{part}/**/*.py")}
    assert {path: names for path, names in found.items() if names} == {}


def test_the_lab_is_imported_whole_without_streamlit_altair_or_pandas():
    heavy = "('streamlit', 'altair', 'pandas', 'PIL', 'pooch', 'pyarrow')"
    modules = [".".join(p.relative_to(ROOT).with_suffix("").parts) for p in sources("lab/**/*.py")]
    code = f"import importlib, sys; sys.modules.update(dict.fromkeys({heavy})); " + (
        f"[importlib.import_module(name) for name in {modules}]"  # a module that is None cannot be imported
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == ""


def test_charts_know_neither_streamlit_nor_the_engine():
    charts = sources("ui/charts*.py") + sources("ui/charts*/**/*.py")
    assert [named(path) for path in charts if top_level(path) & {"streamlit", "mlp"}] == []


def test_a_page_imports_no_other_page_and_draws_no_chart_of_its_own():
    pages = sources("pages/**/*.py")
    names = {page.stem for page in sources("pages/*.py")} | {"pages"}
    assert [named(path) for path in pages if top_level(path) & names] == []
    assert occurrences(r"alt\.Chart\(", pages) == []


def test_session_state_appears_in_ui_alone():
    elsewhere = [path for path in shipped() if path.parts[len(ROOT.parts)] != "ui"]
    assert occurrences("session_state", elsewhere) == []


def test_streamlit_and_altair_appear_in_ui_and_pages_alone():
    allowed = {"ui", "pages", "streamlit_app.py", "backprop_lab", "benchmarks"}  # the last two start it
    elsewhere = [path for path in shipped() if path.parts[len(ROOT.parts)] not in allowed]
    assert [named(path) for path in elsewhere if top_level(path) & {"streamlit", "altair"}] == []


def test_no_mark_of_a_test_module_replaces_another():
    assert occurrences(r"(?m)^pytestmark =[\s\S]*^pytestmark =", sources("tests/**/*.py")) == []


def test_nothing_from_outside_is_unpickled_or_evaluated():
    assert occurrences(r"(?i)pickle(?!=False)", shipped()) == []
    assert occurrences(r"(?<![\w.])(eval|exec)\(", shipped()) == []


def test_files_stay_short_enough_to_read_and_contributors_are_told_the_limits():
    rule = re.search(
        r"in at most (\d+) lines; a page has at most (\d+), a chapter of the derivation (\d+)\.",
        " ".join((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split()),
    )
    most, of_page, of_chapter = map(int, rule.groups())
    assert (most, of_page, of_chapter) == (250, 150, 450)
    limits = {"pages": of_page, "chapters": of_chapter}
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in shipped()}
    assert [named(path) for path, n in lengths.items() if n > limits.get(path.parent.name, most)] == []


SPACED = re.compile(r"\d\s\\?%")


@pytest.mark.parametrize(
    "code", ['"under 5 % of all"', 'f"{share:.0f} % of"', '"a 5" " %"', 'r"$5\\,x + 3 \\%$"', '"5\u00a0%"']
)
def test_a_space_before_a_percent_sign_is_seen_in_every_kind_of_text(code):
    assert any(map(SPACED.search, texts(code)))


def test_no_text_has_a_space_before_a_percent_sign():
    spoken = [
        path for path in shipped() if path.parts[len(ROOT.parts)] in ("ui", "lab", "pages", "mlp", "data")
    ]
    written = {path: texts(path.read_text(encoding="utf-8")) for path in spoken}
    written |= {
        path: [path.read_text(encoding="utf-8")] for path in sources("*.md") + sources("docs/**/*.md")
    }
    assert [named(path) for path, lines in written.items() if any(map(SPACED.search, lines))] == []


NAME_IN_BRACES = re.compile(r"\{[a-z_]{2,}[\w.()\[\]]*(:[^}]*)?\}")


def unfilled(code):
    """The parts of f-strings, but for LaTeX, in which a name in braces is text because an f is missing."""
    joined = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.JoinedStr)]
    parts = [part.value for node in joined for part in node.values if isinstance(part, ast.Constant)]
    return [part for part in parts if NAME_IN_BRACES.search(part) and "\\" not in part]


def test_a_name_in_braces_without_its_f_is_seen():
    assert unfilled('f"{a} of the " "seeds ({ensemble.n_seeds})"') == [" of the seeds ({ensemble.n_seeds})"]
    assert unfilled('f"{a} of the " f"seeds ({ensemble.n_seeds})"') == []


def test_every_name_in_braces_is_filled_in():
    found = {named(path): unfilled(path.read_text(encoding="utf-8")) for path in shipped()}
    assert {path: parts for path, parts in found.items() if parts} == {}
