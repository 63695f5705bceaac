"""Build a step about a function of one variable: the parts that all identities share."""

import functools

import numpy as np

from lab.derivation.latex import number, plain, q
from lab.derivation.notation import focus
from lab.derivation.numeric import COMPLEX, Claim, elementwise_slope
from lab.derivation.problem import trace
from lab.derivation.step import CHAPTERS, Identity, Line, Question, Step
from mlp.checks.numerical import quotient

CHAPTER = CHAPTERS[0]
STRAIGHT = 2.0**-10  # the step of central differences on straight pieces
ALWAYS = (-3.0, -0.7, 0.4, 2.5)  # checked beside the network's own values


def points(problem):
    """Return the x at which identities are checked: the first example's pre-activations and more, none 0."""
    own = np.concatenate([z[0] for z in trace(problem, 1).z])
    return np.concatenate([own[np.abs(own) > 2.0**-9], ALWAYS])


def shown_point(problem):
    """Return the x that the lines write out: the pre-activation of the first hidden layer's focus unit."""
    return float(trace(problem, 1).z[0][0, focus(problem)[1]])


def complex_slope(function):
    """Return x -> function'(x), elementwise, by the complex step."""
    return lambda x: elementwise_slope(function, np.asarray(x, float))


def central_slope(function):
    """Return x -> function'(x), elementwise, by central differences: exact on straight pieces."""

    def slope(x):
        x = np.asarray(x, float)
        return quotient((function(x + STRAIGHT), function(x - STRAIGHT)), "central", STRAIGHT)

    return slope


def identity_step(problem, key, place, title, question, lines, identity, code, *, straight=False, note=""):
    """Return the Step of left(x) = right(x), and of the slope of its function.

    `lines` are (LaTeX, the same at {x}, rule, function of x, claim: left, slope or None for no number).
    """
    x, at = points(problem), shown_point(problem)
    shown = q("x", number(at) if at >= 0 else f"({number(at)})")
    made = []
    for latex, numbers, rule, function, claim in lines:
        if claim is None:
            made.append(Line(latex, latex, rule))
            continue
        value = number(np.asarray(function(np.array([at])))[0])
        made.append(Line(latex, rf"{numbers.replace('@', shown)} \approx {value}", rule, function(x), claim))
    scheme = "central difference, h = 1/1024" if straight else COMPLEX
    claims = {
        "left": Claim(
            f"left and right side at {x.size} points", identity.left(x), identity.right(x), "the right side"
        ),
        "slope": Claim(
            f"the derivative at {x.size} points", identity.derivative(x), identity.numeric(x), scheme
        ),
    }
    return Step(
        key=key,
        chapter=CHAPTER,
        number=place,
        title=title,
        question=question,
        lines=tuple(made),
        claims=claims,
        code=code,
        values={
            "x": x,
            "left": identity.left(x),
            "right": identity.right(x),
            "slope": claims["slope"].analytic,
        },
        own_asks=(_value_question([line for line in made if line.value is not None][-1], at, identity),),
        note=note,
        identity=identity,
    )


def _value_question(line, at, identity):
    """Return the Question what the right-hand side of the last line is at the network's own x."""
    right_side = line.latex.rpartition("=")[2].partition(r", \quad")[0].strip()
    return Question(
        "number",
        rf"What is ${right_side}$ at $x = {number(at)}$?",
        None,
        float(np.asarray(identity.right(np.array([at])))[0]),
        f"${plain(line.numbers)}$",
    )


def of(function, slope, *, left=None, right=None, straight=False, kinks=()):
    """Return an Identity about `function` and its slope; by default it states the slope."""
    numeric = central_slope(function) if straight else complex_slope(function)
    sides = (left or numeric, right or slope, function, slope, numeric)
    return Identity(*map(_quiet, sides), kinks)


def _quiet(function):
    """Return the function without warnings: over a wide range one side may round to 0 or ∞."""

    @functools.wraps(function)
    def called(x):
        with np.errstate(all="ignore"):
            return function(x)

    return called
