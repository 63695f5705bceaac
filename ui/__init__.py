"""What the lab looks like, in Streamlit and Vega-Lite: rooms that the pages share, and a package per page."""

import lab  # noqa: F401, which chooses the number of BLAS threads before anything here imports NumPy
