"""docs/imports.svg shows the arrows that the imports have today."""

import collections
import html
import pathlib
import re

from benchmarks.imports import arrows, graph, room

PICTURE = pathlib.Path(__file__).resolve().parents[1] / "docs/imports.svg"


def drawn(lines):
    """The set of (from, to) that a graph in the DOT language has."""
    return {ends for line in lines for ends in re.findall(r'^"([^"]+)" -> "([^"]+)"', line)}


def test_the_picture_has_the_arrows_of_today():
    titles = re.findall(r'class="edge">\s*<title>(.*?)</title>', PICTURE.read_text(encoding="utf-8"))
    shown = {tuple(html.unescape(title).split("->")) for title in titles}
    assert shown == drawn(graph(arrows())), "python -m benchmarks.imports | dot -Tsvg > docs/imports.svg"


def test_rooms_are_packages_and_those_of_pages_and_subjects_are_one():
    rooms = {
        "pages/sweeps.py": "pages",
        "ui/app.py": "ui/*.py",
        "ui/sweeps/tables.py": "ui/<page>",
        "ui/charts/axes.py": "ui/charts",
        "lab/words.py": "lab/*.py",
        "lab/links/fields.py": "lab/links",
        "lab/bugs/tests.py": "lab/<subject>",
        "mlp/checks/kinks.py": "mlp",
        "data/store.py": "data",
    }
    assert {path: room(path) for path in rooms} == rooms


def test_an_arrow_between_floors_joins_their_frames():
    counts = {("ui", "lab"): 3, ("ui", "data"): 2, ("ui/<page>", "ui/frame"): 4, ("lab/links", "lab/*.py"): 1}
    lines = list(graph(collections.Counter(counts)))
    assert drawn(lines) == {
        ("ui/frame", "lab/links"),  # to the room that nothing imports, from the one that imports nothing
        ("ui/frame", "data"),
        ("ui/<page>", "ui/frame"),
        ("lab/links", "lab/*.py"),
    }
    (framed,) = (line for line in lines if line.startswith('"ui/frame" -> "lab/links"'))
    assert 'label="3"' in framed
    assert 'ltail="cluster_ui", lhead="cluster_lab"' in framed


def test_the_arrows_between_floors_point_down():
    floors = ["pages", "ui", "lab", "mlp", "data"]
    across = [ends for ends in arrows() if not any("/" in end for end in ends)]
    assert {("pages", "ui"), ("ui", "lab"), ("lab", "mlp"), ("lab", "data")} <= set(across)
    assert all(floors.index(here) < floors.index(there) for here, there in across)
