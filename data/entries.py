"""Entry: everything known about a dataset before it is read; the type of the values of DATASETS."""

from collections.abc import Callable
from dataclasses import dataclass

PAGES = (
    *("home", "decision_boundary", "initialization", "optimization", "gradient_check", "bug_lab", "sweeps"),
)


@dataclass(frozen=True, eq=False, repr=False)
class Entry(str):
    """The description of a dataset, with attributes; it compares and prints like the text.

    generator: for a generated dataset, a function (rng, n_samples, noise, n_classes) -> X, y.
    images: whether its examples are images rather than points in the plane or rows of a table.
    table: whether its examples are rows of a table, whose order has no meaning.
    own: whether it is the visitor's own data.
    pages: the pages that offer it.
    n_features, n_classes: its number of inputs and of classes, at most; None if only the file tells.
    class_range: (least, most) classes if the config chooses their number.
    classes: what those classes are, for the help, such as "arms of the spirals".
    most_samples: its largest size; None if the config chooses it.
    read: for published images and tables, a function (folder) -> X, y, size of the test set.
    class_names, image_shape, feature_names: for published images and tables.
    file_note: a sentence on where a published set, or the file of an exported script, comes from.
    """

    description: str
    generator: Callable | None = None
    images: bool = False
    table: bool = False
    own: bool = False
    pages: tuple[str, ...] = PAGES
    n_features: int | None = 2
    n_classes: int | None = 2
    class_range: tuple[int, int] | None = None
    classes: str = ""
    most_samples: int | None = None
    read: Callable | None = None
    class_names: tuple[str, ...] | None = None
    image_shape: tuple[int, ...] | None = None
    feature_names: tuple[str, ...] = ()
    file_note: str = ""

    def __new__(cls, description, **attributes):
        return super().__new__(cls, description)

    def __post_init__(self):
        if not (self.generator or self.read or self.own):
            raise ValueError(f"The dataset {self.description!r} has neither a generator nor a function read.")
        if getattr(self.generator, "__name__", "") == "<lambda>":
            raise ValueError(
                f"The generator of {self.description!r} is a lambda; allowed: a function defined with def."
            )
        if self.class_range and not self.classes:
            raise ValueError(
                f'The dataset {self.description!r} does not say what its classes are, as in classes="arms".'
            )
