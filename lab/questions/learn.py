"""The questions of the pages that teach: decision boundaries, initialization, optimization."""

from lab.links.descents import PATHS
from lab.questions import boundary_answers as boundary
from lab.questions import optimization_answers as optimization
from lab.questions import start_answers as start
from lab.questions.preset import Preset

STARTS = (boundary.NONE, boundary.SOME, boundary.ALL)  # of five random starts

COURSEWORK = {  # a two-layer network on the circles, as in coursework E
    "hidden_layer_sizes": (128,),
    "epochs": 30,
    "batch_size": 16,
    "learning_rate": 0.5,
    "schedule": "inverse_epoch",
    "l1": 1e-4,
    "l2": 1e-4,
    "initializer": "uniform_fan_out",
}


def _compare(field, values):
    return {"mode": "Compare", "compare": field, "values": values}


ANOTHER_COMPUTER = Preset(
    "Would the same network come out on another computer?",
    {
        "hidden_layer_sizes": (8, 8),
        "activation": "tanh",
        "optimizer": "momentum",
        "epochs": 100,
        # of this experiment with the kernels that OpenBLAS has for processors of 2004 (Prescott)
        "fingerprint": "2w185b9fa6cd4a28b97b253ca3_0.0183375_0.0335074_0.0180579_0.5"
        "8462_0.275656_0.0789983_0.0416661_0.0615611_0.0752296_0.0335074",
    },
    "It may round the last digit of a sum differently. Will the loss after a hundred epochs show it?",
    ("Not in its first six digits", "By less than 1%", "By 1% or more"),
    boundary.another_computer,
)
TWO_UNITS = Preset(
    "Would two hidden units be enough?",
    {"hidden_layer_sizes": (2,)},
    "Two units cut the plane with two lines. How many of five random starts reach 95%?",
    STARTS,
    boundary.starts_that_reach,
)
DECISION_BOUNDARY = (
    Preset(
        "3, 20 or 128 hidden units?",
        COURSEWORK | _compare("hidden_layer_sizes", "3 / 20 / 128"),
        "Three units cut the plane with three lines. How many of five random starts with three reach 95%?",
        STARTS,
        boundary.starts_that_reach,
    ),
    Preset(
        "2, 10 or 30 epochs?",
        COURSEWORK | _compare("epochs", "2 / 10 / 30"),
        "After 10 epochs the inner ring is enclosed. What do 20 more improve?",
        ("The accuracy and the loss", "The loss alone", "Neither"),
        boundary.improves,
    ),
    Preset(
        "How much weight decay?",
        COURSEWORK | _compare("l1 and l2", "0.0001 / 0.001 / 0.003"),
        "Will the line itself move, so that 5% of the examples change sides, or only the confidence?",
        ("The line itself moves", "Only the confidence falls", "Neither of them changes"),
        boundary.penalty_moves,
    ),
    Preset(
        "What does one hidden unit draw?",
        {"hidden_layer_sizes": (1,)},
        "How many straight pieces can the boundary have?",
        ("One", "Two", "Three or more"),
        boundary.pieces_of_one_unit,
    ),
    Preset(
        "Where do five networks disagree?",
        {"name": "moons", "noise": 0.25, "view": "disagreement"},
        "Where is most of the area in which their predictions differ?",
        ("Among the examples", "Where there are no examples"),
        boundary.where_they_disagree,
    ),
    Preset(
        "Can it follow a spiral?",
        {
            "name": "spirals",
            "hidden_layer_sizes": (16, 16),
            "optimizer": "adam",
            "learning_rate": 0.01,
            "epochs": 100,
        },
        "Two layers of sixteen units: how many of five random starts reach 95%?",
        STARTS,
        boundary.starts_that_reach,
    ),
    Preset(
        "What if all weights start at zero?",
        {"initializer": "zeros", "activation": "tanh"},
        "What could tell one hidden unit from the next? What will they learn?",
        ("Nothing at all", "All the same", "Different things"),
        boundary.zeros_learn,
    ),
    Preset(
        "What does a hundred times the learning rate do?",
        {"learning_rate": 10.0},
        "Each step is a hundred times as long as usual: faster, slower, or lost?",
        ("Faster: fewer epochs are enough", "Slower: more epochs are needed", "Lost: no better than a guess"),
        boundary.rate_too_high,
        "which-rate-is-too-high",
    ),
    TWO_UNITS,
    ANOTHER_COMPUTER,
)
INITIALIZATION = (
    Preset(
        "What happens over thirty layers?",
        {"hidden_layer_sizes": (128,) * 30, "sets": ["glorot_uniform", "he_normal", "orthogonal"]},
        "With Glorot each ReLU layer halves the variance. What is left of it after thirty?",
        ("A thousandth or more", "A millionth or more", "Less than a millionth"),
        start.variance_left,
    ),
    Preset(
        "Does tanh want what ReLU wants?",
        {"activation": "tanh", "sets": ["lecun_normal", "glorot_uniform", "he_normal", "normal"]},
        "He's factor of 2 was made for ReLU. Which start keeps the variance of tanh best over ten layers?",
        ("LeCun", "Glorot", "He", "N(0, 1)"),
        start.keeps_best,
    ),
    Preset(
        "Why did deep sigmoids not learn?",
        {
            "activation": "sigmoid",
            "sets": ["lecun_normal", "glorot_normal", "he_normal", "normal"],
            "train": True,
        },
        "The slope of a sigmoid is a quarter at most. With LeCun, how much of the gradient of layer 10 is "
        "left in layer 1?",
        ("A hundredth or more", "A hundred-thousandth or more", "Less than a hundred-thousandth"),
        start.gradient_left,
    ),
    Preset(
        "What if all weights are equal?",
        {"hidden_layer_sizes": (16, 16), "sets": ["zeros", "constant*0.1", "glorot_uniform"], "train": True},
        "What could tell one hidden unit from the next? How many stay equal to the others?",
        ("All of them", "Some of them", "None of them"),
        start.equal_weights,
    ),
    Preset(
        "Which start reads digits best?",
        {
            "name": "mnist",
            "split": "5000/1000/1000",
            "scaling": "unit",
            "hidden_layer_sizes": (100, 100),
            "sets": ["zeros", "normal", "normal*0.01", "glorot_uniform", "he_normal"],
            "epochs": 5,
            "train": True,
        },
        "Two layers are not deep. How many of the five starts come within 2 points of the best?",
        ("All five", "Three or four", "One or two"),
        start.within_the_best,
    ),
)
OPTIMIZATION = (
    Preset(
        "Do five optimizers end in the same valley?",
        {"paths": list(PATHS)},
        "All leave from the same weights and see the same minibatches. Walk straight from sgd's last weights "
        "to those of each of the other four: on how many walks does the loss first rise, as over a ridge?",
        ("On none of the four", "On some of them", "On all four"),
        optimization.ridges,
    ),
    Preset(
        "Does a learning rate of 3 settle?",
        {"learning_rate": 3.0, "batch_size": 0, "epochs": 100, "paths": ["sgd*0.1"]},
        "2/η is 0.67. At the first weights the loss bends with a curvature of 1.2. When does the path come "
        "to weights where the curvature stays below 2/η?",
        ("In the first 50 epochs", "In the second 50 epochs", "Not in these 100 epochs"),
        optimization.settles,
        "why-does-a-learning-rate-of-3-not-settle",
    ),
    Preset(
        "Does a learning rate that goes up and down help?",
        {"schedule": "triangular", "learning_rate": 1.0, "learning_rate_min": 0.01, "paths": ["sgd*0.1"]},
        "All schedules take the same minibatches in the same order. The triangular one goes up and down: "
        "where does its final loss rank among them?",
        ("Lowest of all", "Between the others", "Highest of all"),
        optimization.up_and_down,
    ),
    Preset(
        "What does a random slice show of the way down?",
        {"plane": "random directions"},
        "The plane has two random directions, in 114 dimensions. How much of sgd's path lies in it?",
        ("Less than 1%", "1% to 10%", "10% to 50%", "More than half"),
        optimization.random_share,
    ),
    Preset(
        "How much is a memory worth in a narrow valley?",
        {"kappa": 1000, "paths": ["momentum*0.1"]},
        "A valley is a thousand times as curved across as along. Gradient descent and momentum are both at "
        "their best. How many steps does momentum need, compared with gradient descent?",
        ("About half as many", "About a tenth", "About a thirtieth", "About a thousandth"),
        optimization.memory,
    ),
)
