"""Predict, then reveal: questions about a step, whose answers are computed from its arrays."""

import zlib

import numpy as np

from lab.derivation.evidence import derivative
from lab.derivation.latex import number, plain
from lab.derivation.step import CHAPTERS, Question
from lab.derivation.symbols import stated_strengths

CLOSE = 0.05  # of a number, counts as right
NEAR_ZERO = 0.005
SIGNS = ("positive", "negative", "0")
# Rules that no line uses where it does not say so; those of differentiation only beyond chapter one
ELSEWHERE = ("geometric series", "matrix product", "symmetry of the normal density", "Euler's formula")
DIFFERENTIATION = ("quotient rule", "integration by parts")
VANISHING = 1e-12


def asks(problem, step):
    """Return the questions about the step, always the same ones for a problem and a step."""
    rng = np.random.default_rng([problem.seed, zlib.crc32(step.key.encode())])
    questions = [make(problem, step, rng) for make in (_shape, _sign, _vanishes, _number, _rule)]
    return tuple(question for question in questions if question)


def right(question, given):
    """Return whether the answer is right: the right choice, or a number within 5 % of the answer."""
    if question.choices is not None:
        return given == question.answer
    try:
        error = abs(float(given) - question.answer)
    except (TypeError, ValueError):
        return False
    return error <= (CLOSE * abs(question.answer) or NEAR_ZERO)  # NaN is not


def _shape(problem, step, rng):
    if not step.shapes:
        return None
    symbol, words, dims = step.shapes[int(rng.integers(len(step.shapes)))]
    wrong = [dims[::-1], (*dims, 1), (problem.K, *dims[1:]), (dims[-1],), (1, dims[0])]
    wrong += [(dims[0] + 1, *dims[1:]), (dims[0], dims[0]), (dims[-1], dims[-1], 1)]
    different = [sides for sides in dict.fromkeys(wrong) if sides != dims][:3]
    symbol = plain(symbol)
    counted = " and ".join(
        f"{n} {kind}{'s' * (n != 1)}" for n, kind in zip(dims, ("row", "column"), strict=False)
    )
    if len(dims) == 1:
        counted = f"{dims[0]} entries" if dims[0] != 1 else "1 entry"
    return Question(
        "shape",
        f"What is the shape of ${symbol}$?",
        _shuffled([str(sides) for sides in (dims, *different)], rng),
        str(dims),
        f"${symbol}$ has the shape ${words}$, here {dims}: {counted}.",
    )


def _sign(problem, step, rng):
    def sign(value):
        return SIGNS[2] if abs(value) < VANISHING else SIGNS[0 if value > 0 else 1]

    return _about_entry(step, rng, 0.0, "sign", "Is ${}$ positive, negative or 0?", SIGNS, sign)


def _number(problem, step, rng):
    return _about_entry(step, rng, 1e-4, "number", "What is ${}$, within 5 %?", None, float)


def _about_entry(step, rng, least, kind, prompt, choices, answer):
    """Return the Question about an entry of the step's main array, at least `least` in magnitude; or None."""
    if not step.entry or not step.symbol:
        return None
    values = np.asarray(step.claims[step.main].analytic, float)
    candidates = [at for at in np.argwhere(np.abs(values) >= least) if not _idle(step, tuple(map(int, at)))]
    if not candidates:
        return None
    index = tuple(int(i) for i in candidates[int(rng.integers(len(candidates)))])
    symbol, value = plain(step.symbol(index)), values[index]
    given = f"Given ${plain(step.given(index))}$. " if step.given else ""
    shown = f"${symbol} = {plain(step.entry(index))} \\approx {number(value)}$"
    return Question(kind, given + prompt.format(symbol), choices, answer(value), shown)


def _rule(problem, step, rng):
    line = step.lines[int(rng.integers(1, len(step.lines))) if len(step.lines) > 1 else 0]
    own = [other.rule for other in step.lines if not _alike(other.rule, line.rule)]
    strange = ELSEWHERE if step.chapter == CHAPTERS[0] else ELSEWHERE + DIFFERENTIATION
    spoken = " ".join(other.rule for other in step.lines).lower()
    strange = [rule for rule in strange if not any(word in spoken for word in rule.split()[:2])]
    wrong = [pool[n] for pool in (own, strange) for n in rng.permutation(len(pool))]
    shown = f" With this network's numbers: ${plain(line.numbers)}$." if line.numbers != line.latex else ""
    at = step.lines.index(line)
    turns = f"turns ${plain(step.lines[at - 1].latex)}$ into" if at else "gives"
    return Question(
        "rule",
        f"Which rule {turns} ${plain(line.latex)}$?",
        _shuffled([line.rule, *list(dict.fromkeys(wrong))[:3]], rng),
        line.rule,
        f"The rule is: {line.rule}.{shown}",
    )


