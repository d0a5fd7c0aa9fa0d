"""Faults on purpose: what was owed, sent, sent twice and lost while things broke (`make chaos`)."""
