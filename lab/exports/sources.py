"""Code for a script as text: the engine's source of a function with all it needs, and filled templates."""

import ast
import inspect
import re
import types

from mlp import ACTIVATIONS, LOSSES

OURS = ("mlp.", "data.")


def source(function):
    """Return the code of a function, preceded by everything it uses from OURS and its own module.

    The code expects NumPy as np; it imports other modules by name.
    """
    return join(_pieces(function, set()))


def activation(name, used):
    """Return the code of an activation and its derivative, without texts in the set `used`; update it."""
    entry = ACTIVATIONS[name]
    renamed = f"{name}, {name}_derivative = {{}}, {{}}"
    return _pair(entry, entry.derivative, renamed, used)


def loss(name, used):
    """Return the code of `loss(logits, T)` and `loss_gradient(logits, T)`; `used` as in `activation`."""
    entry = LOSSES[name]
    return _pair(entry, entry.gradient, "loss, loss_gradient = {}, {}", used)


def _pair(entry, derivative, renamed, used):
    """Return the code of an entry's function and its derivative, and the line that renames them if needed."""
    texts = entry.listing
    if not texts:
        names = entry.function.__name__, derivative.__name__
        line = renamed.format(*names)
        same = line.partition(" = ")[0] == line.partition(" = ")[2]
        done = set()
        pieces = _pieces(entry.function, done) + _pieces(derivative, done)
        texts = [*pieces, *([] if same else [line])]
    fresh = [text for text in texts if text not in used]
    used.update(texts)
    return join(fresh)


def join(texts):
    """Return texts of code as one, separated by two empty lines."""
    return "\n\n\n".join(text.strip() for text in texts)


def fill(template, **tokens):
    """Return the template with every @token@ replaced by a text, or by lines indented like the token."""
    for name, value in tokens.items():
        if isinstance(value, str):
            template = template.replace(f"@{name}@", value)
        else:
            lines = "".join(rf"\g<1>{line}\n" for line in value)
            template = re.sub(rf"^( *)@{name}@\n", lines, template, flags=re.MULTILINE)
    return template.strip()


def _pieces(function, done):
    """Return the texts in an order in which they can run; each starts with its imports and constants."""
    if function.__name__ in done:
        return []
    done.add(function.__name__)
    code = inspect.getsource(function).rstrip()
    before, numbers = [], []
    for name in _names(code):
        if name in function.__code__.co_varnames:
            continue
        value = function.__globals__.get(name)
        value = inspect.unwrap(value) if callable(value) else value  # the function inside a cache
        ours = (*OURS, function.__module__)
        if isinstance(value, types.FunctionType) and value.__module__.startswith(ours):
            before += _pieces(value, done)
        elif isinstance(value, types.ModuleType) and value.__name__ != "numpy" and name not in done:
            done.add(name)
            numbers.append(f"import {value.__name__}")
        elif isinstance(value, (int, float, str)) and name not in done:
            done.add(name)
            numbers.append(f"{name} = {value!r}")
    head = "\n".join(numbers)
    return [*before, f"{head}\n\n\n{code}" if head else code]


def _names(code):
    """Return the names that the code reads, in order of appearance, each once."""
    read = (node.id for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Name))
    return dict.fromkeys(read)
