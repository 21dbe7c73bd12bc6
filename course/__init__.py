"""A course on convolutional networks: arithmetic, widgets, problem sets and quizzes.

The package imports nothing heavy: ask for a room by name (``import course.arithmetic``).
"""

__version__ = "0.1.0"
