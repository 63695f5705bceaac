"""Questions asked before a step is shown; right and wrong answers are computed from its arrays."""

import zlib
from typing import NamedTuple

import numpy as np

from lab.derivation.answers import HOW_TO_CHECK, how_to_check, right
from lab.derivation.chapters.one_variable import argument
from lab.derivation.choice_questions import rule, shape, vanishes
from lab.derivation.evidence import DERIVATIVE, RECOMPUTED
from lab.derivation.latex import number, plain
from lab.derivation.mistakes import SIGNS, VANISHING, Asked, numbers, sign, signs
from lab.derivation.mistakes.optimizers import adam_step
from lab.derivation.mistakes.sign_rules import error_of_rounding
from lab.derivation.step import Question
from mlp.initializers import INITIALIZERS

GRADIENTS = (
    "delta",
    "weights",
    "below",
    "through",
    "elastic_net",
    "equal_units",
    "factor_that_stays",
    "stall",
)
LEAST = 1e-4  # smallest magnitude of a number that is asked for
SETTLED = 0.005  # largest relative error that the rounding of what is given may lead to
VARIANCES = {  # step: initializer, its author, σ², and the layer whose weights it draws
    "variance_forward": ("lecun_normal", "LeCun", r"1/n_{\text{in}}", 0),
    "second_moment": ("he_normal", "He", r"2/n_{\text{in}}", 0),
    "variance_backward": ("glorot_normal", "Glorot", r"2/(n_{\text{in}} + n_{\text{out}})", -2),
}


class Entries(NamedTuple):
    """What is asked about: an array and, by index, the entry's symbol, its numbers, what is given, and the
    entry as computed from what is given; None if that is exact or nothing is given."""

    values: np.ndarray
    symbol: object
    entry: object
    given: object
    from_given: object
    topic: str | None = None


def asks(problem, step):
    """Return the questions about the step: always the same ones for a given problem and step."""
    rng = np.random.default_rng([problem.seed, zlib.crc32(step.key.encode())])
    own = [_with_mistakes(problem, step, question) for question in step.own_asks]
    questions = [make(problem, step, rng) for make in (shape, _sign, vanishes, _number, rule)]
    return (*own, *filter(None, (*questions, _variance(problem, step))))


def in_order(step):
    """Return the numbers, in `step.asks`, of the step's questions in the order in which the page asks them.

    First what vanishes; then about a shape where matrices are multiplied, and elsewhere about a sign, so that
    not every step begins with a shape.
    """
    first = ("vanishes", "shape") if step.products else ("vanishes", "sign")
    rank = {kind: n for n, kind in enumerate(first)}
    return sorted(range(len(step.asks)), key=lambda n: rank.get(step.asks[n].kind, len(first)))


def _with_mistakes(problem, step, question):
    """Return the question about a function of one variable, with the Wrong answers of its mistakes added."""
    asked = Asked(problem, step, right=question.answer, x=argument(problem))
    more = _more(step, "function")
    return question._replace(wrong=_apart(question, numbers(asked, ())), more=more)


def _apart(question, wrong):
    """Return those of the Wrong answers that do not count as right."""
    return tuple(one for one in wrong if not right(question, one.answer))


def _sign(problem, step, rng):
    place = _entry_of(problem, step, rng, 0.0)
    if place is None:
        return None
    asked, index, symbol, given, shown, _ = place
    return Question(
        "sign",
        f"{given}Is ${symbol}$ positive, negative or 0?",
        SIGNS,
        sign(asked.right[index]),
        shown,
        signs(asked, index),
        _more(step, "sign" if asked.topic in GRADIENTS else asked.topic, asked, index),
    )


def _number(problem, step, rng):
    place = _entry_of(problem, step, rng, LEAST)
    if place is None:
        return None
    asked, index, symbol, given, shown, value = place
    prompt = f"{given}What is ${symbol}$, within 5%?"
    question = Question("number", prompt, None, value, shown)
    more = _more(step, asked.topic, asked, index, value)
    return question._replace(wrong=_apart(question, numbers(asked, index)), more=more)


