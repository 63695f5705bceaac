"""What the lab looks like, in Streamlit and Vega-Lite: rooms that the pages share, and a package per page."""
