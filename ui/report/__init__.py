"""A page as one HTML file that needs nothing else: its text, its charts with their data, its link."""
