"""The questions of the pages that verify: gradient check and bug lab."""

from lab.links.pages import A_CODE, A_GRID, B_GRID, FIRST_TEN, LARGEST
from lab.questions import bug_answers as bug
from lab.questions import check_answers as check
from lab.questions.preset import Preset

HOW_MANY = ("None", "Fewer than half", "Half or more")

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
        HOW_MANY,
        check.who_crosses,
    ),
    Preset(
        "What does float32 leave of a check?",
        {"precision": "float32"},
        "h = 1e-5 is right for float64. When each loss has only seven digits, how large an error of a "
        "derivative goes unnoticed, as a share of the largest derivative?",
        ("Under 0.01%", "Up to 1%", "More than 1%"),
        check.hidden_errors,
    ),
    Preset(
        "B: N = 1 … 24",
        ONE_EXAMPLE | {"grid": B_GRID, "h": "1/24"},
        "Coursework B checks with steps h = 1/N, N from 1 to 24, and every curve of the error falls. Can you "
        "tell which belongs to a gradient that is 0.01% too large?",
        ("Yes, it stops falling", "No, both fall alike"),
        check.told_apart,
    ),
    Preset(
        "A: N = k·10ⁱ",
        ONE_EXAMPLE | {"grid": A_GRID, "h": "1e-5"},
        "N goes up to 9·10⁵. From which N on is a gradient that is 0.01% too large clearly farther off?",
        ("Before N = 100", "From N = 100 to 10,000", "Only beyond N = 10,000", "Nowhere"),
        check.where_they_part,
    ),
    Preset(
        "A: the five N that its code wrote",
        ONE_EXAMPLE | {"grid": A_CODE, "h": "1e-5"},
        "N = 10, 50, 1,000, 5,000 and 100,000: do five steps show that a gradient is 0.01% too large?",
        ("Yes, the curves differ", "No, the curves look alike"),
        check.told_apart,
    ),
    Preset(
        "B: ten weights of W² on MNIST, N = 1 … 24",
        B_CHECK,
        "Drawn as B drew it, next to a gradient that is 0.01% too large. Can you tell which is which?",
        ("Yes, on either axis", "Only on a logarithmic axis", "No, on neither"),
        check.told_by_eye,
    ),
    Preset(
        "C: h = 1 and difference > 1e-7",
        C_CHECK,
        "For which gradient does such a test report the fewest errors?",
        ("The right one", "One that is too high", "One that is too low"),
        check.reported_least,
    ),
    Preset(
        "E: 24 pairs of eight digits, λ = 0.001",
        E_NETWORK | {"hidden_layer_sizes": (2,), "init_seed": 7, "l1": 1e-3, "l2": 1e-3, "examples": 10},
        "Five of eight digits agree. Is it rounding or an error?",
        ("Rounding or printing explains it", "An error: neither does"),
        check.digits_that_differ,
    ),
    Preset(
        "E: an epoch by a loop and by matrices",
        E_NETWORK
        | {"name": "mnist", "scaling": "unit", "split": "5000/1000/1000", "hidden_layer_sizes": (64,)}
        | {"schedule": "inverse_epoch", "batch_size": 20, "examples": 20},
        "784-64-10, batches of 20. How many times faster are matrices than a loop over examples?",
        ("Up to 3 times", "3 to 30 times", "More than 30 times"),
        check.times_faster,
    ),
    Preset(
        "Is the penalty right?",
        {"l1": 1e-3, "l2": 1e-2},
        "|w| has a kink, w² has none. Where are the relative errors larger?",
        ("In the data loss", "In the penalty", "Much the same in both"),
        check.harder_part,
    ),
    Preset(
        "And after 50 epochs?",
        {"epochs": 50},
        "The loss is near 0, and so are the derivatives. Do the relative errors of the check change?",
        ("They get smaller", "They get larger", "Hardly"),
        check.before_and_after,
    ),
    Preset(
        "Can differences be as good as exact?",
        {"scheme": "complex", "h": "1e-20"},
        "A step of 1e-20 is far below the rounding of any weight. How many of sixteen digits agree?",
        ("Hardly any", "About half", "All but a few"),
        check.digits_left,
    ),
    Preset(
        "A network that reads digits",
        {"name": "mnist", "scaling": "unit", "split": "5000/1000/1000", "hidden_layer_sizes": (64,)},
        "The network has 50,890 parameters. How many weights of its first layer have a derivative of 0, so "
        "that checking them proves nothing?",
        HOW_MANY,
        check.derivatives_of_zero,
    ),
    Preset(
        "A million parameters",
        {"hidden_layer_sizes": (1000, 1000), "examples": 8},
        "Two losses per parameter would take minutes, so a few of each tensor are checked. If one derivative "
        "in a thousand is wrong, is one of those among them?",
        ("Almost surely", "Perhaps", "Hardly ever"),
        check.in_the_sample,
    ),
)
BUG_LAB = (
    Preset(
        "Which layers does a rounded z spoil?",
        {"bug": "slope at rounded", "activation": "sigmoid", "learning_rate": 1.0},
        "The bug rounds z before it takes the slope f′(z). Each weight matrix and each bias has a strip, "
        "whose wrong gradients are red. Which turn red: those of the first layers, of the last, or all?",
        ("Those of the first layers", "Those of the last layer", "All of them"),
        bug.layers_spoiled,
    ),
    Preset(
        "The network reaches its accuracy. Is its loss right?",
        {"bug": "constant in log"},
        "The loss on show is −ln(o + 1e-6), the gradient that of −ln o. Will a gradient check at one step "
        "see a constant of a millionth?",
        ("Yes, the check fails", "No, it is far too small"),
        bug.check_finds,
    ),
    Preset(
        "Can layers of one shape hide a reversed list?",
        {"bug": "last layer first", "name": "linear", "hidden_layer_sizes": (2, 2), "activation": "tanh"},
        "The bug returns the layers' gradients with the last layer's first. Where layers differ in shape, "
        "the program stops. What happens here?",
        ("It stops as well", "It runs, and a test finds the bug", "It runs, and no test finds the bug"),
        bug.stops_or_runs,
    ),
    Preset(
        "Does a missing factor matter where there is no penalty?",
        {"bug": "factor two missing", "l2": 0.0},
        "Will any of the ten tests find it?",
        ("Yes", "No"),
        bug.any_test_finds,
    ),
    Preset(
        "What do pixels divided by 255 twice look like?",
        {"bug": "divided twice", "name": "mnist"},
        "How long will the loss stay on its plateau, within 10% of where it starts?",
        ("5 epochs or fewer", "6 to 19 epochs", "All 20 epochs"),
        bug.plateau,
    ),
    Preset(
        "All gradients are right. Is the step?",
        {"bug": "updated too early"},
        "Which test can see a step that is wrong though every gradient is right?",
        bug.TESTS,
        bug.which_test_finds,
    ),
)
