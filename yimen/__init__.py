"""Yimen (一门): one door in, every department behind it."""
