"""Arcade text → tokens → the tree of a script."""
