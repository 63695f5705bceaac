"""The frame of a page: navigation, title, share, export, and the verdict on a link."""
