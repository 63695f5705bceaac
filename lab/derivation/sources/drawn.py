"""What to show for every entry of a step's matrices: its numbers, its code, what it highlights."""

import functools
import itertools

import numpy as np

from lab.derivation.latex import COLUMNS, ROWS
from lab.derivation.names import in_code, number
from lab.derivation.sources.losses import BY_ITS_OWN
from lab.derivation.sources.of_step import with_network
from lab.words import listed

FEW = 4  # up to this many entries are named; more are counted
THROUGH = ("hs", "os", "L")  # quantities that are functions of one node, so that an edge is the function
GIVEN = {"x": "an input", "W": "a weight", "b": "a bias", "y": "the target"}


def workings(problem, step):
    """Return the equations to draw for a step, as a list of plain dicts; an empty list if it has none.

    Each has the line of `code`, its `signs`, and `matrices`: the result, then the parts. A matrix has its
    key, its symbol, and `rows` of cells, None for those left out. A cell has `at`, its row and column; `name`
    and `text`, its value; `pieces` [text, matrix or -1] write it out; `code` likewise; `sources` are [matrix,
    row, column]: for the result, what the entry is computed from; for a part, what it is used in. `lit` are
    the graph's nodes and edges of the entry and of its sources; `said` is a sentence.
    """
    return [_drawn(network, one) for network, one in with_network(problem, step)]


def _drawn(network, one):
    matrices = (one.result, *one.parts)
    used = {}  # {(part, row, column): entries of the result}
    for place in np.ndindex(one.result.values.shape):
        for source in one.sources(*place):
            used.setdefault(source, []).append(place)
    cells = functools.partial(_cell, network, one, used)
    return {
        "code": [[one.result.code(), 0], [" = ", -1], *_pieces(one.code())],
        "signs": list(one.signs),
        "matrices": [
            {
                "key": matrix.key,
                "symbol": matrix.symbol,
                "rows": [
                    [None if None in (r, c) else cells(part, matrix, r, c) for c in shown(matrix, 1, COLUMNS)]
                    for r in shown(matrix, 0, ROWS)
                ],
            }
            for part, matrix in enumerate(matrices, -1)
        ],
    }


def _cell(network, one, used, part, matrix, row, column):
    place = (row, column)
    cell = {
        "at": place,
        "text": number(matrix.values[place]),
        "name": _name(network, matrix, *place),
        "said": "",
        "pieces": [],
    }
    lit = _lit(network, matrix, *place)
    if part < 0:
        sources = one.sources(*place)
        cell["sources"] = [[at + 1, *at_part] for at, *at_part in sources]
        cell["code"] = [[one.result.code(*place), 0], [" = ", -1], *_pieces(one.code(*place))]
        cell["said"] = matrix.told(*place) if matrix.told else ""
        cell["pieces"] = _pieces(one.written(*place))
        lit += _lit_by(network, one, *place)
    else:
        results = used.get((part, *place), [])
        cell["sources"] = [[0, *result] for result in results]
        given, origin = _given(network, matrix), _origin(network, matrix)
        if matrix.written:
            cell["pieces"] = [[matrix.written(*place), -1]]
        elif origin and not given:
            at = tuple(place[::-1] if matrix.transposed else place)
            cell["pieces"] = [[text, -1] for text, _ in origin.written(*at)]
            lit += _lit_by(network, origin, *at)
        told = f"{matrix.told(*place)} " if matrix.told else ""
        cell["said"] = f"Given: {given}. " * bool(given) + told + _goes_into(network, one, results)
    return cell | {"lit": list(dict.fromkeys(lit))}


def _given(network, matrix):
    """Return what a matrix is if it is given, "" if it is computed."""
    if matrix.given or matrix.written:
        return matrix.given
    if not _is_itself(network, matrix):
        return ""
    given = GIVEN.get(matrix.key.rstrip("0123456789"), "")
    return given or BY_ITS_OWN * (network.equation(matrix.key) is None)


def _origin(network, matrix):
    """Return the Equation of a matrix that is a quantity of the network, None of another."""
    return network.equation(matrix.key) if not matrix.entry and _is_itself(network, matrix) else None


def _is_itself(network, matrix):
    """Return whether a matrix is the quantity of its key, and not its sign, or an example's."""
    return network is not None and matrix.name == in_code(matrix.key, network.depth)


def _goes_into(network, one, results):
    """Return the sentence that says which entries of the result an entry of a part is used in."""
    if not results:
        return f"It is not used in {one.result.symbol}."
    names = [_name(network, one.result, *place) for place in results]
    if len(names) > FEW:
        return f"It is used in {len(names)} entries of {one.result.symbol}."
    return f"It is used in {listed(names)}."


def _pieces(pieces):
    return [[text, -1 if part is None else part + 1] for text, part in pieces]


def _name(network, matrix, row, column):
    """Return the name of an entry: its symbol, adapted to the symbol of its matrix (sign W, L⁽ⁿ⁾, …)."""
    if matrix.entry:
        return matrix.entry(row, column)
    name, quantity = network.entry(matrix, row, column), network.symbol(matrix.key)
    if matrix.transposed or matrix.symbol == quantity:
        return name
    if quantity in matrix.symbol:
        return matrix.symbol.replace(quantity, name)
    return f"{matrix.symbol.partition('/')[0]}/{name.partition('/')[2]}"  # of one of the examples


def _lit_by(network, equation, *place):
    """Return the ids of the sources' nodes and of the edges that lead from them to the entry's node."""
    sources = equation.sources(*place)
    lit = [name for part, *at in sources for name in _lit(network, equation.parts[part], *at)]
    if equation.result.key.rstrip("0123456789") in THROUGH and not equation.result.entry:
        nodes, ends = [name for name in lit if ">" not in name], _lit(network, equation.result, *place)
        lit += [f"{node}>{own}" for node in nodes for own in ends]
    return lit


def _lit(network, matrix, *place):
    """Return the ids of the graph's nodes and edges that correspond to an entry, for any example."""
    if matrix.lit:
        return matrix.lit(*place)
    return [] if network is None or matrix.entry else network.ids(matrix.key, matrix.index(*place))


def shown(matrix, axis, most):
    """Return the rows or columns to draw, with None in place of those left out."""
    n = matrix.values.shape[axis]
    if n <= most:
        return list(range(n))
    places = sorted(
        {*range(most - 1), n - 1} | ({matrix.kept} if axis and matrix.kept is not None else set())
    )
    gaps = {after: [None] * (after > before + 1) for before, after in itertools.pairwise(places)}
    return [one for place in places for one in (*gaps.get(place, ()), place)]
