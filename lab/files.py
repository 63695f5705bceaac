"""Files that are named in the terminal."""


def content(path, most_bytes):
    """Return the bytes of the file at `path`, of a larger one the first most_bytes + 1.

    A device or a pipe, which does not know its size and may have no end, is read no further either. Raise
    OSError if the file cannot be read.
    """
    with path.open("rb") as file:
        return file.read(most_bytes + 1)