def _alike(one, other):
    """Return whether two rules say the same in more or fewer words."""
    one, other = (rule.replace("definition, entry by entry", "definition") for rule in (one, other))
    return one.startswith(other) or other.startswith(one)


def _vanishes(problem, step, rng):
    name = step.key.partition(".")[0]
    if name == "hidden_delta":
        return _flat_units(step)
    if name in ("hidden_weights", "output_weights"):
        return _other_units(problem, step, rng)
    if name == "elastic_net":
        return _unpenalised(problem, step)
    return None


def _flat_units(step):
    slope = step.values["slope"][0]
    flat = [j + 1 for j, v in enumerate(slope) if abs(v) < VANISHING]
    others = [[], list(range(1, slope.size + 1)), [1], [slope.size]]
    others += [[j + 1 for j in range(slope.size) if j + 1 not in flat]]
    choices = list(dict.fromkeys(_units(one, slope.size) for one in (flat, *others)))
    shown = r",\; ".join(number(v) for v in slope)
    return Question(
        "vanishes",
        "Which units of this layer pass nothing back for the first example?",
        tuple(sorted(choices[:4])),
        _units(flat, slope.size),
        f"Those whose slope is 0; the slopes are ${shown}$.",
    )


def _other_units(problem, step, rng):
    layer = int(step.main.removeprefix("d_W"))
    W, b = problem.params[layer - 1]
    a = step.values[step.products[0].left]
    r, c = (int(rng.integers(n)) for n in W.shape)
    jacobian = derivative(lambda stack: (a @ stack + b)[:, 0], W)[r, c]
    some = [n + 1 for n, v in enumerate(jacobian) if abs(v) > VANISHING]
    others = [list(range(1, b.size + 1)), [], [(c + 1) % b.size + 1]]
    choices = list(dict.fromkeys(_units(one, b.size, "all of them") for one in (some, *others)))
    shown = r",\; ".join(number(v) for v in jacobian)
    weight = f"W^{{{layer}}}_{{{r + 1}{c + 1}}}"
    return Question(
        "vanishes",
        "The chain rule sums over the units of this layer. Of which unit does the pre-activation "
        f"depend on ${weight}$?",
        _shuffled(choices, rng),
        _units(some, b.size, "all of them"),
        f"The derivatives of the pre-activations with respect to ${weight}$ are ${shown}$.",
    )


def _unpenalised(problem, step):
    data, total = step.values["d_b1"], step.claims["d_b1"].analytic
    gap = float(np.abs(total - data).max())
    layers = range(1, problem.depth + 2)
    changes = {n: np.abs(step.values[f"d_J_W{n}"] - step.values[f"d_W{n}"]).max() for n in layers}
    layer = max(changes, key=changes.get)
    change = float(changes[layer])
    *others, last = (f"${one}$" for one in stated_strengths(problem))
    names = ("only that of the weights", "only that of the biases", "both", "neither")
    answer = names[(0 if gap < VANISHING else 2) if change > VANISHING else (3 if gap < VANISHING else 1)]
    return Question(
        "vanishes",
        f"With {', '.join(others)} and {last}, which gradient does the penalty change?",
        names,
        answer,
        f"The largest change is ${number(change)}$ for $W^{layer}$ and ${number(gap)}$ for $b^1$: the "
        "penalty is a sum over weights.",
    )


def _idle(step, index):
    """Return whether the entry would be compared with itself, or is itself given."""
    name = plain(step.symbol(index))
    left, _, right_side = name.partition(" - ")
    return left == right_side or bool(step.given and plain(step.given(index)).partition(" = ")[0] == name)


def _units(which, n, every="all"):
    if not which:
        return "none"
    if len(which) == n and n > 1:
        return every
    return ("unit " if len(which) == 1 else "units ") + ", ".join(map(str, which))


def _shuffled(choices, rng):
    unique = list(dict.fromkeys(choices))
    return tuple(unique[n] for n in rng.permutation(len(unique)))
