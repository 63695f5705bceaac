"""Datasets for the lab: points in the plane, made on the spot, and images."""

from .config import DATASETS, SCALINGS, DataConfig, offered
from .downloads import DataUnavailable, fetch, ready
from .entries import Entry
from .images import Images
from .loading import Dataset, held_dataset, load_dataset
from .points import MAX_OWN_POINTS, bad_rows, format_points, joined, parse_points, read_rows
from .published import published_runs, replays
from .store import STORE
from .uploads import held as held_images
from .uploads import keep as keep_images

__all__ = [
    "DATASETS",
    "MAX_OWN_POINTS",
    "SCALINGS",
    "STORE",
    "DataConfig",
    "DataUnavailable",
    "Dataset",
    "Entry",
    "Images",
    "bad_rows",
    "fetch",
    "format_points",
    "held_dataset",
    "held_images",
    "joined",
    "keep_images",
    "load_dataset",
    "offered",
    "parse_points",
    "published_runs",
    "read_rows",
    "ready",
    "replays",
]
