"""Believable people."""
