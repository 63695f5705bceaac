"""What the page for instructors says about this server."""

import pathlib

STATUS = pathlib.Path("/proc/self/status")


def memory():
    """Return a sentence about the memory that this server uses now; "" if the system does not report it."""
    try:
        lines = STATUS.read_text(encoding="ascii", errors="replace").splitlines()
        rss_kb = next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
    except (OSError, StopIteration, ValueError):
        return ""
    megabytes = f"{rss_kb / 1024:,.0f} MB"
    return f"This server uses {megabytes} at the moment, including everything that its visitors have trained."
