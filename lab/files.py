"""Files that are named in the terminal."""


def content(path, most_bytes):
    """Return the bytes of the file at `path`, of a larger one the first most_bytes + 1.

    A device or a pipe, which does not know its size and may have no end, is read no further either. Raise
    OSError if the file cannot be read.
    """
    with path.open("rb") as file:
        return file.read(most_bytes + 1)


def size(path, content):
    """Return the bytes of the file at `path`, of which `content` was read.

    Those of a device or a pipe are not known, so for these it is the number that was read.
    """
    return max(len(content), path.stat().st_size)
