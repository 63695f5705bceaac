"""Bug hunts: which step of a program is wrong? The hunt's number comes from the student's seed."""

from lab.assignment import reading
from lab.assignment.kinds.kind import Asked, Kind, Mark, Offer, Solution, Wrong, chosen, drawn, unreadable
from lab.bugs import BUGS
from lab.bugs.hunt import MOST_HUNTS, NONE, hunt
from lab.links.reading import Unusable

NOTHING_WRONG = "There is no bug"
CHOICES = (NONE, *BUGS)  # a new bug comes last, so that a code keeps its meaning


def number_of(task, seed):
    """Return the number of a student's hunt."""
    asked = task.subject["hunt"]
    return int(drawn(task, seed).integers(1, MOST_HUNTS + 1)) if asked is True else asked


def title(key):
    """Return a hunt's answer in words."""
    return NOTHING_WRONG if key == NONE else BUGS[key].title


def ask(task, seed):
    """Return the Asked of a hunt; its page shows the program and the instruments."""
    number = number_of(task, seed)
    query = {"mode": "Hunt", "hunt": str(number), "lock": "1", "open": ""}
    prompt = f"**Bug hunt {number}.** One step of this program is wrong, or none. Which one?"
    return Asked(prompt, tuple(map(title, CHOICES)), (), "bug_lab", query)


def mark(task, seed, answer, trained=None):
    """Return the Mark of an answer; `wrong` is the key of the bug that was named."""
    place = chosen(answer, ask(task, seed))
    if place is None:
        return unreadable(answer)
    found = solve(task, seed)
    if str(place) == found.answer:
        return Mark(1.0, found.reason)
    if CHOICES[place] == NONE:
        return Mark(0.0, "Something is wrong with this program.", NONE)
    return Mark(0.0, f"That is not what is wrong with this program: {title(CHOICES[place])}.", CHOICES[place])


def solve(task, seed):
    """Return the Solution: the hidden bug, and what is wrong with the program."""
    key = hunt(number_of(task, seed)).answer
    why = "Every step of this program is right." if key == NONE else f"{BUGS[key].title}: {BUGS[key].why}"
    wrong = [Wrong(one, str(n), title(one)) for n, one in enumerate(CHOICES) if one != key]
    return Solution(str(CHOICES.index(key)), title(key), why, tuple(wrong))


def check(name, subject):
    """Raise Unusable unless the subject is {"hunt": true}, or {"hunt": a number}."""
    reading.mapping(name, subject, ("hunt",), ("hunt",))
    if subject["hunt"] is not True:
        if isinstance(subject["hunt"], bool) or not isinstance(subject["hunt"], int):
            allowed = f"true, or a number from 1 to {MOST_HUNTS:,}"
            raise Unusable(f"hunt of {name}", reading.short(subject["hunt"]), allowed)
        reading.whole(f"hunt of {name}", subject["hunt"], 1, MOST_HUNTS)


def offered():
    """Return two Offers: a different hunt for each student, and one for all."""
    return [
        Offer("A hunt for each student", "Hunts", {"hunt": True}),
        Offer("Hunt 7 for everybody", "Hunts", {"hunt": 7}),
    ]


HUNT = Kind("Bug hunt", offered, check, ask, mark, solve)
