"""Multiple-choice questions about a step: about a shape, about what is 0, about the rule of a line."""

import numpy as np

from lab.derivation.answers import HOW_TO_CHECK
from lab.derivation.evidence import derivative
from lab.derivation.latex import number, plain
from lab.derivation.mistakes import VANISHING, Asked, Wrong, choices
from lab.derivation.step import CHAPTERS, Question
from lab.derivation.symbols import stated_strengths

WRONG_CHOICES = 3
# Rules that no line uses where it does not say so; those of differentiation only beyond chapter one
DIFFERENTIATION = ("quotient rule", "integration by parts")


def _choice(kind, prompt, answer, reason, wrong, rng, more):
    """Return the Question with the right answer and the first three wrong ones as choices, shuffled."""
    texts = [text for text in dict.fromkeys(one.answer for one in wrong) if text != answer][:WRONG_CHOICES]
    kept = tuple(one for one in wrong if one.answer in texts)
    return Question(kind, prompt, shuffled([answer, *texts], rng), answer, reason, kept, more)


def shape(problem, step, rng):
    if not step.shapes:
        return None
    shape = step.shapes[int(rng.integers(len(step.shapes)))]
    symbol, dims = plain(shape.symbol), shape.dims
    counted = " and ".join(
        f"{n} {kind}{'s' * (n != 1)}" for n, kind in zip(dims, ("row", "column"), strict=False)
    )
    if len(dims) == 1:
        counted = f"{dims[0]} entries" if dims[0] != 1 else "1 entry"
    return _choice(
        "shape",
        f"What is the shape of ${symbol}$?",
        str(dims),
        f"${symbol}$ has the shape ${shape.words}$, here {dims}: {counted}.",
        choices.shapes(Asked(problem, step), shape),
        rng,
        HOW_TO_CHECK["shape"],
    )


def rule(problem, step, rng):
    line = step.lines[int(rng.integers(1, len(step.lines))) if len(step.lines) > 1 else 0]
    if line.rule == "definition":  # there is nothing to find out
        line = next((one for one in step.lines if one.rule != "definition"), line)
    strange = [
        one for one in choices.STRANGE_RULES if step.chapter != CHAPTERS[0] or one not in DIFFERENTIATION
    ]
    spoken = " ".join(other.rule for other in step.lines).lower()
    strange = [rule for rule in strange if not any(word in spoken for word in rule.split()[:2])]
    every = choices.rules(step, line)
    own = [one for one in every if one.key == "rule_of_another_line" and not _alike(one.answer, line.rule)]
    own = list({one.answer: one for one in own}.values())
    pools = (own, [one for one in every if one.answer in strange])
    wrong = [pool[n] for pool in pools for n in rng.permutation(len(pool))]
    shown = f" With this network's numbers: ${plain(line.numbers)}$." if line.numbers != line.latex else ""
    at = step.lines.index(line)
    prompt = f"Which rule gives ${plain(line.latex)}$?"
    if at:  # not always a rewriting of the line before: it may be another case, or a definition
        prompt += f" The line before it is ${plain(step.lines[at - 1].latex)}$."
    reason = f"The rule is: {line.rule}.{shown}"
    return _choice("rule", prompt, line.rule, reason, wrong, rng, HOW_TO_CHECK["rule"])


def _alike(one, other):
    """Return whether one rule is the other in more words."""
    one, other = (rule.replace("definition, entry by entry", "definition") for rule in (one, other))
    return one.startswith(other) or other.startswith(one)


def vanishes(problem, step, rng):
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
    shown = r",\; ".join(number(v) for v in slope)
    return _about_units(
        "Which units of this layer pass nothing back for the first example?",
        flat,
        f"A unit passes nothing back where its slope is 0; here the slopes are ${shown}$.",
        choices.flat_units(flat, slope.size),
        slope.size,
        "all",
    )


def _other_units(problem, step, rng):
    layer = int(step.main.removeprefix("d_W"))
    W, b = problem.params[layer - 1]
    a = step.values[step.products[0].left]
    r, c = (int(rng.integers(n)) for n in W.shape)
    jacobian = derivative(lambda stack: (a @ stack + b)[:, 0], W)[r, c]
    some = [n + 1 for n, v in enumerate(jacobian) if abs(v) > VANISHING]
    shown = r",\; ".join(number(v) for v in jacobian)
    weight = f"W^{{{layer}}}_{{{r + 1}{c + 1}}}"
    wrong = choices.units_of_a_weight(r + 1, c + 1, b.size)
    return _about_units(
        "The chain rule sums over the units of this layer. Which unit's pre-activation "
        f"depends on ${weight}$?",
        some,
        f"The derivatives of the pre-activations with respect to ${weight}$ are ${shown}$.",
        {key: one for key, one in wrong.items() if max(one[0], default=0) <= b.size},
        b.size,
        "all of them",
    )


def _about_units(prompt, units, reason, wrong, n, every):
    """Return the Question whose answer is some of n units; `wrong` is {key: (units, why)}."""
    answer = _units(units, n, every)
    made = [Wrong(key, _units(some, n, every), why) for key, (some, why) in wrong.items()]
    made = [one for one in made if one.answer != answer]
    texts = list(dict.fromkeys(one.answer for one in made))[:WRONG_CHOICES]
    kept = tuple(one for one in made if one.answer in texts)
    offered = tuple(sorted([answer, *texts]))
    return Question("vanishes", prompt, offered, answer, reason, kept, HOW_TO_CHECK["vanishes"])


def _unpenalised(problem, step):
    data, total = step.values["d_b1"], step.claims["d_b1"].analytic
    gap = float(np.abs(total - data).max())
    layers = range(1, problem.depth + 2)
    changes = {n: np.abs(step.values[f"d_J_W{n}"] - step.values[f"d_W{n}"]).max() for n in layers}
    layer = max(changes, key=changes.get)
    change = float(changes[layer])
    *others, last = (f"${one}$" for one in stated_strengths(problem))
    names = tuple(choices.PENALTY_REASONS)
    answer = names[(0 if gap < VANISHING else 2) if change > VANISHING else (3 if gap < VANISHING else 1)]
    return Question(
        "vanishes",
        f"With {', '.join(others)} and {last}, which gradient does the penalty change?",
        names,
        answer,
        f"The largest change is ${number(change)}$ for $W^{layer}$ and ${number(gap)}$ for $b^1$: the "
        "penalty is a sum over weights.",
        tuple(
            Wrong(key, name, why) for name, (key, why) in choices.PENALTY_REASONS.items() if name != answer
        ),
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
