"""Multiple-choice questions about a step: about a shape, about what is 0, about the rule of a line."""

import dataclasses
import math

import numpy as np

from lab.derivation.answers import HOW_TO_CHECK
from lab.derivation.chapters.initialization import WIDTHS, mean_squares
from lab.derivation.evidence import derivative
from lab.derivation.introduced import of_shape
from lab.derivation.latex import number, plain
from lab.derivation.mistakes import VANISHING, Asked, Wrong, choices, line_rules, shapes
from lab.derivation.step import Question
from lab.derivation.symbols import stated_strengths
from lab.words import listed
from mlp.network import loss_and_gradients

WRONG_CHOICES = 3
NOTHING_TO_FIND = ("definition", "definition, entry by entry", "as for W¹")  # rules not asked about
DRAWN = (("lecun_normal", "LeCun"), ("glorot_normal", "Glorot"), ("he_normal", "He"))
PROPOSED = 0.1  # λ₂ of the penalty that is asked about in a network without one


def _choice(kind, prompt, answer, reason, wrong, rng, more):
    """Return the Question with the right answer and the first three wrong ones as choices, shuffled."""
    texts = [text for text in dict.fromkeys(one.answer for one in wrong) if text != answer][:WRONG_CHOICES]
    kept = tuple(one for one in wrong if one.answer in texts)
    return Question(kind, prompt, shuffled([answer, *texts], rng), answer, reason, kept, more)


def shape(problem, step, rng):
    if not step.shapes:
        return None
    first = int(rng.integers(len(step.shapes)))
    order = (*step.shapes[first:], *step.shapes[:first])
    wrong = {one: shapes.shapes(Asked(problem, step), one) for one in order}
    enough = [one for one in order if len({answer.answer for answer in wrong[one]}) >= WRONG_CHOICES]
    shape = (enough or order)[0]
    symbol, dims = plain(shape.symbol), shape.dims
    counted = " and ".join(
        f"{n} {kind}{'s' * (n != 1)}" for n, kind in zip(dims, ("row", "column"), strict=False)
    )
    if len(dims) == 1:
        counted = f"{dims[0]} entries" if dims[0] != 1 else "1 entry"
    return _choice(
        "shape",
        f"{of_shape(problem, step, shape)} What is the shape of ${symbol}$?".strip(),
        str(dims),
        f"${symbol}$ has the shape ${shape.words}$, here {dims}: {counted}.",
        wrong[shape],
        rng,
        HOW_TO_CHECK["shape"],
    )


def rule(problem, step, rng):
    if step.key == "variance_layers":
        return _kept_best(problem, rng)
    line = step.lines[int(rng.integers(1, len(step.lines))) if len(step.lines) > 1 else 0]
    if line.rule in NOTHING_TO_FIND:
        line = next((one for one in step.lines if one.rule not in NOTHING_TO_FIND), line)
    wrong = line_rules.wrong_rules(step, line, rng)
    wrong = line_rules.of_similar_length(line.rule, wrong, WRONG_CHOICES, rng)
    shown = f" With this network's numbers: ${plain(line.numbers)}$." if line.numbers != line.latex else ""
    at = step.lines.index(line)
    prompt = f"Which rule gives ${plain(line.latex)}$?"
    if at:  # not always a rewriting of the line before: it may be another case, or a definition
        prompt += f" The line before it is ${plain(step.lines[at - 1].latex)}$."
    reason = f"The rule is: {line.rule}.{shown}"
    return _choice("rule", prompt, line.rule, reason, wrong, rng, HOW_TO_CHECK["rule"])


def _kept_best(problem, rng):
    """Return the Question which initializer keeps the mean square best in the wide networks of this step."""
    left = {whose: float(mean_squares(problem.activation, name)[1].mean(axis=0)[-1]) for name, whose in DRAWN}
    order = sorted(left, key=lambda whose: abs(math.log(left[whose])))
    told = [f"${number(value)}$ with {whose}" for whose, value in left.items()]
    f = problem.activation.replace("_", " ")
    return _choice(
        "rule",
        f"Inputs with a mean square near 1 go through hidden layers of {listed(WIDTHS)} units with the "
        f"activation {f}. Whose initial weights leave the last layer's mean square nearest to 1?",
        order[0],
        f"The last layer's mean square is {listed(told)}. A layer multiplies it by "
        r"$\sigma^2 n\, \mathbb{E}[f(z)^2] / q$, where $q$ is the variance of its $z$. At $q = 1$ that is "
        r"$\sigma^2 n\, c$, as in the step about $c$; at other $q$ it differs, unless $f$ is straight on "
        "both sides of 0.",
        [
            Wrong(
                "initializer",
                one,
                f"With {one} it is ${number(left[one])}$, with {order[0]} ${number(left[order[0]])}$.",
            )
            for one in order[1:]
        ],
        rng,
        r"To check: follow $q_{l+1} = \sigma^2 n_l\, \mathbb{E}[f(z)^2]$, $z \sim \mathcal{N}(0, q_l)$, from "
        "layer to layer.",
    )


