"""Links to one live element of a page, for a frame in another page: `embed=true&view=map&open=learning_rate`.

`embed=true` is Streamlit's own; `view` names the element. On a page with its own widget `view`, a colon
separates the two: `view=map:mean` is the map of the mean of all networks.
"""

from typing import NamedTuple

from lab.links.pages import PAGES
from lab.links.reading import Unusable
from lab.words import listed

MOST_CONTROLS = 3
MEAN, DISAGREEMENT = "mean", "disagreement"  # of the networks on the map
MOST_NETWORKS = 10
WHOLE_PAGE = ("tasks", "task", "class", "sheet", "lines")  # parameters that an element ignores


class View(NamedTuple):
    """An element of a page: its label, its default controls, whether it has a timeline."""

    page: str
    label: str
    controls: tuple[str, ...]
    has_timeline: bool
    height: int  # pixels needed at a width of 700 pixels

    @property
    def room(self):
        """The number of controls that a link can leave open, besides the timeline."""
        return MOST_CONTROLS - self.has_timeline


VIEWS = {
    "map": View("decision_boundary", "Map of the plane", ("hidden_layer_sizes",), True, 1100),
    "network": View("decision_boundary", "Diagram of the network", ("activation",), True, 1220),
    "curves": View("decision_boundary", "Loss and accuracy by epoch", ("learning_rate",), False, 820),
    "step": View("derivation", "A step of the derivation", ("activation",), False, 1400),
    "quiz": View("derivation", "A question of the derivation", (), False, 960),
}


class Asked(NamedTuple):
    """The element that a link asks for, and its controls.

    `own` is the text of the page's widget `view`, "" if it has none; `problems` are sentences about what the
    link asks for and the element does not show.
    """

    view: str
    controls: tuple[str, ...]
    own: str
    problems: tuple[str, ...] = ()


def views(page):
    """Return the names of a page's elements."""
    return tuple(name for name, view in VIEWS.items() if view.page == page)


def asked(page, query):
    """Return the Asked of an embedded link {name: [text, …]} to a page; None if it asks for a whole page.

    Raise Unusable for a view that the page does not have.
    """
    text = _text(query, "view")
    name, _, own = text.partition(":")
    default = PAGES[page].view.get("view")
    if name not in views(page):
        if views(page) and text and not (default and is_network(text)):
            raise Unusable("view", text, ", ".join(views(page)))
        return None
    if own and not (default and is_network(own)):
        allowed = f"{name}:{MEAN}, {name}:{DISAGREEMENT} or the number of a network, such as {name}:2"
        raise Unusable("view", text, allowed if default else name)
    view, own, problems = VIEWS[name], own or default or "", _not_shown(page, query)
    if name == "network" and not own.isdigit():
        allowed = "the number of a network, such as network:2. The diagram shows network 1"
        problems = (str(Unusable("view", text, allowed)), *problems)
    if "open" not in query:
        return Asked(name, view.controls, own, problems)
    opened = ",".join(query["open"]).replace(" ", "").split(",")
    names = tuple(one for one in dict.fromkeys(opened) if one)
    beside = " besides the timeline" if view.has_timeline else ""
    allowed = f"up to {view.room} controls{beside}, here {', '.join(names[: view.room])}"
    if len(names) > view.room:
        problems = (str(Unusable("open", ",".join(names), allowed)), *problems)
    return Asked(name, names[: view.room], own, problems)


def ignored(page, query):
    """Return a sentence on the parameters of a link {name: [text, …]} that an element ignores, or ""."""
    view = PAGES[page].view
    names = [name for name in WHOLE_PAGE if _text(query, name) not in ("", view.get(name, ""))]
    if not names:
        return ""
    them = "it" if len(names) == 1 else "them"
    return (
        f"The link has {listed(names)}, which only the whole page uses; an element is shown without {them}."
    )


def compares(query):
    """Return whether a link {name: [text, …]} compares experiments."""
    return _text(query, "mode") == "Compare"


def _not_shown(page, query):
    """Return sentences about what a link asks for and no element shows."""
    sentences = [ignored(page, query)]
    if "mode" in PAGES[page].view and compares(query):
        sentences.append(
            "The link asks for mode = 'Compare', but an element shows one experiment: that of the link's "
            "other settings."
        )
    return tuple(filter(None, sentences))


def _text(query, name):
    return query.get(name, [""])[-1].strip()


def is_network(text):
    """Return whether a text names what the map can show: a network's number, the mean or the disagreement."""
    numbers = map(str, range(1, MOST_NETWORKS + 1))
    return text in (MEAN, DISAGREEMENT, *numbers)
