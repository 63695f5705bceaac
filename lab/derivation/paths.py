"""The chain rule along the graph: every path from a node or a weight to the loss, and its product."""

import functools
import math
from typing import NamedTuple

from lab.derivation.graph import graph
from lab.derivation.latex import factor, number, q
from lab.derivation.names import symbol
from lab.derivation.sources.network import Network
from lab.derivation.symbols import View, partial, ratio
from lab.derivation.symbols import counted as index_written
from lab.words import counted, percent

SHOWN = 3  # paths that are written out
IN_A_ROW = 5  # factors of a product per row


class Path(NamedTuple):
    """The edges from a node to the loss, their ids "source>target" and their local derivatives.

    For a weight, the first edge is its own, and the first factor is ∂z/∂w, the activation below it.
    """

    edges: tuple[str, ...]
    factors: tuple[float, ...]

    @property
    def product(self):
        """The product of the local derivatives."""
        return math.prod(self.factors)


class Chain(NamedTuple):
    """All paths from a node or a weight to the loss, the largest product first, and the engine's gradient."""

    name: str
    paths: tuple[Path, ...]
    gradient: float

    @property
    def silent(self):
        """The number of paths whose product is 0 because a factor is 0."""
        return sum(path.product == 0 for path in self.paths)

    def share(self, paths):
        """Return Σ|product| of these paths over Σ|product| of all paths; 0 if all products are 0."""
        total = sum(abs(path.product) for path in self.paths)
        return sum(abs(path.product) for path in paths) / total if total else 0.0


def starts(problem):
    """Return {id of a node or of a weight's edge: its symbol in plain text}, in the order of the graph."""
    network = graph(problem)
    nodes = {
        node.id: symbol(node.kind, problem.depth, (node.row,)) for node in network.nodes if node.kind != "L"
    }
    rows = {node.id: node.row for node in network.nodes}
    weights = {
        f"{edge.source}>{edge.target}": symbol(
            edge.kind, problem.depth, (rows[edge.source], rows[edge.target])
        )
        for edge in network.edges
        if edge.weight is not None
    }
    return nodes | weights


@functools.lru_cache(maxsize=64)
def chain(problem, start):
    """Return the Chain of one of the `starts`."""
    network = graph(problem)
    leaving = {}
    for edge in network.edges:
        leaving.setdefault(edge.source, []).append(edge)

    def onwards(node):
        if node not in leaving:
            return [((), ())]
        return [
            ((f"{edge.source}>{edge.target}", *edges), (edge.local, *factors))
            for edge in leaving[node]
            for edges, factors in onwards(edge.target)
        ]

    source, _, target = start.partition(">")
    nodes = {node.id: node for node in network.nodes}
    found = onwards(target or source)
    gradient = nodes[source].gradient
    if target:
        found = [((start, *edges), (nodes[source].value, *factors)) for edges, factors in found]
        gradient = next(edge.gradient for edge in leaving[source] if edge.target == target)
    paths = sorted((Path(*one) for one in found), key=lambda path: -abs(path.product))
    return Chain(starts(problem)[start], tuple(paths), gradient)


def formula(problem, path, start):
    """Return (the product of derivatives, the same in numbers) for a path in LaTeX, from the loss down."""
    view, weight = View(problem), ">" in start
    pairs = [edge.split(">") for edge in path.edges]
    symbols, numbers = [], []
    for at, (source, target) in enumerate(pairs):
        below = _weight(view.s.W, view, *pairs[0]) if weight and at == 0 else _latex(view, source)
        above = _latex(view, target)
        symbols.append(partial(source.partition(".")[0], below) if above == "L" else ratio(above, below))
        numbers.append(factor(path.factors[at]))
    rows = [numbers[::-1][at : at + IN_A_ROW] for at in range(0, len(numbers), IN_A_ROW)]
    product = r" \\ \cdot\, ".join(map(r" \cdot ".join, rows)) + rf" \approx {number(path.product)}"
    if len(rows) > 1:
        product = rf"\begin{{gathered}} {product} \end{{gathered}}"
    return r"\, ".join(symbols[::-1]), product


def whole(problem, start):
    """Return ∂L/∂ the start in LaTeX with its value."""
    view, (source, _, target) = View(problem), start.partition(">")
    key = source.partition(".")[0]
    shown = _weight(view.s.dW, view, source, target) if target else partial(key, _latex(view, source))
    return rf"{shown} \approx {number(chain(problem, start).gradient)}"


def code(problem, start):
    """Return the lines of code from the loss down to the gradient of a start, a tuple.

    The code has no line for the output's own gradient: it goes from the loss directly to the logits.
    """
    network = Network(problem, View(problem).values)
    key, target = start.partition(".")[0], start.partition(">")[2]
    ends = f"d_{target.partition('.')[0]}" if target else f"d_{key}"
    keys = ["d_oa"]
    for layer in range(problem.depth, 0, -1):
        keys += [f"d_hs{layer}", f"d_ha{layer}"]
    keys.append("d_x")
    way = keys[: keys.index(ends) + 1] if ends in keys else []
    if target:
        layer = problem.depth + 1 if ends == "d_oa" else int(ends.removeprefix("d_ha"))
        way.append(f"d_W{layer}")
    lines = [network.equation(one) for one in way]
    return tuple(
        f"{one.result.name} = " + "".join(text for text, _ in one.code()) for one in lines if one is not None
    )


def sentence(chain):
    """Return how many paths there are, how many contribute 0, and the share of the largest ones."""
    n, silent = len(chain.paths), chain.silent
    said = f"{counted(n, 'path')} {'leads' if n == 1 else 'lead'} from {chain.name} to L"
    said += "." if n == 1 else f"; ∂L/∂{chain.name} is the sum of their products."
    if silent:
        who = "It" if n == 1 else "They all" if silent == n else f"{silent:,} of them"
        said += f" {who} {'contributes' if silent == 1 else 'contribute'} 0, because a factor is 0."
    if n - silent > SHOWN:
        share = percent(chain.share(chain.paths[:SHOWN]))
        said += f" The {SHOWN} largest make up {share} of the sum of absolute values."
    return said


def _latex(view, node):
    key, row = node.split(".")
    if key == "L":
        return "L"
    return q("os", f"o^s_{{{int(row) + 1}}}") if key == "os" else view.latex(key, int(row) + 1)


def _weight(symbols, view, source, target):
    """Return symbols(layer, index) of the weight on an edge; `symbols` are those of W or of its gradient."""
    key = target.partition(".")[0]
    layer = view.s.depth + 1 if key == "oa" else int(key.removeprefix("ha"))
    return symbols(layer, index_written(_rows(source, target)))


def _rows(*nodes):
    return tuple(int(node.partition(".")[2]) for node in nodes)
