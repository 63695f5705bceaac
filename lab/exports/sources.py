"""Extract the engine's source code of a function, with the functions and constants it needs."""

import ast
import inspect
import types

OURS = ("mlp.", "data.")


def source(function):
    """Return the code of a function, preceded by every function and constant of OURS that it uses.

    The code expects NumPy as np; other modules are imported by name.
    """
    return "\n\n\n".join(_pieces(function, set()))


def _pieces(function, seen):
    """Return the texts in an order in which they run; each begins with its imports and constants."""
    if function.__name__ in seen:
        return []
    seen.add(function.__name__)
    code = inspect.getsource(function).rstrip()
    before, numbers = [], []
    for name in _names(code):
        if name in function.__code__.co_varnames:
            continue
        value = function.__globals__.get(name)
        if isinstance(value, types.FunctionType) and value.__module__.startswith(OURS):
            before += _pieces(value, seen)
        elif isinstance(value, types.ModuleType) and value.__name__ != "numpy" and name not in seen:
            seen.add(name)
            numbers.append(f"import {value.__name__}")
        elif isinstance(value, (int, float, str)) and name not in seen:
            seen.add(name)
            numbers.append(f"{name} = {value!r}")
    head = "\n".join(numbers)
    return [*before, f"{head}\n\n\n{code}" if head else code]


def _names(code):
    """Return the names that the code reads, in order of appearance, each once."""
    read = (node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name))
    return dict.fromkeys(read)
