"""Read a link whose trainings the terminal makes again."""

from lab.links import reader
from lab.links.pages import PAGES
from lab.links.reading import Unusable, quoted

PAGES_THAT_TRAIN = (
    "decision_boundary",
    "initialization",
    "optimization",
    "gradient_check",
    "bug_lab",
    "sweeps",
)


def read(link):
    """Return the Linked of a link as `reader.read`; raise Unusable also if its page trains no experiment."""
    linked = reader.read(link)
    if linked.page in PAGES and linked.page not in PAGES_THAT_TRAIN:
        fault = f"The page {quoted(linked.page)} trains no experiment"
        raise Unusable("link", linked.page, ", ".join(PAGES_THAT_TRAIN), fault)
    return linked
