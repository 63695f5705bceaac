"""Tasks from the derivation: a question about one step or one chapter, for the student's own network."""

import functools

from lab.assignment import reading
from lab.assignment.kinds.kind import (
    NO_NUMBER,
    Asked,
    Kind,
    Mark,
    Offer,
    Solution,
    Wrong,
    chosen,
    drawn,
    near,
    read_number,
    unreadable,
    written,
)
from lab.assignment.task import Task
from lab.derivation import CHAPTERS, Problem, derive, given
from lab.derivation.answers import answer_in_words, mistakes_behind, why_wrong, within
from lab.links.pages import PAGES, SIZES
from mlp.activations import ACTIVATIONS
from mlp.losses import LOSSES

ASKS = {  # kinds of questions, see `lab.derivation.step.Question`
    "number": "a number",
    "sign": "a sign",
    "shape": "a shape",
    "vanishes": "what is 0",
    "rule": "a rule",
}
NETWORK = (*SIZES, "activation", "loss", "l1", "l2")  # of a subject, besides its own keys
MOST_OF_A_CHAPTER = 10
COUNTED_NETWORKS = 8  # of as many students, to see how many questions a chapter has
STRUCTURES = SIZES["depth"][2] * len(ACTIVATIONS) * len(LOSSES)


def problem(task, seed):
    """Return the student's Problem."""
    view, defaults = PAGES["derivation"].view, PAGES["derivation"].defaults
    values = {name: task.subject.get(name, view[name]) for name in SIZES}
    fields = {name: task.subject.get(name, defaults[name]) for name in ("activation", "loss", "l1", "l2")}
    sizes = (values["d_h"],) * values["depth"]
    return Problem(d=values["d"], hidden_layer_sizes=sizes, m=values["m"], K=values["K"], seed=seed, **fields)


def question(task, seed):
    """Return (Problem, Step, Question) of a student's task."""
    own = problem(task, seed)
    if task.kind == "chapter":
        asks = [
            (step, ask)
            for step in derive(own, (task.subject["chapter"],))
            for ask in step.asks
            if task.subject.get("asks", ask.kind) == ask.kind
        ]
        order = drawn(_without_number(task), seed).permutation(len(asks))
        step, ask = asks[order[task.subject.get("number", 0) % len(asks)]]
    else:
        chapter = _chapters(_structure(own))[task.subject["step"]]
        step = next(one for one in derive(own, (chapter,)) if one.key == task.subject["step"])
        ask = next((ask for ask in step.asks if ask.kind == task.subject["asks"]), step.asks[0])
    return own, step, ask


def _without_number(task):
    """Return the task as if it were the first of its chapter, so that all its tasks share one shuffle."""
    return task.__class__(task.kind, {k: v for k, v in task.subject.items() if k != "number"})


def _structure(own):
    """Return the Problem that represents all with its depth and functions: their steps are the same.

    There are so few of them that all are cached, so checking an assignment is cheap, however many networks
    it has.
    """
    sizes = (SIZES["d_h"][3],) * own.depth
    return Problem(hidden_layer_sizes=sizes, activation=own.activation, loss=own.loss)


@functools.lru_cache(maxsize=STRUCTURES)
def _chapters(own):
    """Return {key of a step: its chapter} of a Problem."""
    return {step.key: step.chapter for step in derive(own)}


@functools.lru_cache(maxsize=STRUCTURES)
def _asks(own):
    """Return {key of a step: the kinds of its questions} of a Problem."""
    return {step.key: tuple(dict.fromkeys(ask.kind for ask in step.asks)) for step in derive(own)}


def several(subject):
    """Return how many tasks on a subject of a chapter can differ, up to MOST_OF_A_CHAPTER; see `fewest`."""
    return min(fewest(subject), MOST_OF_A_CHAPTER)


def fewest(subject):
    """Return the fewest questions on a subject of a chapter that a student has, of COUNTED_NETWORKS students.

    Rare networks have fewer questions than others, for example if no unit is active. One that is rarer than
    1 in COUNTED_NETWORKS can have fewer still.
    """
    counts = [
        sum(
            subject.get("asks", ask.kind) == ask.kind
            for step in derive(problem(Task("chapter", subject), seed), (subject["chapter"],))
            for ask in step.asks
        )
        for seed in range(COUNTED_NETWORKS)
    ]
    return min(counts)


def ask(task, seed):
    """Return the Asked of a derivation question, with the student's network."""
    own, step, asked = question(task, seed)
    numbers = () if asked.choices else ("The number",)
    sizes = {name: str(task.subject[name]) for name in NETWORK if name in task.subject}
    query = sizes | {"init_seed": str(seed), "step": step.key, "lock": "1", "open": ""}
    heading = f"**{step.title}.** {within(asked, task.tolerance)}"
    return Asked(heading, asked.choices or (), numbers, "derivation", query, _given(own, step, asked))


def _given(own, step, asked):
    """Return what a question's numbers are computed from: the network, its examples and its weights."""
    lines = [
        ",\N{EM SPACE}".join(f"${part}$" for part in one.split(given.BESIDE))
        for one in given.formulas(own, step, asked)
    ]
    return "\n\n".join(filter(None, [given.sentence(own, step, asked), *lines]))


