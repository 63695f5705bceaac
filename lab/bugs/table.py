"""The table of which test finds which bug; `python -m lab.bugs.table` prints it for docs/bugs.md."""

from lab.bugs.catalogue import BUGS
from lab.bugs.detectors import DETECTORS

TITLES = {
    "gradient_check": "gradient check",
    "step_sweep": "many steps h",
    "penalty_apart": "penalty alone",
    "one_step": "one step",
    "data_statistics": "statistics",
    "same_example": "same example",
    "schedule": "schedule",
    "order": "order",
    "recount": "recount",
    "large_logits": "large logits",
}
MARK = "●"


def rows():
    """Return one dict per bug: its title under "bug", and under each test's title MARK or ""."""
    return [
        {"bug": bug.title} | {TITLES[name]: MARK * (name in bug.caught_by) for name in DETECTORS}
        for bug in BUGS.values()
    ]


def markdown():
    """Return the rows as a Markdown table."""
    heads = list(rows()[0])
    lines = [heads, ["---", *[":-:"] * (len(heads) - 1)], *(row.values() for row in rows())]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


if __name__ == "__main__":
    print(markdown())
