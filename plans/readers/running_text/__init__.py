"""Measures in running text: leads in brackets, numbered articles."""