def mark(task, seed, answer, trained=None):
    """Return the Mark of an answer; its reason does not give the right answer away."""
    _, _, asked = question(task, seed)
    if not answer:
        return unreadable(answer)
    if asked.choices:
        number = chosen(answer, asked)
        if number is None:
            return unreadable(answer)
        answered = asked.choices[number]
        right = answered == asked.answer
    else:
        try:
            answered = read_number(answer)
        except ValueError:
            return Mark(0.0, NO_NUMBER)
        right = near(answered, asked.answer, task.tolerance)
    if right:
        return Mark(1.0, asked.reason)
    rules = mistakes_behind(asked, answered)
    keys = dict.fromkeys(rule.key for rule in rules)
    return Mark(0.0, why_wrong(asked, answered)).of_mistakes(keys)


def solve(task, seed):
    """Return the Solution; a wrong answer that several mistakes lead to is listed once per mistake."""
    _, _, asked = question(task, seed)
    if asked.choices:
        places = {text: str(n) for n, text in enumerate(asked.choices)}
        wrong = [Wrong(one.key, places[one.answer], one.why) for one in asked.wrong if one.answer in places]
        return Solution(places[asked.answer], asked.answer, asked.reason, tuple(wrong))
    wrong = [
        Wrong(one.key, written(one.answer, task.tolerance), one.why)
        for one in asked.wrong
        if not near(one.answer, asked.answer, task.tolerance)
    ]
    answer, in_words = written(asked.answer, task.tolerance), answer_in_words(asked, task.tolerance)
    return Solution(answer, in_words, asked.reason, tuple(wrong))


def check_step(name, subject):
    """Raise Unusable unless the subject is {"step", "asks"}, optionally with fields of NETWORK."""
    reading.mapping(name, subject, ("step", "asks", *NETWORK), ("step", "asks"))
    own = _checked(name, subject)
    known = _asks(_structure(own))
    reading.one_of(f"the step of {name}", subject["step"], known)
    reading.one_of(f"asks of {name}", subject["asks"], known[subject["step"]])


def check_chapter(name, subject):
    """Raise Unusable unless the subject is {"chapter"}, optionally "asks", "number", fields of NETWORK."""
    reading.mapping(name, subject, ("chapter", "asks", "number", *NETWORK), ("chapter",))
    reading.one_of(f"the chapter of {name}", subject["chapter"], CHAPTERS)
    reading.whole(f"number of {name}", subject.get("number", 0), 0, MOST_OF_A_CHAPTER - 1)
    own = _structure(_checked(name, subject))
    kinds = {kind for step in derive(own, (subject["chapter"],)) for kind in _asks(own)[step.key]}
    reading.one_of(f"asks of {name}", subject.get("asks", min(kinds)), [one for one in ASKS if one in kinds])


def _checked(name, subject):
    """Return the Problem of a subject with seed 0; raise Unusable if a field cannot be used."""
    for size in SIZES:
        _, least, most, default, _ = SIZES[size]
        reading.whole(f"{size} of {name}", subject.get(size, default), least, most)
    for field in ("l1", "l2"):
        reading.number(f"{field} of {name}", subject.get(field, 0.0), 0, 1)
    defaults = PAGES["derivation"].defaults
    for field, registry in (("activation", ACTIVATIONS), ("loss", LOSSES)):
        reading.one_of(f"{field} of {name}", subject.get(field, defaults[field]), registry)
    return Problem(**_sizes(subject), **{f: subject.get(f, defaults[f]) for f in NETWORK[len(SIZES) :]})


def _sizes(subject):
    view = PAGES["derivation"].view
    values = {name: subject.get(name, view[name]) for name in SIZES}
    depth, d_h = values.pop("depth"), values.pop("d_h")
    return values | {"hidden_layer_sizes": (d_h,) * depth}


def steps_offered():
    """Return one Offer per step and kind of question, for the derivation page's default network."""
    own = _checked("", {})
    return [
        Offer(f"{step.title}: {ASKS[kind]}", step.chapter, {"step": step.key, "asks": kind})
        for step in derive(own)
        for kind in _asks(own)[step.key]
        if kind in ASKS
    ]


def chapters_offered():
    """Return two Offers per chapter, a number and any question; the seed picks the question."""
    offers = []
    for chapter in CHAPTERS:
        offers.append(Offer(f"{chapter}: a number, drawn", chapter, {"chapter": chapter, "asks": "number"}))
        offers.append(Offer(f"{chapter}: any question, drawn", chapter, {"chapter": chapter}))
    return offers


SHARED = {"ask": ask, "mark": mark, "solve": solve, "settings": NETWORK}
STEP = Kind("Derivation: a question about a step", steps_offered, check_step, **SHARED)
CHAPTER = Kind(
    "Derivation: a question of a chapter",
    chapters_offered,
    check_chapter,
    several=several,
    told_by="number",
    **SHARED,
)