def vanishes(problem, step, rng):
    """Return the Question about what is 0, or None. Its choices are shuffled without drawing from `rng`."""
    name = step.key.partition(".")[0]
    order = np.random.default_rng([problem.seed, *step.key.encode()])
    if name == "hidden_delta":
        return _flat_units(problem, step, order)
    if name in ("hidden_weights", "output_weights"):
        return _other_units(problem, step, rng, order)
    if name == "elastic_net":
        return _unpenalised(problem, order)
    return None


def _flat_units(problem, step, order):
    asked = Asked(problem, step)
    slope, arrives = (of(asked.layer)[0] for of in (asked.slope, asked.da))
    flat = [j + 1 for j, v in enumerate(slope * arrives) if abs(v) < VANISHING]
    shown = r",\; ".join(number(v) for v in slope)
    reason = f"A unit passes nothing back where its slope is 0; here the slopes are ${shown}$."
    cancelled = [str(j + 1) for j, v in enumerate(arrives) if abs(v) < VANISHING]
    if cancelled:
        units = f"unit{'s' * (len(cancelled) > 1)} {listed(cancelled)}"
        reason += f" At {units} the terms that arrive from above cancel, so there is nothing to pass back."
    return _about_units(
        "Which units of this layer pass nothing back for the first example?",
        flat,
        reason,
        choices.flat_units(flat, slope.size),
        slope.size,
        "all",
        order,
        "vanishes",
    )


def _other_units(problem, step, rng, order):
    layer = int(step.main.removeprefix("d_W"))
    W, b = problem.params[layer - 1]
    a = step.values[step.products[0].left]
    r, c = (int(rng.integers(n)) for n in W.shape)
    jacobian = derivative(lambda stack: (a @ stack + b)[:, 0], W)[r, c]
    some = [n + 1 for n, v in enumerate(jacobian) if abs(v) > VANISHING]
    shown = r",\; ".join(number(v) for v in jacobian)
    weight = f"W^{{{layer}}}_{{{r + 1}{c + 1}}}"
    wrong = choices.units_of_a_weight(r + 1, c + 1, b.size, is_silent=not some)
    return _about_units(
        "The chain rule sums over the units of this layer. Which unit's pre-activation, for the first "
        f"example, changes with ${weight}$?",
        some,
        f"The derivatives of the pre-activations with respect to ${weight}$ are ${shown}$.",
        {key: one for key, one in wrong.items() if max(one[0], default=0) <= b.size},
        b.size,
        "all of them",
        order,
        "uses",
    )


def _about_units(prompt, units, reason, wrong, n, every, order, more):
    """Return the Question whose answer is some of n units; `wrong` is {key: (units, why)}.

    Of two mistakes that lead to the same units, the first counts.
    """
    answer, made = _units(units, n, every), {}
    for key, (some, why) in wrong.items():
        text = _units(some, n, every)
        if text != answer:
            made.setdefault(text, Wrong(key, text, why))
    return _choice("vanishes", prompt, answer, reason, [*made.values()], order, HOW_TO_CHECK[more])


def _unpenalised(problem, order):
    is_real = np.any(problem.config.penalties())
    asked = problem if is_real else dataclasses.replace(problem, l1=0.0, l2=PROPOSED)
    data, total = (
        loss_and_gradients(problem.params, problem.X, problem.y, config)[1]
        for config in (asked.without_penalty, asked.config)
    )
    changes = [float(np.abs(a.W - b.W).max()) for a, b in zip(data, total, strict=True)]
    gap = max(float(np.abs(a.b - b.b).max()) for a, b in zip(data, total, strict=True))
    change = max(changes)
    stated = [f"${one}$" for one in stated_strengths(asked)]
    prompt = f"With {listed(stated)}, which gradient does the penalty change?"
    if asked is not problem:
        which = "All" if problem.penalty_per_layer else "Both"
        prompt = f"{which} strengths are 0 here. With {stated[-1]}, which gradient would the penalty change?"
    names = tuple(choices.PENALTY_REASONS)
    answer = names[(0 if gap == 0 else 2) if change > 0 else (3 if gap == 0 else 1)]
    return _choice(
        "vanishes",
        prompt,
        answer,
        f"The largest change is ${number(change)}$ for $W^{changes.index(change) + 1}$ and ${number(gap)}$ "
        "for the biases: the penalty is a sum over weights.",
        [Wrong(key, name, why) for name, (key, why) in choices.PENALTY_REASONS.items() if name != answer],
        order,
        HOW_TO_CHECK["elastic_net"],
    )


def _units(which, n, every="all"):
    if not which:
        return "none"
    if len(which) == n and n > 1:
        return every
    return ("unit " if len(which) == 1 else "units ") + ", ".join(map(str, which))


def shuffled(choices, rng):
    unique = list(dict.fromkeys(choices))
    return tuple(unique[n] for n in rng.permutation(len(unique)))
