"""What a question's numbers are computed from, for a reader who does not see the page."""

import functools
import re

from lab.derivation.introduced import SHAPED, SIGMA, TWO_LOSSES, functions, introduction
from lab.derivation.latex import matrix
from lab.derivation.notation import explained
from lab.derivation.step import CHAPTERS
from lab.derivation.symbols import activation_formula, stated_strengths, strengths, symbols
from lab.words import inside
from mlp.activations import ACTIVATIONS
from mlp.losses import LOSSES

WITH_NUMBERS = ("number", "sign", "vanishes")  # kinds of questions that need this network's numbers
FUNCTIONS, OPTIMIZERS = CHAPTERS[0], CHAPTERS[-1]
WITHOUT_NETWORK = (FUNCTIONS, OPTIMIZERS)
OF_ANY_NETWORK = ("stall", "second_moment")  # steps about one unit, with symbols of their own
LENGTHS = {  # {key of a step about a row of numbers: the field, and symbol, of its length}
    **dict.fromkeys(("square_sum", "absolute_sum"), "d"),
    **dict.fromkeys(("softmax_jacobian", "softmax_shift"), "m"),
}
AXES = (
    "One example is a matrix with one row, and so is what a layer computes from it; biases are plain vectors."
)
COUNTED = "Classes and indices count from 1."
MEANS = re.compile(r"\\hat R|\bJ\b")
BESIDE = r", \qquad "  # between two formulas on one line


def sentence(problem, step, question):
    """Return what the question is about and what its symbols mean, as Markdown; "" if it has no formula.

    That is the network, where the question is about one, then its notation, then the step's own symbols.
    """
    if "$" not in question.prompt:
        return _network(problem, step, question)
    asked = " ".join((question.prompt, *(question.choices or ())))
    if step.chapter == FUNCTIONS and question.kind == "shape":  # its prompt says it
        return ""
    if step.key in LENGTHS:
        length = LENGTHS[step.key]
        told = [f"Let ${length} = {getattr(problem, length)}$."]
    else:
        told = [_network(problem, step, question)]
        is_named = step.chapter not in WITHOUT_NETWORK and step.key not in OF_ANY_NETWORK
        told += [explained(step.about(problem), asked)] * is_named
    told = " ".join(filter(None, told))
    if not (question.kind == "shape" and step.key in SHAPED):  # its prompt introduces what it asks about
        known = told + question.prompt.partition("Here ")[2]
        told = " ".join(filter(None, (told, introduction(step, known))))
    return " ".join(filter(None, (told, functions(f"{told} {asked}"))))


def _network(problem, step, question):
    """Return which network the question is about, as Markdown; "" if it is about none.

    The loss is the step's own, if it has one. The mean loss and the objective are defined if they are named.
    """
    of_formulas = question.kind == "rule" and "$" in question.prompt and step.chapter != OPTIMIZERS
    if step.chapter == FUNCTIONS or not (question.kind in (*WITH_NUMBERS, "shape") or of_formulas):
        return ""
    about, s = step.about(problem), symbols(problem.depth)
    widths = ", ".join(f"${s.width(n)} = {size}$" for n, size in enumerate(about.sizes))
    formula = activation_formula(about.activation, "z", "f(z)")[0]
    examples = f"$K = {about.K}$ examples, one in each row" if about.K != 1 else "$K = 1$ example"
    told = (
        f"A network with {widths} units, $x W + b$ in each layer and $f(z) = {formula}$; "
        f"{inside(LOSSES[about.loss].title)}; {', '.join(f'${one}$' for one in stated_strengths(about))}; "
        f"{examples}. A question is about the first one unless it says otherwise."
    )
    counted = {"shape": AXES} | dict.fromkeys(WITH_NUMBERS, COUNTED)
    convention = "" if TWO_LOSSES in introduction(step) else of_loss(about.loss)
    told = (told, counted.get(question.kind), convention, of_network(about))
    told = " ".join(filter(None, told))
    return f"{told} {objectives(about)}" if MEANS.search(question.prompt) else told


def of_loss(name):
    """Return the sentence on what the name of a loss leaves open, "" if nothing.

    It has no formula, since the loss or its gradient may be what is asked for.
    """
    loss = LOSSES[name]
    return f"The loss of an example is the {loss.measure} {loss.convention}." if loss.convention else ""


def of_network(problem):
    """Return the definitions of functions that the network's formulas use, u of GELU and σ, as Markdown."""
    activation, output = ACTIVATIONS[problem.activation], LOSSES[problem.loss].output
    sigma = any(r"\sigma" in latex for latex in (activation.latex, output.latex))
    return " ".join(filter(None, (activation.note, f"The sigmoid function is {SIGMA}." if sigma else "")))


def objectives(problem):
    """Return the definitions of the mean loss and of the objective with its penalty, as Markdown."""
    l1, l2 = strengths(problem)
    return (
        rf"$\hat R$ is the mean loss of all examples, $J = \hat R + \sum_l ({l1} \sum_{{i,j}} |W^l_{{ij}}| + "
        rf"{l2} \sum_{{i,j}} (W^l_{{ij}})^2)$."
    )


def formulas(problem, step, question):
    """Return the numbers that the question's answer is computed from, a list of LaTeX formulas.

    A question about other weights than the problem's says which, and is given the examples alone.
    """
    if step.chapter == FUNCTIONS or question.kind not in WITH_NUMBERS:
        return []
    examples, *parameters = givens(problem)
    return [examples] if step.params else [examples, *parameters]


def givens(problem):
    """Yield the formulas of the minibatch (classes counted from 1) and of each layer's parameters."""
    whole = functools.partial(matrix, whole=True)
    yield f"X = {whole(problem.X)}{BESIDE}y = {whole(problem.y + 1)}"
    for layer, (W, b) in enumerate(problem.params, 1):
        yield f"W^{{{layer}}} = {whole(W)}{BESIDE}b^{{{layer}}} = {whole(b)}"
