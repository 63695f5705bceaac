"""The file of a link with data of your own, as an option: read, stored, and compared with the link."""

import pathlib
import re

from data import MOST_FILE_BYTES, keep_images, store_table, table_file
from data.own_tables import PREFIX
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
            file_bytes = content(path, MOST_FILE_BYTES)
            _check(asked.link, f"own_{option}", path.name, file_bytes, keep(file_bytes))


def _check(link, dataset, name, file_bytes, digest):
    """Raise ValueError if the link is not for this dataset, contains another table, or has another sha256."""
    query = reader.query_of(link)
    if not any(dataset in text for texts in query.values() for text in texts):
        raise ValueError(f"{name} is not used: the link has no dataset {dataset}.")
    if query.get("name") != [dataset]:
        return
    points = query.get("points", [""])[-1].strip()
    source = points.partition(";")[0]
    if dataset == "own_table" and source.startswith(PREFIX) and table_file(points) != file_bytes:
        raise ValueError(f"{name} is not used: the link contains another table. Leave out --table.")
    if re.fullmatch("[0-9a-f]{64}", source) and source != digest:
        raise ValueError(
            f"{name} is another file than the link's: its sha256 begins with {digest[:12]}…, that of the "
            f"link's with {source[:12]}…."
        )
