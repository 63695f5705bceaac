"""The table of which test finds which bug; `python -m lab.bugs.table` prints it for docs/bugs.md."""

import sys

from lab import output
from lab.bugs import BUGS, DETECTORS

MARK = "●"


def rows():
    """Return one dict per bug: its title under "bug", and MARK or "" under each test's column."""
    return [
        {"bug": bug.title} | {test.column: MARK * (name in bug.caught_by) for name, test in DETECTORS.items()}
        for bug in BUGS.values()
    ]


def markdown():
    """Return the rows as a Markdown table."""
    heads = list(rows()[0])
    lines = [heads, ["---", *[":-:"] * (len(heads) - 1)], *(row.values() for row in rows())]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


if __name__ == "__main__":
    sys.exit(output.guarded(lambda: output.say(markdown())))
