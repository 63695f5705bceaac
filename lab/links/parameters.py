"""The parameters of a link: which ones each page knows, and tidying them for browser and terminal alike."""

import difflib

from data import MAX_OWN_POINTS
from lab.links import embedded, former_steps
from lab.links.experiment import refused_version, upgraded
from lab.links.pages import PAGES
from lab.links.reading import OverLimit, Unusable, flag, quoted, whole
from lab.words import listed

KNOWN = {name: (*page.others, *page.view) for name, page in PAGES.items()}
ANY_PAGE = tuple(dict.fromkeys(name for names in KNOWN.values() for name in names))
INITIAL = {name: value for page in PAGES.values() for name, value in page.view.items()}
FLAGS = tuple(name for name, value in INITIAL.items() if isinstance(value, bool))
WHOLE_NUMBERS = ("seeds", "epoch", *(name for name, value in INITIAL.items() if type(value) is int))
OF_A_BARE_QUERY = "decision_boundary"
LISTS = ("sets", "paths", "open")  # a link may repeat these; for other parameters the last one counts
STREAMLITS = ("embed", "embed_options")
MAX_CHARACTERS = 200 * MAX_OWN_POINTS  # of a parameter's text; the longest is the text of all own points
MAX_PUNCTUATION = 20  # characters after a link; examining thousands would take seconds
STOPS = ".,;:!?"
BRACKETS = dict(zip(")]}>’”»'\"", "([{<‘“«'\"", strict=True))  # {closing: opening}


def tidy(pairs):
    """Return {name: [text, …]} from the (name, text) pairs of a link as pasted.

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


def parameter_of(link, name):
    """Return the text of one parameter of a link as pasted; all of it, if it is the text alone."""
    text = link.strip().rpartition(f"{name}=")[2].partition("&")[0].partition("#")[0]
    return unpunctuated(text)


def unpunctuated(text):
    """Return a text without the punctuation that a sentence or an e-mail puts after a link.

    That is full stops and the like, and brackets or quotation marks that the text did not open; at most
    MAX_PUNCTUATION characters.
    """
    for _ in range(MAX_PUNCTUATION):
        if text and (text[-1] in STOPS or _closes(text)):
            text = text[:-1]
    return text


def page_of(query):
    """Return the page of a query {name: [text, …]} without an address; "" if it describes an experiment.

    It is the only page that knows all the parameters that any page knows. Raise Unusable if there is none, or
    more than one and none of them is OF_A_BARE_QUERY.
    """
    names = [name for name in query if name in ANY_PAGE]
    pages = [page for page, known in KNOWN.items() if {*names} <= {*known}]
    if OF_A_BARE_QUERY in pages:
        return ""
    if len(pages) == 1:
        return pages[0]
    belong = [
        f"{quoted(name)} belongs to {listed([page for page in KNOWN if name in KNOWN[page]])}"
        for name in names
        if name not in KNOWN[OF_A_BARE_QUERY]
    ]
    fault = f"The link names no page, and {'several have' if pages else 'none has'} all its parameters"
    allowed = "the whole address, with the page before the ?"
    more = f"; and {len(belong) - 3} more" * (len(belong) > 3)
    raise Unusable("link", names, allowed, f"{fault}: {'; '.join(belong[:3])}{more}")


def canonical(name, text):
    """Return the text of a page's own whole number or flag as its widget writes it; other texts stripped.

    Raise ValueError if it is not a whole number, or neither true nor false.
    """
    text = text.strip()
    if text and name in WHOLE_NUMBERS:
        return str(whole(text))
    return str(flag(text)).lower() if text and name in FLAGS else text


def unknown(page, names):
    """Return the Unusable that names parameters unknown to a page, or None; `page` "" means any page."""
    known = KNOWN.get(page, ANY_PAGE)
    strange = [name for name in names if not (name in known or name in STREAMLITS or name.startswith("utm_"))]
    if not strange:
        return None
    names = ", ".join(quoted(name) + _suggestion(name, known) for name in strange[:3])
    more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""
    which = "a parameter that is" if len(strange) == 1 else "parameters that are"
    sentence = f"The link has {which} unknown here: {names}{more}."
    return Unusable("parameters", strange, known, sentence=sentence)


def too_long(query):
    """Return an OverLimit for each parameter of a link {name: [text, …]} that is too long to be read."""
    return [
        over_length(name, quoted(name), n_characters, MAX_CHARACTERS)
        for name, texts in query.items()
        if (n_characters := sum(map(len, texts))) > MAX_CHARACTERS
    ]


def over_length(field, what, n_characters, most):
    """Return the OverLimit of a parameter or a link with more than `most` characters."""
    return OverLimit(field, n_characters, f"up to {most:,}", f"{what} has {n_characters:,} characters")


def problems(page, query):
    """Return the Unusables of a link {name: [text, …]} to a page: version, parameters, embedded view."""
    version = refused_version({name: texts[-1] for name, texts in query.items()})
    return [problem for problem in (version, unknown(page, query), _view(page, query)) if problem]


def _view(page, query):
    """Return the Unusable about the view of an embedded link, or None."""
    if query.get("embed", [""])[-1].lower() == "true":
        try:
            embedded.asked(page, query)
        except Unusable as problem:
            return problem
    return None


def current(page, query):
    """Return the query {name: [text, …]} of a link to a page as Share would write it today.

    See `experiment.upgraded`; steps of the derivation have keys, see `former_steps.renamed`.
    """
    now = upgraded({name: texts[-1] for name, texts in query.items()})
    now = former_steps.renamed(now) if page == "derivation" else now
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
