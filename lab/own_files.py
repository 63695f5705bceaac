"""The file of a link with data of your own, as an option: read, stored, and compared with the link."""

import pathlib
import re

from data import MOST_FILE_BYTES, keep_images, store_table
from lab.files import content
from lab.links import reader

KEEP = {"images": keep_images, "table": store_table}


def add_options(parser):
    """Add the options --images and --table to a command's parser."""
    parser.add_argument("--images", type=pathlib.Path, help="the .npz file of a link with images of your own")
    parser.add_argument("--table", type=pathlib.Path, help="the file of a link with a table of your own")


def store(asked):
    """Store the files that the options name, for `asked.link` to be read.

    Raise ValueError, with one sentence, if a file cannot be used or is not the link's.
    """
    for option, keep in KEEP.items():
        if path := getattr(asked, option):
            _check(asked.link, f"own_{option}", path.name, keep(content(path, MOST_FILE_BYTES)))


def _check(link, dataset, name, digest):
    """Raise ValueError if the link is for a file of this dataset with another sha256."""
    query = reader.query_of(link)
    source = query.get("points", [""])[-1].strip().partition(";")[0]
    is_file = query.get("name") == [dataset] and re.fullmatch("[0-9a-f]{64}", source)
    if is_file and source != digest:
        raise ValueError(
            f"{name} is another file than the link's: its sha256 begins with {digest[:12]}…, that of the "
            f"link's with {source[:12]}…."
        )
