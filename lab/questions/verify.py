"""The questions of the pages that verify: gradient check and bug lab."""

from lab.links.pages import A_CODE, A_GRID, B_GRID, FIRST_TEN, LARGEST
from lab.questions.preset import Preset

ONE_EXAMPLE = {"activation": "relu", "examples": 1, "against": "N = 1/h"}
B_CHECK = {  # the first image of the file; at this weight seed the unit below the ten weights is on for it
    **{"name": "mnist", "scaling": "none", "split": "1000/500/500", "hidden_layer_sizes": (512, 512)},
    **{"initializer": "glorot_uniform", "init_seed": 2, "which": FIRST_TEN, "grid": B_GRID, "h": "1/24"},
    **{"error": LARGEST},
} | ONE_EXAMPLE
C_CHECK = {  # C's network with two inputs
    **{"hidden_layer_sizes": (50,), "activation": "relu", "initializer": "lecun_normal", "init_seed": 111},
    **{"l2": 0.01, "batch_size": 100, "examples": 100, "h": "1"},
}
E_NETWORK = {"activation": "relu", "initializer": "uniform_fan_out", "h": "1e-6"}

GRADIENT_CHECK = (
    Preset(
        "ReLU: who crosses a kink?",
        {"activation": "relu", "h": "0.01"},
        "A step of 0.01 sometimes moves a pre-activation past 0. For how many of 114 parameters?",
    ),
    Preset(
        "What does float32 leave of a check?",
        {"precision": "float32"},
        "h = 1e-5 is right for float64. What is left when each loss has only seven digits?",
    ),
    Preset(
        "B: N = 1 … 24",
        ONE_EXAMPLE | {"grid": B_GRID, "h": "1/24"},
        "Every curve falls. Does that prove anything?",
    ),
    Preset(
        "A: N = k·10ⁱ",
        ONE_EXAMPLE | {"grid": A_GRID, "h": "1e-5"},
        "N goes up to 9·10⁵. Where do the errors of a right and a wrong gradient part?",
    ),
    Preset(
        "A: the five N that its code wrote",
        ONE_EXAMPLE | {"grid": A_CODE, "h": "1e-5"},
        "N = 10, 50, 1,000, 5,000 and 100,000: are five steps enough to see where a curve stops falling?",
    ),
    Preset(
        "B: ten weights of W² on MNIST, N = 1 … 24",
        B_CHECK,
        "Drawn as B drew it, beside a gradient that is 0.01 % too large. Can you tell which is which?",
    ),
    Preset(
        "C: h = 1 and difference > 1e-7",
        C_CHECK,
        "Which passes such a test: a right gradient, one that is too high, or one that is too low?",
    ),
    Preset(
        "E: 24 pairs of eight digits, λ = 0.001",
        E_NETWORK | {"hidden_layer_sizes": (2,), "init_seed": 7, "l1": 1e-3, "l2": 1e-3, "examples": 10},
        "Five of eight digits agree. Rounding, or an error?",
    ),
    Preset(
        "E: an epoch by a loop and by matrices",
        E_NETWORK
        | {"name": "mnist", "scaling": "unit", "split": "5000/1000/1000", "hidden_layer_sizes": (64,)}
        | {"schedule": "inverse_epoch", "batch_size": 20, "examples": 20},
        "784-64-10, batches of 20. How many times faster are matrices?",
    ),
    Preset(
        "Is the penalty right?",
        {"l1": 1e-3, "l2": 1e-2},
        "|w| has a kink, w² has none. Which part is harder to check?",
    ),
    Preset(
        "And after 50 epochs?",
        {"epochs": 50},
        "The loss is near 0, and so are the derivatives. Does the check get better or worse?",
    ),
    Preset(
        "Can differences be as good as exact?",
        {"scheme": "complex", "h": "1e-20"},
        "A step of 1e-20 is far below the rounding of any weight. What is left of the derivative?",
    ),
    Preset(
        "A network that reads digits",
        {"name": "mnist", "scaling": "unit", "split": "5000/1000/1000", "hidden_layer_sizes": (64,)},
        "The network has 50,890 parameters. Which would you check?",
    ),
    Preset(
        "A million parameters",
        {"hidden_layer_sizes": (1000, 1000), "examples": 8},
        "Two losses per parameter would take minutes. What does a sample of each tensor tell?",
    ),
)
BUG_LAB = (
    Preset(
        "Which layers does a rounded z spoil?",
        {"bug": "slope at rounded", "activation": "sigmoid", "learning_rate": 1.0},
        "Which strips turn red: the first layers, the last, or all?",
    ),
    Preset(
        "The network reaches its accuracy. Is its loss right?",
        {"bug": "constant in log"},
        "Will a check at one step see a constant of a millionth?",
    ),
    Preset(
        "Can layers of one shape hide a reversed list?",
        {"bug": "last layer first", "name": "linear", "hidden_layer_sizes": (2, 2), "activation": "tanh"},
        "With other shapes the program stops. And here?",
    ),
    Preset(
        "Does a missing factor matter where there is no penalty?",
        {"bug": "factor two missing", "l2": 0.0},
        "Will any of the ten tests find it?",
    ),
    Preset(
        "What do pixels divided by 255 twice look like?",
        {"bug": "divided twice", "name": "mnist"},
        "How long will the loss stay on its plateau?",
    ),
    Preset(
        "All gradients are right. Is the step?",
        {"bug": "updated too early"},
        "Which test can see a step that is wrong though every gradient is right?",
    ),
)
