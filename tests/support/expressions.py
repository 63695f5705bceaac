"""The value of an expression in Python's syntax, from its syntax tree: only the operations below are done."""

import ast
import operator

OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def parsed(text):
    """The expression, to be given to `value`, once or with other values of its names."""
    return ast.parse(text, mode="eval").body


def value(node, named):
    """The value of a parsed expression, with {name: value or function}."""
    kind = type(node)
    if kind is ast.Constant:
        return node.value
    if kind is ast.Name:
        return named[node.id]
    if kind is ast.BinOp:
        return OPERATIONS[type(node.op)](value(node.left, named), value(node.right, named))
    if kind is ast.UnaryOp:
        return OPERATIONS[type(node.op)](value(node.operand, named))
    if kind is ast.Call:
        return value(node.func, named)(*(value(one, named) for one in node.args))
    if kind is ast.Subscript:
        return value(node.value, named)[value(node.slice, named)]
    if kind is ast.List:
        return [value(one, named) for one in node.elts]
    if kind is ast.Attribute:
        return getattr(value(node.value, named), node.attr)
    if kind is ast.IfExp:
        return value(node.body if value(node.test, named) else node.orelse, named)
    if kind is ast.BoolOp:
        for one in node.values:
            found = value(one, named)
            if bool(found) == isinstance(node.op, ast.Or):
                break
        return found
    if kind is ast.Compare and len(node.ops) == 1:
        (operation,), (right,) = node.ops, node.comparators
        return OPERATIONS[type(operation)](value(node.left, named), value(right, named))
    raise ValueError(f"{ast.unparse(node)}: this kind of expression is not known here.")
