"""The right choices of the questions that only a page can answer, by running its tests and checks.

They are the same for every student. Tests that answer these questions on their pages check this table.
"""

KNOWN = {  # {page: {key of a question: the index of its right choice}}
    "gradient_check": {
        "relu-who-crosses-a-kink": 1,
        "what-does-float32-leave-of-a-check": 2,
        "b-n-1-24": 1,
        "a-n-k-10": 0,
        "a-the-five-n-that-its-code-wrote": 0,
        "c-h-1-and-difference-1e-7": 2,
        "e-24-pairs-of-eight-digits-0-001": 1,
        "is-the-penalty-right": 0,
        "and-after-50-epochs": 1,
        "can-differences-be-as-good-as-exact": 2,
        "a-million-parameters": 2,
    },
    "bug_lab": {
        "which-layers-does-a-rounded-z-spoil": 0,
        "the-network-reaches-its-accuracy-is-its-loss-right": 0,
        "can-layers-of-one-shape-hide-a-reversed-list": 1,
        "does-a-missing-factor-matter-where-there-is-no-penalty": 1,
        "all-gradients-are-right-is-the-step": 1,
    },
}
WHERE = "Choose the question on its page to see the numbers."
