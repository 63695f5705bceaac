"""What an entry of DATASETS holds: all that is known of a set before it is read."""

from collections.abc import Callable
from dataclasses import dataclass

PAGES = ("home", "decision_boundary", "initialization", "gradient_check", "bug_lab", "sweeps")


@dataclass(frozen=True, eq=False, repr=False)
class Entry(str):
    """The description of a dataset, with these attributes; it compares and prints as the text.

    `generator(rng, n_samples, noise, n_classes)` returns X, y of a set that is generated, else None.
    `images` says whether it is one of images, else of points in the plane; `own` whether it is the
    visitor's own. `pages` offer it. `n_features` and `n_classes` are its inputs and its classes, at most,
    None where only the file says; with a `class_range` (least, most) the config chooses the number of
    classes, which are the `classes` of the help: "arms of the spirals". `most_samples` is its size, at
    most, None where the config chooses it. Of images that are downloaded, `read(folder)` returns X, y and
    the size of the test set. `class_names` and `image_shape` are those of published images, and
    `file_note` says where an exported script's file comes from.
    """

    description: str
    generator: Callable | None = None
    images: bool = False
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
    file_note: str = ""

    def __new__(cls, description, **attributes):
        return super().__new__(cls, description)
