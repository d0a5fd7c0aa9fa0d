"""Rows out: ledgers and papers as bytes; decides nothing, writes no table."""
