"""Reach a goal with an experiment: the answer is its settings, which are trained again from other starts.

The student's data have their own seed. To mark an answer, networks are trained from seeds that the student
has not seen, so a lucky start earns nothing; the student sees the outcome from other seeds.
"""

import re
from dataclasses import fields, replace
from urllib.parse import parse_qsl, urlencode

from data import DataConfig
from lab.assignment.kinds import goals
from lab.assignment.kinds.goals import MOST_EPOCHS, in_percent
from lab.assignment.kinds.kind import Asked, Kind, Mark, drawn, unreadable
from lab.links import fingerprint, limits
from lab.links.experiment import DATA_FIELDS, TRAIN_FIELDS, Experiment, field_text, parse_field
from lab.links.fields import DEFAULTS
from lab.links.reading import Unusable, quoted
from lab.words import counted, to_tenths
from mlp import TrainConfig
from mlp.config import seeds_of

N_STARTS = 5
LEAST_BATCH = 8
LARGEST_SEED = 2**31 - 1
FREE = (  # controls that a student may change
    "hidden_layer_sizes",
    "activation",
    "initializer",
    "learning_rate",
    "optimizer",
    "momentum",
    "l1",
    "l2",
    "batch_size",
    "epochs",
)
SEEDS = ("init_seed", "shuffle_seed")
LONGEST = 320
MOST_PAIRS = 40
PLAIN = re.compile(r"[\w.,;@+-]{0,40}", re.ASCII)


def start(task, seed):
    """Return the Experiment that the student starts from: the task's data, with the student's own seed."""
    asked = task.subject
    data = {name: asked[name] for name in ("noise", "n_samples") if name in asked}
    config = DataConfig(name=asked.get("data", DEFAULTS["name"]), seed=seed, **data)
    sizes, epochs = (min(2, asked["most_units"]),), min(TrainConfig().epochs, _most_epochs(task))
    return Experiment(config, TrainConfig(hidden_layer_sizes=sizes, epochs=epochs))


def ask(task, seed):
    """Return the Asked: the goal, and the page with the controls to reach it."""
    asked, first = task.subject, start(task, seed)
    units = "1 hidden unit" if asked["most_units"] == 1 else f"{asked['most_units']} hidden units"
    layers = " in all layers together" if asked["most_units"] > 1 else ""
    prompt = (
        f"**Reach {in_percent(asked['target'])} with at most {units}{layers}.** The data are your own: "
        f"{first.data.name} with your seed. Find settings with which {in_percent(asked['target'])} of the "
        f"validation examples are classified correctly, in at most {counted(_most_epochs(task), 'epoch')}. "
        f"Your settings are trained again from {N_STARTS} other random starts, and each start that reaches "
        "the goal counts."
    )
    query = first.to_query() | {"lock": "1", "open": ",".join(FREE)}
    return Asked(prompt, (), (), "decision_boundary", query)


def _most_epochs(task):
    return task.subject.get("epochs", MOST_EPOCHS)


def answer_of(task, seed, experiment, proof=""):
    """Return an Experiment as an answer: its differences from the start, and its fingerprint `proof`.

    Raise Unusable, with one sentence, if it cannot be an answer.
    """
    first, changes = start(task, seed), {}
    for mine, other in ((experiment.data, first.data), (experiment.train, first.train)):
        for field in fields(mine):
            if getattr(mine, field.name) != getattr(other, field.name):
                changes[field.name] = field_text(getattr(mine, field.name))
    answer = urlencode(changes | ({"fingerprint": proof} if proof else {}), safe=",;@.") or "start"
    if len(answer) > LONGEST:
        raise Unusable("answer", answer, f"settings of up to {LONGEST} characters", "The answer is too long")
    read_answer(task, seed, answer)
    return answer


def in_words(answer):
    """Return what an answer changes, such as "hidden_layer_sizes=8, epochs=100"."""
    try:
        changes = [f"{name}={text}" for name, text in _pairs(answer) if name != "fingerprint"]
    except Unusable:
        return "settings that cannot be read"
    return ", ".join(changes) or "the settings that the task starts with"


def read_answer(task, seed, answer):
    """Return the Experiment of an answer; raise Unusable, with one sentence, if it breaks a rule."""
    first, given, pairs = start(task, seed), {}, _pairs(answer)
    if answer != "start" and not pairs:
        raise Unusable("answer", answer, "settings, such as hidden_layer_sizes=8")
    for name, text in pairs:
        if name == "fingerprint":
            fingerprint.read(text)
        elif name in (*FREE, *SEEDS):
            given[name] = parse_field(name, text)
        elif name in DATA_FIELDS or name in TRAIN_FIELDS:
            own = getattr(first.data if name in DATA_FIELDS else first.train, name)
            sentence = f"{name} is {quoted(text)}; allowed: {field_text(own)}, as in the task."
            raise Unusable(name, text, field_text(own), sentence=sentence)
        else:
            raise Unusable("a setting", name, ", ".join(FREE))
    found = Experiment(first.data, replace(first.train, **given))
    _check(task, found)
    return found


