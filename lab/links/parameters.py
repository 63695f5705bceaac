"""The parameters of a link: which ones a page knows, and the same tidying for browser and terminal."""

import difflib

from lab.links import sweep_plan as plan
from lab.links.experiment import refused_version, upgraded
from lab.links.fields import FIELDS
from lab.links.reading import flag, quoted, whole

EVERY_PAGE = ("v", "lock", "open")
EXPERIMENT = (*EVERY_PAGE, "fingerprint", "seeds", "points", "epoch", *FIELDS)
PAGES = {  # page: what its links may say
    "home": (),
    "instructors": (),
    "derivation": (
        *EVERY_PAGE,
        *("activation", "loss", "l1", "l2", "init_seed"),
        *("d", "depth", "d_h", "m", "K", "step", "predict"),
    ),
    "decision_boundary": (*EXPERIMENT, "mode", "view", "compare", "values"),
    "initialization": (*EXPERIMENT, "sets", "train"),
    "gradient_check": (
        *(*EXPERIMENT, "examples", "scheme", "h", "precision", "which", "grid", "against"),
        "step",  # what h was called
    ),
    "bug_lab": (*EXPERIMENT, "mode", "bug", "hunt", "played"),
    "sweeps": (*EXPERIMENT, *plan.VIEW),
}
ANY_PAGE = tuple(dict.fromkeys(name for names in PAGES.values() for name in names))
WHOLE_NUMBERS = ("seeds", "epoch", "step", "d", "depth", "d_h", "m", "K", "examples", "hunt", *plan.RANGES)
FLAGS = ("predict", "train")
LISTS = ("sets", "open")  # which a link may repeat; of any other parameter the last one counts
STREAMLITS = ("embed", "embed_options")
STOPS = ".,;:!?"
BRACKETS = dict(zip(")]}>’”»'\"", "([{<‘“«'\"", strict=True))  # each with the one that opens it


def tidy(pairs):
    """{name: [text, …]} of the (name, text) pairs of a link as it was pasted.

    `&amp;` counts as `&`; the punctuation after the last text is dropped, as it belongs to the sentence
    that the link stood in; what does not repeat by nature has its last text alone.
    """
    pairs = [(_name(name), text) for name, text in pairs]
    if pairs:
        name, text = pairs[-1]
        pairs[-1] = name, unpunctuated(text) or text
    query = {}
    for name, text in pairs:
        query[name] = [*query.get(name, ()), text] if name in LISTS else [text]
    return query


def unpunctuated(text):
    """A text without what a sentence or a mail puts behind a link: stops, and brackets or quotation marks
    that close what the text did not open.
    """
    while text and (text[-1] in STOPS or _closes(text)):
        text = text[:-1]
    return text


def canonical(name, text):
    """A text of one of a page's own whole numbers or flags as its widget writes it; others stripped.

    Raises ValueError where it is none.
    """
    text = text.strip()
    if text and name in WHOLE_NUMBERS:
        return str(whole(text))
    return str(flag(text)).lower() if text and name in FLAGS else text


def unknown(page, names):
    """The sentence that names the parameters that a page does not know, or ""; any page where it is ""."""
    known = PAGES.get(page, ANY_PAGE)
    strange = [name for name in names if not (name in known or name in STREAMLITS or name.startswith("utm_"))]
    if not strange:
        return ""
    told = ", ".join(quoted(name) + _suggestion(name, known) for name in strange[:3])
    more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
    return f"The link has {_counted(len(strange))} unknown here: {told}{more}."


def problems(page, query):
    """Sentences about what a link {name: [text, …]} says that cannot be meant for its page."""
    version = refused_version({name: texts[-1] for name, texts in query.items()})
    return [sentence for sentence in (version, unknown(page, query)) if sentence]


def current(query):
    """The query {name: [text, …]} of a link with a version as Share would write it today."""
    now = upgraded({name: texts[-1] for name, texts in query.items()})
    return {name: texts if texts[-1] == now[name] else [now[name]] for name, texts in query.items()}


def _closes(text):
    """Whether the last character is a bracket or a quotation mark that the text did not open."""
    closing = text[-1]
    opening = BRACKETS.get(closing)
    if opening == closing:
        return text.count(closing) % 2 == 1
    return opening is not None and text.count(closing) > text.count(opening)


def _name(name):
    while name.startswith("amp;"):
        name = name.removeprefix("amp;")
    return name


def _suggestion(name, known):
    near = difflib.get_close_matches(name.lower()[:60], {one.lower(): one for one in known}, n=1)
    return f" (did you mean {next(one for one in known if one.lower() == near[0])}?)" if near else ""


def _counted(n):
    return "a parameter that is" if n == 1 else "parameters that are"
