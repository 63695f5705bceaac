"""Arrays of an uploaded .npz archive, checked by their headers before anything is unpacked."""

import contextlib
import io
import math
import zipfile
import zlib

from numpy.lib import format as npy

WRITERS = "what np.savez or np.savez_compressed writes"
NUMBERS, REAL, TEXT, LABELS = "biufc", "biuf", "U", "biufUS"  # kinds of dtype
OF_KIND = {
    NUMBERS: "arrays of numbers",
    REAL: "arrays of real numbers",
    TEXT: "arrays of text",
    LABELS: "arrays of numbers or text",
}
MOST_BYTES = 50 * 2**20  # of a file; `server.maxUploadSize` in Streamlit's settings is the same
# SystemError is raised by texts that are not Unicode
DAMAGED = (zipfile.BadZipFile, EOFError, OSError, RuntimeError, SystemError, ValueError, zlib.error)
MOST_ENTRIES = 1000  # in the archive
MOST_HEADER = 1024  # bytes; NumPy writes 118 for a plain array


class Refusal(ValueError):
    """A refusal with our own sentence, unlike the errors of zipfile and zlib."""

    def __init__(self, found, allowed):
        super().__init__(f"{found}; allowed: {allowed}.")


def too_large(most=MOST_BYTES):
    """Return the Refusal of a file of more than so many bytes."""
    return Refusal(f"The file has more than {most >> 20} MB", f"up to {most >> 20} MB")


@contextlib.contextmanager
def opened(file_bytes, arrays, most=MOST_BYTES):
    """Context manager: open an .npz file as a ZipFile; every error of a damaged file becomes a Refusal.

    `arrays` says in words which arrays it should contain, `most` is how many bytes it may have.
    """
    if len(file_bytes) > most:
        raise too_large(most)
    if file_bytes.count(b"PK\1\2") > MOST_ENTRIES:  # the start of an entry; zipfile would list them all
        raise Refusal("The file has too many arrays", arrays)
    try:
        with zipfile.ZipFile(io.BytesIO(file_bytes)) as archive:
            yield archive
    except DAMAGED as error:
        if isinstance(error, Refusal):
            raise
        raise Refusal("The file is not a readable .npz archive", WRITERS) from error


def header(archive, name, arrays, kinds=NUMBERS):
    """Return (shape, dtype) of an array in the archive, unpacking only its first bytes; raise Refusal.

    `arrays` says in words which arrays the file should contain; `kinds` is a key of OF_KIND.
    """
    try:
        member = archive.getinfo(f"{name}.npy")
    except KeyError:
        raise Refusal(f"{name} is missing", arrays) from None
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        # with other methods a few bytes can unpack to any size
        raise Refusal(f"{name} is compressed in an unusual way", WRITERS)
    with archive.open(member) as file:
        start = io.BytesIO(file.read(MOST_HEADER))
    try:
        read = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[npy.read_magic(start)]
        shape, _, dtype = read(start, max_header_size=MOST_HEADER)
    except Exception as error:  # a malicious header can raise anything
        raise Refusal(f"{name} does not have the header of a NumPy array", "what np.savez writes") from error
    promised = math.prod(shape) * dtype.itemsize
    if dtype.kind not in kinds or min(shape, default=0) < 0:
        raise Refusal(f"{name} is {named((shape, dtype))}", OF_KIND[kinds])
    if start.tell() + promised != member.file_size:
        found = f"{name} declares {short(promised)} bytes and has {member.file_size - start.tell()}"
        raise Refusal(found, "as many as declared")
    return shape, dtype


def array(archive, name):
    """Return an array of the archive, whose header has been checked."""
    with archive.open(f"{name}.npy") as file:
        return npy.read_array(file, allow_pickle=False, max_header_size=MOST_HEADER)


def named(header):
    """Return a header, (shape, dtype), in words."""
    shape, dtype = header
    return f"{dtype} of shape {short(shape)}"


def short(value):
    """Return a number or a shape as short text: a header can contain numbers with thousands of digits."""
    text = str(value) if not isinstance(value, int) or value < 10**15 else f"{float(min(value, 10**300)):.0e}"
    return text if len(text) <= 60 else text[:60] + "…"
