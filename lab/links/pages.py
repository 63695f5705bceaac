"""Each page's fields and own widgets: their parameters in a link and their initial values."""

from typing import NamedTuple

from lab.links import descents, ensemble, feature_plane, sweep_plan
from lab.links.fields import DEFAULT_SEEDS, DEFAULTS, EXAMPLES, FIELDS

# the gradient check's steps, error measures and one of its groups of parameters
DECADES, A_GRID, B_GRID = "√10 apart", "A: N = k·10ⁱ", "B: N = 1 … 24"
A_CODE = "A: the five N of its code"
RELATIVE, LARGEST = "relative norm", "largest difference"
FIRST_TEN = "W²[0, :10]"
FIRST_STEP = "hidden_pre_activation"  # of the derivation: where the network begins
# tasks and task: an assignment, and one of its tasks; class: who answers together
EVERY_PAGE = ("v", "lock", "open", "tasks", "task", "class")
OPEN_PART = ("part",)  # say which part of a page is open, and nothing about what it shows
EXPERIMENT = (*EVERY_PAGE, "fingerprint", "seeds", "points", "epoch", *FIELDS)
DERIVATION_FIELDS = ("activation", "loss", "l1", "l2", "init_seed")
MODES = {  # of a page with several; the first is shown if the link says nothing
    "decision_boundary": ("One experiment", "Compare"),
    "bug_lab": ("Gallery", "Hunt"),
}
SIZES = {  # of the derivation's network: (label, least, most, default, help)
    "d": ("Inputs d", 1, 4, 2, "Features of an example."),
    "depth": ("Hidden layers", 1, 3, 1, "All with the same number of units."),
    "d_h": ("Hidden units d_h", 1, 5, 3, "Units of every hidden layer."),
    "m": ("Classes m", 2, 4, 2, "Units of the output layer."),
    "K": ("Examples K", 1, 8, 3, "The minibatch; most lines are about its first example."),
}


class Page(NamedTuple):
    """`defaults` {field: value}, `view` {parameter of one of the page's own widgets: initial value}.

    `others` are the parameters that a link to the page may have besides those of `view`. The page trains
    `seeds` networks if its link does not say how many.
    """

    defaults: dict
    view: dict
    others: tuple = EXPERIMENT
    seeds: int = DEFAULT_SEEDS


class Pages(dict):
    """{name of a page: its Page}; a page that is not listed has all fields' defaults and no view."""

    def __missing__(self, name):
        return Page(DEFAULTS, {})


LISTED = {
    "home": Page({}, {}, ()),
    "instructors": Page({}, {}, OPEN_PART),
    "five_students": Page({}, {}, ()),
    "assignment": Page({}, {}, ("tasks",)),
    "class_answers": Page({}, {}, ("key", "of", "class")),
    "derivation": Page(
        DEFAULTS | {"activation": "tanh"},
        {key: size[3] for key, size in SIZES.items()}
        | {"step": FIRST_STEP, "predict": True, "lines": "None"},
        (
            *EVERY_PAGE,
            *DERIVATION_FIELDS,
            "view",
            "sheet",
        ),  # of an embedded link, see `embedded`; of a sheet alone
    ),
    "initialization": Page(ensemble.DEFAULTS, ensemble.VIEW),
    "optimization": Page(descents.DEFAULTS, descents.VIEW),
    "decision_boundary": Page(
        DEFAULTS,
        {
            "mode": MODES["decision_boundary"][0],
            "view": "1",
            "compare": "hidden_layer_sizes",
            "values": EXAMPLES["hidden_layer_sizes"],
            "hide_test": False,
        }
        | feature_plane.VIEW,
    ),
    "gradient_check": Page(
        DEFAULTS | {"hidden_layer_sizes": (8, 8), "activation": "tanh", "epochs": 0},
        {
            "examples": 32,
            "scheme": "central",
            "h": "1e-5",
            "precision": "float64",
            "which": "all",
            "grid": DECADES,
            "against": "h",
            "error": RELATIVE,
        },
        (*EXPERIMENT, "step"),  # the former name of h
        seeds=1,
    ),
    "bug_lab": Page(
        DEFAULTS
        | {
            "hidden_layer_sizes": (16, 16),
            "learning_rate": 0.3,
            "learning_rate_min": 0.01,
            "cycle_steps": 60,
            "l2": 0.001,
            "epochs": 20,
        },
        {"mode": MODES["bug_lab"][0], "bug": "mean taken twice", "hunt": 1},
        (*EXPERIMENT, "played"),
        seeds=3,
    ),
    "sweeps": Page(sweep_plan.DEFAULTS, sweep_plan.VIEW, (*EXPERIMENT, "tested")),
}
PAGES = Pages(LISTED)
