"""The source code of activations and losses for a script."""

from lab.exports.sources import source
from mlp import ACTIVATIONS, LOSSES


def activation(name, used):
    """Return the code of an activation and its derivative, without texts in the set `used`; add to it."""
    entry = ACTIVATIONS[name]
    if entry.listing:
        return _gathered(entry.listing, used)
    both = [source(entry.function), source(entry.derivative)]
    names = f"{name}, {name}_derivative = {entry.function.__name__}, {entry.derivative.__name__}"
    renamed = (entry.function.__name__, entry.derivative.__name__) != (name, f"{name}_derivative")
    return "\n\n\n".join([*both, names] if renamed else both)


def loss(name, used):
    """Return the code of `loss(logits, T)` and `loss_gradient(logits, T)`; `used` as in `activation`."""
    entry = LOSSES[name]
    if entry.listing:
        return _gathered(entry.listing, used)
    names = f"loss, loss_gradient = {entry.function.__name__}, {entry.gradient.__name__}"
    return "\n\n\n".join([source(entry.function), source(entry.gradient), names])


def _gathered(texts, used):
    fresh = [text for text in texts if text not in used]
    used.update(fresh)
    return "\n\n\n".join(text.strip() for text in fresh)
