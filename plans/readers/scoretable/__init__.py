"""Score tables: items with points, clauses and the bodies they concern."""
