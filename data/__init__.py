"""Datasets for the lab: points in the plane, made on the spot, and images."""

from .config import DATASETS, IMAGE_SETS, MAX_OWN_POINTS, SCALINGS, DataConfig, format_points, parse_points
from .downloads import DataUnavailable, fetch, ready
from .generators import CLASS_RANGES
from .images import Images
from .loading import Dataset, held_dataset, load_dataset
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
    "fetch",
    "format_points",
    "held_dataset",
    "held_images",
    "keep_images",
    "load_dataset",
    "parse_points",
    "published_runs",
    "ready",
    "replays",
]
