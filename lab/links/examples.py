"""Example values of each field that are instructive side by side, for Compare and for sweeps."""

from lab.links.experiment import BOTH_PENALTIES, field_text
from lab.links.fields import FIELDS, Flag, Whole

EXAMPLES = {  # of the fields whose first widget values would teach less
    "activation": "relu / tanh / sigmoid",
    "initializer": "zeros / normal / glorot_uniform",
    "optimizer": "sgd / momentum / adam",
    "init_scale": "0.01 / 1 / 3",
    "l1": "0.0001 / 0.001 / 0.01",
    "l2": "0.0001 / 0.001 / 0.01",
    BOTH_PENALTIES: "0.0001 / 0.001 / 0.003",
    "hidden_layer_sizes": "3 / 20 / 128",
    "epochs": "2 / 10 / 30",
    "learning_rate": "0.01 / 0.1 / 1",
    "batch_size": "1 / 16 / 256",
    "noise": "0.05 / 0.2 / 0.4",
    "n_samples": "60 / 300 / 3000",
    "n_classes": "2 / 3 / 5",
    "momentum": "0 / 0.9 / 0.99",
    "cycle_steps": "100 / 500 / 2000",
}


def example_values(field, n_options, examples=EXAMPLES):
    """Return values of a field as text: its own of `examples`, else the first `n_options` of its widget."""
    kind = FIELDS[field][1] if field in FIELDS else None
    if isinstance(kind, Flag):
        options = ["true", "false"]
    elif isinstance(kind, Whole):
        options = ["0", "1", "2"]
    else:
        options = [field_text(option) for option in getattr(kind, "options", ())][:n_options]
    return examples.get(field) or " / ".join(options)
