"""Links for a class: to a question, locked or open; to a bug hunt; to each student's own numbers."""

from urllib.parse import urlencode

from lab.questions import rooms as gallery
from lab.questions.preset import TRAIN

OPENABLE = ("noise", "hidden_layer_sizes", "activation", "learning_rate", "l2", "epochs", "init_seed")
LOCKABLE = ("decision_boundary", "initialization", "sweeps")  # pages whose every control a link can hide
HUNT, SHEET = "bug_lab", "derivation"
MOST_STUDENTS = 300


def rooms():
    """{what a page is about: its Room}, those of Home."""
    return {room.about: room for room in gallery.rooms()}


def page_of(room):
    """The name of a room's page in an address."""
    return room.script.removeprefix("pages/").removesuffix(".py")


def openable(room):
    """The fields that a locked link to the room may leave open; none where its page takes no lock."""
    return OPENABLE if page_of(room) in LOCKABLE else ()


def assignment(room, preset, left_open=None):
    """The query of a question; `left_open` names the controls of a locked link, None locks nothing.

    A locked link trains nothing by itself where its page asks for a prediction first.
    """
    query = gallery.query(room, preset)
    if left_open is None:
        return query
    unasked = {TRAIN: "false"} if TRAIN in query else {}
    return query | unasked | {"lock": "1", "open": ",".join(left_open)}


def hunt(number):
    """The query of a bug hunt, the same for everyone."""
    return {"mode": "Hunt", "hunt": str(number)}


def seeds(first, n):
    """A seed a student, in order."""
    return range(first, first + n)


def sheet(seed):
    """The query of the derivation on the numbers of a student."""
    return {"init_seed": str(seed)}


def address(base, page, query):
    """The whole link to a page of the app at the address `base`."""
    return f"{base}/{page}?{urlencode(query, doseq=True)}"
