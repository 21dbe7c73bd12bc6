"""Read any network of torch into a card: shapes, parameters, multiply–adds, memory, receptive fields, call by call.

>>> from torch import nn
>>> from course.inspect import analyze
>>> print(analyze(nn.Conv2d(3, 8, 3, padding=1), (3, 8, 8)).text().splitlines()[2])
conv  conv(3, 8, 3x3, p1)   8×8×8         224          13,824    3×3     1
"""

from course.inspect.analyze import analyze
from course.inspect.card import Card, Row
from course.inspect.errors import InspectError
from course.inspect.follow import NotCovered

__all__ = ["Card", "InspectError", "NotCovered", "Row", "analyze"]
