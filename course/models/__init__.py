"""The networks of the course, one file for each paper, each with a record of what the paper published.

>>> from course import models
>>> net = models.build("lenet5_modern")
>>> models.record("unet").input_size, sum(p.numel() for p in net.parameters())
((1, 572, 572), 61706)
"""

from importlib import import_module

from course.models.registry import Figure, ModelError, Record, build, names, record

__all__ = ["Figure", "ModelError", "Record", "build", "names", "record"]

#: In the order of the lectures.
FILES = (
    "neuron", "mlp", "lenet", "alexnet", "vgg", "vgg7", "googlenet", "resnet", "cifar_resnet", "highway", "densenet",
    "wide_resnet", "stochastic_depth", "fractalnet", "unet", "unetpp", "vnet", "autoencoder", "dncnn", "oct_denoiser",
    "vessel_patch",
)  # fmt: skip

for _file in FILES:
    import_module(f"course.models.{_file}")  # each enters its networks into the register
