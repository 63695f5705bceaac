"""Which floors and rooms import which, as a graph in the DOT language.

    python -m benchmarks.imports | dot -Tsvg > docs/imports.svg

`ruff analyze graph` finds the imports, and Graphviz draws them. An arrow's number counts the importing files.
"""

import collections
import json
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]
FLOORS = {"pages": "#92dadd", "ui": "#ffa90e", "lab": "#bd1f01", "mlp": "#3f90da", "data": "#94a4a2"}


def room(path):
    """Return "floor" or "floor/room" of a file; every package of a page is the room "ui/<page>"."""
    floor, *inner = pathlib.PurePath(path).parts
    if floor not in ("ui", "lab") or len(inner) < 2:
        return floor
    is_page = floor == "ui" and (ROOT / "pages" / f"{inner[0]}.py").exists()
    return "ui/<page>" if is_page else f"{floor}/{inner[0]}"


def arrows():
    """Return a Counter {(room, imported room): importing files}, without imports inside of a room."""
    found = subprocess.run(
        ["ruff", "analyze", "graph", *FLOORS], cwd=ROOT, check=True, capture_output=True, text=True
    )
    pairs = {
        (path, room(path), room(imported))
        for path, imports in json.loads(found.stdout).items()
        for imported in imports
    }
    return collections.Counter((here, there) for _, here, there in pairs if here != there)


def main():
    counts = arrows()
    print("digraph imports {\nnode [shape=box, style=filled, fontname=sans]; edge [fontname=sans];")
    for floor, colour in FLOORS.items():
        rooms = sorted({r for pair in counts for r in pair if r.split("/")[0] == floor})
        print(f'subgraph "cluster_{floor}" {{ label="{floor}"; fontname=sans;')
        for name in rooms:
            print(f'"{name}" [fillcolor="{colour}60"];')
        print("}")
    for (here, there), n in sorted(counts.items()):
        print(f'"{here}" -> "{there}" [label="{n}", penwidth={1 + n**0.5 / 2:.1f}];')
    print("}")


if __name__ == "__main__":
    main()
