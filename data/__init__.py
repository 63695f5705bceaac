"""Datasets for the lab: points in the plane, made on the spot, and images."""

from .config import DATASETS, MAX_OWN_POINTS, SCALINGS, DataConfig, format_points, offered, parse_points
from .downloads import DataUnavailable, fetch, ready
from .entries import Entry
from .images import Images
from .loading import Dataset, load_dataset
from .published import published_runs, replays
from .uploads import held as held_images
from .uploads import keep as keep_images

__all__ = [
    "DATASETS",
    "MAX_OWN_POINTS",
    "SCALINGS",
    "DataConfig",
    "DataUnavailable",
    "Dataset",
    "Entry",
    "Images",
    "fetch",
    "format_points",
    "held_images",
    "keep_images",
    "load_dataset",
    "offered",
    "parse_points",
    "published_runs",
    "ready",
    "replays",
]
