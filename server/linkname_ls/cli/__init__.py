"""The same questions from a terminal."""
