"""The parameters of a link: which ones each page knows, and tidying them for browser and terminal alike."""

import difflib

from data import MAX_OWN_POINTS
from lab.links import sweep_plan as plan
from lab.links.experiment import refused_version, upgraded
from lab.links.fields import FIELDS
from lab.links.reading import flag, quoted, whole

EVERY_PAGE = ("v", "lock", "open")
EXPERIMENT = (*EVERY_PAGE, "fingerprint", "seeds", "points", "epoch", *FIELDS)
PAGES = {  # page: the parameters its links may have
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
        "step",  # the former name of h
    ),
    "bug_lab": (*EXPERIMENT, "mode", "bug", "hunt", "played"),
    "sweeps": (*EXPERIMENT, *plan.VIEW),
}
ANY_PAGE = tuple(dict.fromkeys(name for names in PAGES.values() for name in names))
WHOLE_NUMBERS = ("seeds", "epoch", "step", "d", "depth", "d_h", "m", "K", "examples", "hunt", *plan.RANGES)
FLAGS = ("predict", "train")
LISTS = ("sets", "open")  # a link may repeat these; of any other parameter the last one counts
STREAMLITS = ("embed", "embed_options")
MAX_CHARACTERS = 200 * MAX_OWN_POINTS  # of a parameter: the text of all own points is the longest
MAX_PUNCTUATION = 20  # characters after a link; looking at every one of thousands would take seconds
STOPS = ".,;:!?"
BRACKETS = dict(zip(")]}>’”»'\"", "([{<‘“«'\"", strict=True))  # {closing: opening}


def tidy(pairs):
    """Return {name: [text, …]} of the (name, text) pairs of a link as pasted.

    `&amp;` counts as `&`. Punctuation after the last text is dropped: it belongs to the sentence around the
    link. Parameters other than LISTS keep only their last text.
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
    """Return a text without the punctuation that a sentence or an e-mail puts after a link.

    That is stops, and brackets or quotation marks that the text did not open, up to MAX_PUNCTUATION of them.
    """
    for _ in range(MAX_PUNCTUATION):
        if text and (text[-1] in STOPS or _closes(text)):
            text = text[:-1]
    return text


def canonical(name, text):
    """Return the text of a page's own whole number or flag as its widget writes it; other texts stripped.

    Raise ValueError if it is not a whole number, or neither true nor false.
    """
    text = text.strip()
    if text and name in WHOLE_NUMBERS:
        return str(whole(text))
    return str(flag(text)).lower() if text and name in FLAGS else text


def unknown(page, names):
    """Return the sentence that names the parameters unknown to a page, or ""; `page` "" means any page."""
    known = PAGES.get(page, ANY_PAGE)
    strange = [name for name in names if not (name in known or name in STREAMLITS or name.startswith("utm_"))]
    if not strange:
        return ""
    names = ", ".join(quoted(name) + _suggestion(name, known) for name in strange[:3])
    more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
    return f"The link has {_counted(len(strange))} unknown here: {names}{more}."


def too_long(query):
    """Return {name: sentence} of the parameters of a link {name: [text, …]} that are too long to be read."""
    lengths = {name: sum(map(len, texts)) for name, texts in query.items()}
    return {
        name: f"{quoted(name)} has {n_characters:,} characters; allowed: up to {MAX_CHARACTERS:,}."
        for name, n_characters in lengths.items()
        if n_characters > MAX_CHARACTERS
    }


def problems(page, query):
    """Return sentences about an unknown version or parameters of a link {name: [text, …]} to a page."""
    version = refused_version({name: texts[-1] for name, texts in query.items()})
    return [sentence for sentence in (version, unknown(page, query)) if sentence]


def current(query):
    """Return the query {name: [text, …]} as Share would write it today, see `experiment.upgraded`."""
    now = upgraded({name: texts[-1] for name, texts in query.items()})
    return {name: texts if texts[-1] == now[name] else [now[name]] for name, texts in query.items()}


def _closes(text):
    """Return whether the last character is a bracket or quotation mark that the text did not open."""
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
    by_lower_case = {known_name.lower(): known_name for known_name in reversed(known)}
    near = difflib.get_close_matches(name.lower()[:60], by_lower_case, n=1)
    return f" (did you mean {by_lower_case[near[0]]}?)" if near else ""


def _counted(n):
    return "a parameter that is" if n == 1 else "parameters that are"
