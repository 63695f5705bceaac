"""Tasks that are a question from a page's menu: its experiment, its choices, and the computed answer.

The question and its answer are the same for every student; the order of its choices comes from the seed.
"""

from lab.assignment import engine, reading
from lab.assignment.kinds.kind import Asked, Kind, Mark, Offer, Solution, Wrong, chosen, drawn, unreadable
from lab.links.fields import FIELDS
from lab.links.pages import PAGES
from lab.links.reading import Unusable, quoted
from lab.questions import derive, learn, preset, search, verify
from lab.questions.answer import Unanswered
from lab.questions.rooms import rooms

NOT_OFFERED = {  # {page: {key of a question: why it cannot be a task}}
    "gradient_check": {
        "e-an-epoch-by-a-loop-and-by-matrices": "its answer is a time measured on the computer that answers, "
        "and another computer may find another",
    },
}
QUESTIONS = {  # {page: its Presets}
    "decision_boundary": learn.DECISION_BOUNDARY,
    "derivation": derive.DERIVATION,
    "initialization": learn.INITIALIZATION,
    "optimization": learn.OPTIMIZATION,
    "gradient_check": tuple(
        one for one in verify.GRADIENT_CHECK if one.key not in NOT_OFFERED["gradient_check"]
    ),
    "bug_lab": verify.BUG_LAB,
    "sweeps": search.SWEEPS,
}


def preset_of(task):
    """Return the Preset of a task."""
    return next(one for one in QUESTIONS[task.subject["page"]] if one.key == task.subject["question"])


def query(task):
    """Return the query of the locked page: the question's experiment, and the controls left open."""
    page, asked = task.subject["page"], preset_of(task)
    room = next(one for one in rooms() if one.page == page)
    if room.defaults is None:
        linked = {name: preset.parameter(value) for name, value in asked.changes.items()}
    else:
        linked = preset.query(asked, room.defaults)
    untrained = {preset.TRAIN: "false"} if preset.TRAIN in linked else {}
    return linked | untrained | {"lock": "1", "open": ",".join(task.subject.get("open", ()))}


def ask(task, seed):
    """Return the Asked of a question, its choices in the student's order."""
    asked = preset_of(task)
    choices = tuple(asked.choices[n] for n in _order(task, seed))
    prompt = f"**{asked.question}** {asked.predict}"
    return Asked(prompt, choices, (), task.subject["page"], query(task))


def _order(task, seed):
    return drawn(task, seed).permutation(len(preset_of(task).choices)).tolist()


def mark(task, seed, answer, trained=None):
    """Return the Mark of an answer; the engine computes the right one, once for all students."""
    if chosen(answer, ask(task, seed)) is None:
        return unreadable(answer)
    try:
        found = _answer(task)
    except Unanswered as why:
        return unanswered(why)
    return marked(task, seed, answer, found)


def unanswered(why):
    """Return the Mark of any answer if there is no right one; `why` is the exception that says so."""
    return Mark(1.0, f"{why} So every answer counts as right.")


def marked(task, seed, answer, found):
    """Return the Mark of an answer compared with the Answer that the engine computed."""
    number = chosen(answer, ask(task, seed))
    if number is None:
        return unreadable(answer)
    order, choices = _order(task, seed), preset_of(task).choices
    if order[number] == found.right:
        return Mark(1.0, found.sentence)
    right = f"The engine finds: {choices[found.right]}. {found.sentence}"
    return Mark(0.0, "", _key(order[number]), right)


def _answer(task):
    return engine.answer(task.subject["page"], preset_of(task))


def solve(task, seed):
    """Return the Solution, its other choices as wrong answers; raise Unanswered if none is right."""
    found, order, choices = _answer(task), _order(task, seed), preset_of(task).choices
    wrong = [Wrong(_key(n), str(place), choices[n]) for place, n in enumerate(order) if n != found.right]
    return Solution(str(order.index(found.right)), choices[found.right], found.sentence, tuple(wrong))


def _key(n):
    """Return the key of choice n, in the order in which the page has them."""
    return f"choice_{n + 1}"


def check(name, subject):
    """Raise Unusable unless the subject is {"page", "question"}, optionally "open", names of controls."""
    reading.mapping(name, subject, ("page", "question", "open"), ("page", "question"))
    page = reading.one_of(f"the page of {name}", subject["page"], QUESTIONS)
    keys = [one.key for one in QUESTIONS[page] if one.choices]
    if subject["question"] not in keys:
        allowed = "one of the questions of that page, such as " + keys[0]
        fault = f"the question of {name} is {quoted(reading.short(subject['question']))}"
        raise Unusable("question", subject["question"], allowed, fault)
    opened = subject.get("open", [])
    if not isinstance(opened, list) or not all(isinstance(one, str) for one in opened):
        raise Unusable(f"open of {name}", reading.short(opened), "a list of names of controls")
    known = (*FIELDS, *PAGES[page].view, "seeds")
    for one in opened:
        reading.one_of(f"a control left open by {name}", one, known)


def offered():
    """Return one Offer per question with a computed answer."""
    about = {room.page: room.about for room in rooms()}
    return [
        Offer(one.question, about[page], {"page": page, "question": one.key})
        for page, questions in QUESTIONS.items()
        for one in questions
        if one.choices
    ]


def not_offered(page):
    """Return in a sentence which questions of a page cannot be tasks, and why; "" if all can."""
    all_of_page = {one.key: one.question for one in verify.GRADIENT_CHECK} if page in NOT_OFFERED else {}
    return " ".join(
        f"Not offered: *{all_of_page[key]}*, because {why}." for key, why in NOT_OFFERED.get(page, {}).items()
    )


def seconds(task):
    """Return the estimated seconds of the engine's answer, which all students' marks share."""
    return engine.seconds(task.subject["page"], preset_of(task))


QUESTION = Kind(
    "A question of a page",
    offered,
    check,
    ask,
    mark,
    solve,
    versions="Every student gets this question; the order of its choices depends on the student.",
    seconds=seconds,
)
