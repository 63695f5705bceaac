"""Scripts and styles as the browser gets them, with every run of a page: without their comments."""

import pathlib
import re

COMMENTS = {".js": r"^\s*//.*\n", ".css": r"/\*.*?\*/\n?"}  # in a script, only lines of nothing else


def text(file, name):
    """Return the text of the script or stylesheet `name` beside a module's `__file__`, without comments."""
    path = pathlib.Path(file).with_name(name)
    flags = re.DOTALL if path.suffix == ".css" else re.MULTILINE
    return re.sub(COMMENTS[path.suffix], "", path.read_text("utf-8"), flags=flags)
