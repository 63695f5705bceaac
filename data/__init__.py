"""Datasets for the lab: points in the plane, made on the spot, and images."""

from .config import DATASETS, IMAGE_SETS, SCALINGS, DataConfig
from .downloads import DataUnavailable, fetch, ready
from .generators import CLASS_RANGES
from .images import Images
from .loading import Dataset, held_dataset, load_dataset
from .points import MAX_OWN_POINTS, bad_rows, format_points, joined, parse_points, read_rows
from .published import published_runs, replays
from .store import STORE
from .uploads import held as held_images
from .uploads import keep as keep_images

__all__ = [
    "CLASS_RANGES",
    "DATASETS",
    "IMAGE_SETS",
    "MAX_OWN_POINTS",
    "SCALINGS",
    "STORE",
    "DataConfig",
    "DataUnavailable",
    "Dataset",
    "Images",
    "bad_rows",
    "fetch",
    "format_points",
    "held_dataset",
    "held_images",
    "joined",
    "keep_images",
    "load_dataset",
    "parse_points",
    "published_runs",
    "read_rows",
    "ready",
    "replays",
]
