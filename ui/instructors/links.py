"""Links for a class: to a question, locked or not; to a bug hunt; to each student's own problem sheet."""

from urllib.parse import urlencode

from lab.questions import rooms as gallery
from lab.questions.preset import TRAIN

OPENABLE = ("noise", "hidden_layer_sizes", "activation", "learning_rate", "l2", "epochs", "init_seed")
LOCKABLE = ("decision_boundary", "initialization", "sweeps")  # pages whose every control a link can hide
HUNT, SHEET = "bug_lab", "derivation"
MOST_STUDENTS = 300


def rooms():
    """Return {what a page is about: its Room}, as in the gallery on Home."""
    return {room.about: room for room in gallery.rooms()}


def page_of(room):
    """Return the name of a room's page in an address."""
    return room.script.removeprefix("pages/").removesuffix(".py")


def openable(room):
    """Return the fields that a locked link to the room may leave open; () if its page has no lock."""
    return OPENABLE if page_of(room) in LOCKABLE else ()


def assignment(room, preset, left_open=None):
    """Return the query of a question; `left_open` are the controls a locked link leaves open, None no lock.

    If the page asks for a prediction first, a locked link does not train by itself.
    """
    query = gallery.query(room, preset)
    if left_open is None:
        return query
    unasked = {TRAIN: "false"} if TRAIN in query else {}
    return query | unasked | {"lock": "1", "open": ",".join(left_open)}


def hunt(number):
    """Return the query of a bug hunt, the same for everyone."""
    return {"mode": "Hunt", "hunt": str(number)}


def seeds(first, n):
    """Return the seeds of n students, in order, as a range."""
    return range(first, first + n)


def sheet(seed):
    """Return the query of the derivation with a student's numbers."""
    return {"init_seed": str(seed)}


def address(base, page, query):
    """Return the complete link to a page of the app at the address `base`."""
    return f"{base}/{page}?{urlencode(query, doseq=True)}"
