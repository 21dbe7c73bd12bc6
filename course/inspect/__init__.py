"""Read any network of torch into a card: shapes, parameters, multiply–adds, memory, receptive fields, call by call.

>>> from torch import nn
>>> from course.inspect import analyze
>>> print(analyze(nn.Conv2d(3, 8, 3, padding=1), (3, 8, 8)).text().splitlines()[2])
conv  conv(3, 8, 3x3, p1)   8×8×8         224          13,824    3×3     1
"""

from course.inspect.analyze import analyze
from course.inspect.card import Card, Row
from course.inspect.effective import EffectiveField, effective_field
from course.inspect.errors import InspectError
from course.inspect.follow import NotCovered
from course.inspect.named import card_of, named, without_weights
from course.inspect.positive import support

__all__ = [
    "Card", "EffectiveField", "InspectError", "NotCovered", "Row",
    "analyze", "card_of", "effective_field", "named", "support", "without_weights",
]  # fmt: skip
