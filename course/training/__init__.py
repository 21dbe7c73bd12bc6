"""Training: a loop that can be read in one sitting, metrics, histories, checkpoints; one machine or many.

>>> import torch
>>> from torch import nn
>>> from course.training import fit
>>> history = fit(nn.Linear(2, 3), (torch.rand(32, 2), torch.randint(3, (32,))), epochs=2, show=False, device="cpu")
>>> history.keys
['epoch', 'train_loss', 'learning_rate', 'seconds']
"""

from course.training.checkpoint import load_weights, save_weights
from course.training.choices import make_fabric
from course.training.curves import compare
from course.training.errors import Interrupted, TrainingError
from course.training.fit import fit
from course.training.history import History
from course.training.measure import evaluate, predict

__all__ = [
    "History",
    "Interrupted",
    "TrainingError",
    "compare",
    "evaluate",
    "fit",
    "load_weights",
    "make_fabric",
    "predict",
    "save_weights",
]
