"""A search made visible: while it runs, afterwards on a terminal, and as one HTML page."""
