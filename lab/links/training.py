"""Read a link whose trainings the terminal makes again."""

import pathlib

from data import DataUnavailable
from lab.links import reader
from lab.links.pages import EVERY_PAGE, PAGES
from lab.links.reading import Unusable, quoted

PAGES_THAT_TRAIN = tuple(name for name, page in PAGES.items() if "epochs" in page.others)
OF_AN_ASSIGNMENT = {"tasks", "task"}
SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "pages"


def read(link):
    """Return the Linked of a link as `reader.read`; raise Unusable also if its page trains no experiment.

    That includes a page that does not exist, an assignment, and a hunt of the bug lab, whose program may have
    a bug.
    """
    linked = reader.read(link)
    name = linked.page
    if name in PAGES and name not in PAGES_THAT_TRAIN:
        raise _unusable(name, f"The page {quoted(name)} trains no experiment")
    if name and name not in PAGES and name not in {script.stem for script in SCRIPTS.glob("*.py")}:
        raise _no_page(name, link)
    query = reader.query_of(link)
    if not name and {*query} <= {*EVERY_PAGE} and (parameters := OF_AN_ASSIGNMENT & {*query}):
        sentence = (
            "The link has parameters of an assignment only and describes no experiment; copy the link of "
            "one of its experiments from the experiment's page."
        )
        raise Unusable(min(parameters), name, "a link that describes an experiment", sentence=sentence)
    mode = query.get("mode", [""])[-1].strip()
    if name in ("", "bug_lab") and mode == "Hunt":
        sentence = (
            "The link is to a hunt of the bug lab, whose program may have a bug; only the page bug_lab "
            "trains it. A link to the bug lab's gallery can be trained here."
        )
        raise Unusable("mode", mode, "Gallery", sentence=sentence)
    return linked


def check_data(experiments, load):
    """Raise DataUnavailable if all experiments are on the same data, and these cannot be loaded.

    `experiments` are [(data, config), …]. What else is wrong with a dataset concerns its own trials.
    """
    if len({(data.name, data.points) for data, _ in experiments}) == 1:
        try:
            load(experiments[0][0])
        except DataUnavailable:
            raise
        except (ValueError, MemoryError):
            pass


def _no_page(name, link):
    """Return the Unusable about a page that does not exist; it may be the folder of the lab."""
    problem = _unusable(name, f"The lab has no page {quoted(name)}")
    if f"/{name}" in link.partition("?")[0]:
        folder = f"If {quoted(name)} is the folder of the lab, write a slash after it"
        return Unusable(*problem.args[:3], sentence=f"{str(problem).removesuffix('.')}. {folder}.")
    return problem


def _unusable(page, fault):
    return Unusable("link", page, ", ".join(PAGES_THAT_TRAIN), fault)