def _pairs(answer):
    """Return the (name, text) pairs of an answer; raise Unusable for more than MOST_PAIRS."""
    try:
        return [] if answer == "start" else parse_qsl(answer, max_num_fields=MOST_PAIRS)
    except ValueError:
        raise Unusable("answer", answer, f"up to {MOST_PAIRS} settings") from None


def _check(task, found):
    train, most = found.train, task.subject["most_units"]
    units = sum(train.hidden_layer_sizes)
    if units > most:
        allowed = "1 unit" if most == 1 else f"{most} units together"
        raise Unusable("hidden_layer_sizes", field_text(train.hidden_layer_sizes), allowed)
    if train.epochs > _most_epochs(task):
        raise Unusable("epochs", str(train.epochs), f"up to {_most_epochs(task)}")
    if 0 < train.batch_size < LEAST_BATCH:
        raise Unusable("batch_size", str(train.batch_size), f"{LEAST_BATCH} or more, or 0")
    limits.check_networks("decision_boundary", found.data, [train] * N_STARTS)


def needs(task, seed, answer):
    """Return the (DataConfig, TrainConfig) pairs to train for marking an answer; () if it cannot be used."""
    try:
        found = read_answer(task, seed, answer) if answer else None
    except ValueError:
        return ()
    if found is None:
        return ()
    return _from(found, _first_starts(task, seed)[0])


def tries(task, seed, answer):
    """Return {pair to train for what the student sees: the pair of `needs`}; they have no start in common."""
    needed = needs(task, seed, answer)
    if not needed:
        return {}
    others = _from(Experiment(*needed[0]), _first_starts(task, seed)[1])
    return dict(zip(others, needed, strict=True))


def _first_starts(task, seed):
    """Return the seeds of the first start of the mark, and of the first start that the student sees."""
    rng, n = drawn(task, seed), LARGEST_SEED - N_STARTS
    of_mark = int(rng.integers(n))
    return of_mark, (of_mark + int(rng.integers(N_STARTS, n - N_STARTS))) % n


def _from(found, first):
    """Return the pairs (DataConfig, TrainConfig) of an Experiment from N_STARTS starts."""
    train = replace(found.train, init_seed=first, shuffle_seed=first)
    return tuple((found.data, config) for config in seeds_of(train, N_STARTS))


def claims(task, seed, answer):
    """Return ((DataConfig, TrainConfig), Fingerprint): with which one the student's network came out.

    None where the answer says nothing of it, or cannot be used.
    """
    if answer == "start" or not needs(task, seed, answer):
        return None
    told = dict(_pairs(answer)).get("fingerprint")
    found = read_answer(task, seed, answer)
    return ((found.data, found.train), fingerprint.read(told)) if told else None


def mark(task, seed, answer, trained):
    """Return the Mark: the share of the starts whose validation accuracy reaches the goal."""
    if not answer:
        return unreadable(answer)
    try:
        read_answer(task, seed, answer)
    except ValueError as refused:
        return Mark(0.0, _in_our_words(refused))
    goal = task.subject["target"]
    records = [trained[pair] for pair in needs(task, seed, answer)]
    reached = [not record.diverged and record.valid_accuracy >= goal for record in records]
    lost = sum(bool(record.diverged) for record in records)
    kept = [record.valid_accuracy for record in records if not record.diverged]
    best = f"; the best has {_on_its_side(max(kept), goal)}" if kept else ""
    reach = "reaches" if sum(reached) == 1 else "reach"
    said = f"{sum(reached)} of {len(reached)} starts {reach} {in_percent(goal)}{best}."
    return Mark(sum(reached) / len(reached), said + (f" {counted(lost, 'start')} diverged." if lost else ""))


def _on_its_side(accuracy, goal):
    """Return an accuracy as a percentage, with so many digits that it reads below the goal if it is."""
    for digits in range(1, 15):
        if (round(accuracy, digits + 2) >= goal) == (accuracy >= goal):
            break
    return to_tenths(accuracy) if digits == 1 else f"{accuracy:.{digits}%}"


def _in_our_words(refused):
    """Return the sentence of a refusal; without the value, unless that is plain letters and digits."""
    if PLAIN.fullmatch(str(refused.value)):
        return str(refused)
    return f"{refused.field} cannot be used; allowed: {refused.allowed}."


EXPERIMENT = Kind(
    "Reach a goal with an experiment",
    goals.offered,
    goals.check,
    ask,
    mark,
    needs=needs,
    tries=tries,
    claims=claims,
    title=goals.title,
    versions="Every student has this goal, with data of their own.",
    longest=LONGEST,
)
