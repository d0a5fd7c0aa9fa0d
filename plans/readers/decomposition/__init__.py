"""Decomposition tables: rows of measures with who leads, who answers and by when."""
