"""Which floors and rooms import which, as a graph in the DOT language.

    python -m benchmarks.imports | dot -Tsvg > docs/imports.svg

`ruff analyze graph` finds the imports, and Graphviz draws them. An arrow's number counts the importing files.
Between two floors there is one arrow, from frame to frame; rooms have arrows within their floor.
"""

import collections
import datetime
import json
import pathlib
import subprocess
import sys

from lab import output

ROOT = pathlib.Path(__file__).resolve().parents[1]
FLOORS = {"pages": "#92dadd", "ui": "#ffa90e", "lab": "#bd1f01", "mlp": "#3f90da", "data": "#94a4a2"}
SHARED = "links"  # the room of lab that is drawn; its other packages are one, "lab/<subject>"


def room(path):
    """Return "floor/room" of a file, or "floor/*.py"; every package of a page is the room "ui/<page>"."""
    floor, *inner = pathlib.PurePath(path).parts
    if floor not in ("ui", "lab"):
        return floor
    if len(inner) < 2:
        return f"{floor}/*.py"
    if floor == "lab":
        return f"lab/{inner[0] if inner[0] == SHARED else '<subject>'}"
    return "ui/<page>" if (ROOT / "pages" / f"{inner[0]}.py").exists() else f"ui/{inner[0]}"


def arrows():
    """Return a Counter {(importing, imported): importing files} of floors, and of rooms of the same floor."""
    analyzed = subprocess.run(
        ["ruff", "analyze", "graph", *FLOORS], cwd=ROOT, check=True, capture_output=True, text=True
    )
    pairs = {
        (path, *_ends(path, imported))
        for path, imports in json.loads(analyzed.stdout).items()
        for imported in imports
    }
    return collections.Counter((here, there) for _, here, there in pairs if here != there)


def _ends(path, imported):
    here, there = room(path), room(imported)
    floors = here.split("/")[0], there.split("/")[0]
    return (here, there) if floors[0] == floors[1] else floors


def graph(counts):
    """Return the lines of the graph of these arrows; those between floors end at the floors' frames."""
    yield "digraph imports {"
    yield "compound=true; node [shape=box, style=filled, fontname=sans]; edge [fontname=sans];"
    yield f'fontname=sans; label="importing files, {datetime.date.today()}";'
    first, last, frames = {}, {}, {}  # the rooms of a floor with the fewest arrows to them and from them
    for floor, colour in FLOORS.items():
        rooms = sorted({name for pair in counts for name in pair if name.startswith(f"{floor}/")}) or [floor]
        first[floor] = min(rooms, key=lambda name: sum(there == name for _, there in counts))
        last[floor] = min(rooms, key=lambda name: sum(here == name for here, _ in counts))
        frames[floor] = f"cluster_{floor}" if len(rooms) > 1 else ""
        yield f'subgraph "{frames[floor]}" {{ label="{floor}"; fontname=sans;'
        yield from (f'"{name}" [fillcolor="{colour}60"];' for name in rooms)
        yield "}"
    for (here, there), n in sorted(counts.items()):
        ends = f'"{last.get(here, here)}" -> "{first.get(there, there)}"'
        ltail, lhead = frames.get(here, ""), frames.get(there, "")
        yield f'{ends} [label="{n}", penwidth={1 + n**0.5 / 2:.1f}, ltail="{ltail}", lhead="{lhead}"];'
    yield "}"


def main():
    output.say("\n".join(graph(arrows())))


if __name__ == "__main__":
    sys.exit(output.guarded(main))
