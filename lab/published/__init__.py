"""The published coursework: its runs and tables, and how each is replayed."""