def _entry_of(problem, step, rng, least):
    """Return (Asked, index, symbol, what is given, the answer in numbers, its value) of an entry that is at
    least `least` in magnitude; or None."""
    if not step.entry or not step.symbol:
        return None
    entries = _entries(problem, step)
    asked = Asked(problem, step, right=entries.values)
    asked.topic = entries.topic or asked.topic
    candidates = [
        index
        for index in np.ndindex(asked.right.shape)
        if abs(asked.right[index]) >= least and not _idle(entries, index) and _is_settled(asked, index, least)
    ]
    if not candidates:
        return None
    index = candidates[int(rng.integers(len(candidates)))]
    symbol = plain(entries.symbol(index))
    given = f"Take this network {step.network}. " if step.params else ""
    given += f"Given ${plain(entries.given(index))}$. " if entries.given else ""
    of_rounded = least and entries.from_given  # of numbers alone: rounding leaves the sign
    value = float(entries.from_given(index) if of_rounded else asked.right[index])
    shown = f"${symbol} = {plain(entries.entry(index))} {step.relation(value)} {number(value)}$"
    return asked, index, symbol, given, shown, value


def _is_settled(asked, index, least):
    """Return whether the answer does not hang on a rounding: of a sum that cancels, or of what is given.

    A sum of terms that cancel is 0 or hardly so, depending on their order; and three digits of the terms
    that a prompt gives are too few if the sum is much smaller than they are.
    """
    value = asked.right[index]
    if not least:
        return value == 0 or abs(value) >= VANISHING
    return error_of_rounding(asked, index) <= SETTLED


def _entries(problem, step):
    """Return the Entries of a step: of its main array, or of how far Adam moves θ."""
    if step.key != "adam_update":
        values = np.asarray(step.claims[step.main].analytic, float)
        return Entries(values, step.symbol, step.entry, step.given, step.from_given)
    t = int(step.symbol((0,)).partition("{")[2].partition(",")[0])
    return Entries(
        adam_step(problem),
        lambda index: rf"\theta_{{{t},{index[0] + 1}}} - \theta_{{{t - 1},{index[0] + 1}}}",
        lambda index: "-" + plain(step.entry(index)).partition(" - ")[2],
        step.given,
        step.from_given,
        "adam_step",
    )


def _more(step, topic, asked=None, index=None, answer=None):
    """Return the longer explanation after a confident error: the line, a second way, a check."""
    lines = [line for line in step.lines if line.value is not None and (line.claim or step.main) == step.main]
    told = [f"The line to remember: ${plain(lines[-1].latex)}$."] if lines else []
    claim = step.claims[step.main]
    ways = {DERIVATIVE: "A numerical derivative, which knows none of these rules,"}
    ways |= {RECOMPUTED: "A second calculation"}
    if asked is not None and claim.kind in ways and claim.ok and asked.topic != "adam_step":
        value = float(np.asarray(claim.numeric)[index])
        result = number(0 if abs(value) < VANISHING else value)
        agrees = answer is None or result == number(answer)
        told += [f"{ways[claim.kind]} gives ${result}${' as well' if agrees else ', with nothing rounded'}."]
    check = how_to_check(topic, asked and asked.loss)
    return " ".join([*told, check or HOW_TO_CHECK["number"] * (claim.kind == DERIVATIVE)])


def _variance(problem, step):
    if step.key not in VARIANCES:
        return None
    name, whose, formula, at = VARIANCES[step.key]
    n_in, n_out = problem.sizes[at:][:2]
    variance = INITIALIZERS[name].variance(n_in, n_out)
    relation = "=" if variance == float(f"{variance:.3g}") else r"\approx"
    asked = Asked(problem, step, right=variance, x=(name, n_in, n_out))
    asked.topic = "initial_variance"
    question = Question(
        "number",
        f"{whose}'s initializer draws weights with mean 0 and variance ${formula}$. What is that variance "
        f"for the weights that lead from {n_in} unit{'s' * (n_in != 1)} to {n_out}?",
        None,
        float(variance),
        f"$\\sigma^2 = {formula} {relation} {number(variance)}$",
    )
    return question._replace(wrong=_apart(question, numbers(asked, ())))


def _idle(entries, index):
    """Return whether the question would be trivial: the entry is compared with itself, or is given."""
    name = plain(entries.symbol(index))
    left, _, right_side = name.partition(" - ")
    return left == right_side or bool(
        entries.given and plain(entries.given(index)).partition(" = ")[0] == name
    )
