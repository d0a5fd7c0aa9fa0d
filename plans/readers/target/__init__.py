"""Whom a paper addresses or inspects, and stretches of time that are no stage."""
