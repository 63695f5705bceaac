"""The problem sheet: every step as a task with the network's numbers; the solutions are a second text."""

import functools
import itertools

from lab.derivation.answers import within
from lab.derivation.given import givens, objectives, of_loss, of_network
from lab.derivation.introduced import introduction
from lab.derivation.latex import number, plain
from lab.derivation.notation import notation
from lab.derivation.symbols import activation_formula, stated_strengths, symbols
from lab.words import listed

CASE = r": \quad"  # after the assumption of a line
# A line with one of these is to be shown, not derived
RELATIONS = (r"\Rightarrow", r"\ge ", r"\rightarrow", r"\to ", r"\le ", CASE)
EQUALITIES = ("equal_units", "zeros_equal")  # steps about two sides being equal
ALL_EXAMPLES = ("empirical_risk", "gradient_descent", "elastic_net", "batch_mean", "batch_delta")
ALL_EXAMPLES += ("batch_outer", "recursion", "every_layer", "equal_units", "zeros_equal")
ON_PAPER = {"variance_layers": "How does the mean square change from layer to layer?"}  # instead of measured
OF_ANOTHER_LOSS = (".loss", ".delta")  # ends of the keys of steps about it that are not about its output
HIDDEN = ("the first hidden layer", "the second", "the third")


def sheet(problem, steps, name=None):
    """Return (problem sheet, solutions), both Markdown with LaTeX between dollars.

    `name` is what the headings call the problem: by default its seed, "" if it is not to be told.
    """
    called = f"problem {problem.seed}" if name is None else name
    return "\n\n".join(_tasks(problem, steps, called)), "\n\n".join(_solutions(steps, called))


def table(problem, written):
    """Return the notation as a Markdown table; `written` turns marked LaTeX into LaTeX."""
    rows = ["| In the course | In the code | What it is | Shape |", "|---|---|---|---|"]
    rows += [
        f"| ${written(one.course)}$ | `{one.code}` | {written(one.meaning)} | ${one.shape}$ |"
        for one in notation(problem)
    ]
    return "\n".join(rows)


def _tasks(problem, steps, called):
    s = symbols(problem.depth)
    yield f"# Backpropagation by hand{f', {called}' if called else ''}"
    formula = activation_formula(problem.activation, "z", "f(z)")[0]
    strengths = ", ".join(f"${one}$" for one in stated_strengths(problem))
    yield (
        f"A network with ${' , '.join(s.width(n) for n in range(problem.depth + 2))} = "
        rf"{' , '.join(map(str, problem.sizes))}$ units, activation $f(z) = {formula}$, "
        f"loss {problem.loss.replace('_', ' ')}, "
        + " ".join(filter(None, (f"{strengths}.", of_loss(problem.loss), of_network(problem))))
    )
    yield (
        f"There {'is' if problem.K == 1 else 'are'} $K = {problem.K}$ example{'s' * (problem.K != 1)}. "
        "Rows are examples, $z = x W + b$, and classes and indices count from 1. A task is about the first "
        f"example unless it says otherwise. {objectives(problem)}"
    )
    yield table(problem, plain)
    for formula in givens(problem):
        yield f"$${formula}$$"
    yield from _by_chapter(steps, functools.partial(_task, problem))


def _task(problem, n, step):
    asked = [f"   - {within(question)}" for question in step.asks if question.kind == "number"]
    over = f" *(All {problem.K} examples.)*" * (step.key in ALL_EXAMPLES and problem.K > 1)
    question = ON_PAPER.get(step.key, step.question)
    convention = of_loss(step.loss) if step.key.endswith(OF_ANOTHER_LOSS) else ""
    told = (f"**{n}. {step.title}.** {question}{over}", convention, introduction(step))
    told = " ".join(filter(None, told))
    return "\n".join([told, *_for_each(step), *asked])


def _for_each(step):
    """Return what to derive (without the solution), what to show, and the shapes to give."""
    if step.key.endswith("_careful"):
        first = plain(left_side(step.lines[0].latex))
        return [
            f"   - Write ${first}$ so that no number overflows or is lost to rounding, and say why it is the "
            f"same."
        ]
    if step.key in ON_PAPER:
        assumed, _, derived = zip(*(line.latex.partition(CASE) for line in step.lines), strict=True)
        values = listed([f"${plain(one)}$" for one in assumed])
        return [f"   - Derive ${plain(left_side(derived[0]))}$ from $q_l$ with {values}."]
    last = {
        line.claim or step.main: line.latex
        for line in step.lines
        if line.value is not None and line.rule.partition(",")[0] != "definition"
    }
    last = list(last.values()) or [step.lines[-1].latex]
    shown = [one for one in last if step.key in EQUALITIES or any(sign in one for sign in RELATIONS)]
    derived = list(dict.fromkeys(f"${plain(left_side(one))}$" for one in last if one not in shown))
    wanted = []
    if derived:
        together = " and ".join([", ".join(derived[:-1])] * (len(derived) > 1) + derived[-1:])
        wanted.append(f"   - Derive {together}, and give the rule of every line.")
    wanted += [f"   - Show that ${plain(one)}$." for one in shown]
    if step.shapes:
        symbols_ = ", ".join(f"${plain(one.symbol)}$" for one in step.shapes)
        wanted.append(f"   - Give the shapes of {symbols_}.")
    return wanted


def left_side(latex):
    """Return the text before the first = outside all braces."""
    depth = 0
    for at, character in enumerate(latex):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if character == "=" and depth == 0:
            return latex[:at].strip()
    return latex


def _solutions(steps, called):
    yield f"# Solutions{f' of {called}' if called else ''}"
    yield from _by_chapter(steps, _solution)


def _solution(n, step):
    parts = [f"**{n}. {step.title}.** {step.note}".rstrip()]
    for line in step.lines:
        parts += [f"Rule: {line.rule}.", f"$${plain(line.latex)}$$"]
        if line.numbers != line.latex:
            parts.append(f"$${plain(line.numbers)}$$")
    if step.shapes:
        parts.append("Shapes: " + "; ".join(f"${plain(a)}$: ${b} = {c}$" for a, b, c in step.shapes))
    parts += [f"`{line.text}` ({line.module}, line {line.number})" for line in step.code]
    parts += [
        f"*{within(question)}* ${number(question.answer)}$. {question.reason}"
        for question in step.asks
        if question.kind == "number"
    ]
    return "\n\n".join(parts)


def _by_chapter(steps, written):
    """Yield the heading of each chapter, then written(number, step) of its steps."""
    count = itertools.count(1)
    for chapter, own in itertools.groupby(steps, key=lambda step: step.chapter):
        yield f"## {chapter}"
        for step in own:
            yield written(next(count), step)


def layers_in_words(problem):
    """Return what every layer computes, with its sizes, in Markdown with LaTeX between dollars."""
    s = symbols(problem.depth)
    hidden = [
        f"${s.width(layer)} = {n}$ {'unit' if n == 1 else 'units'} in {name}"
        for layer, (n, name) in enumerate(zip(problem.hidden_layer_sizes, HIDDEN, strict=False), start=1)
    ]
    if problem.depth == 1:
        hidden[0] = hidden[0].replace(" first", "")
    inputs = f"$d = {problem.d}$ {'input' if problem.d == 1 else 'inputs'}"
    return (
        r"A layer computes $x\, W + b$: each of its units multiplies its inputs by its weights, adds up "
        "the products, and adds its bias. An example is a row, so $x$ is on the left, and the weights of "
        f"a unit are a column of $W$. Here there are {', '.join([inputs, *hidden])} and "
        f"$m = {problem.m}$ classes."
    )
