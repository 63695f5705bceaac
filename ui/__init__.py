"""What the lab looks like, in Streamlit and Altair: rooms that the pages share, and a package per page."""
