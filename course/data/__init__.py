"""Data: real sets with their offline stand-ins, as samples in memory; batches, noise, augmentation, splits, patches.

>>> from course.data import Batches, Compose, Crop, Flip, load, split
>>> pictures = load("cifar10", stand_in=True)[:1000]
>>> train, check = split(pictures, 0.8, 0.2)
>>> batches = Batches(train, 100, augment=Compose(Crop(padding=4), Flip()))
>>> len(batches), len(check)
(8, 200)
"""

from course.data.affine import Affine
from course.data.augment import Augmentation, Compose, Crop, Dihedral, Flip, Shift
from course.data.balance import class_weights, oversample, positive_weight, sample_weights, subset
from course.data.batches import Batches
from course.data.catalogue import names
from course.data.elastic import Elastic, GridElastic
from course.data.errors import DataError
from course.data.imagefiles import ImageFiles, loader
from course.data.load import load
from course.data.noise import gaussian_noise, jpeg, poisson_noise, salt_and_pepper, speckle_noise
from course.data.noise_models import JPEG, GaussianNoise, PoissonNoise, SaltAndPepper, SpeckleNoise
from course.data.patches import all_patches, assemble, sample_patches
from course.data.photometric import Brightness, Contrast, Cutout, Erase
from course.data.samples import Samples, Source
from course.data.splits import folds, split
from course.data.tiling import Tiling
from course.data.transforms import PairTransform, evaluation_transform, training_transform
from course.data.weightmap import border_weights, with_border_weights
from course.data.whitening import GCN, ZCA

__all__ = [
    "GCN",
    "JPEG",
    "ZCA",
    "Affine",
    "Augmentation",
    "Batches",
    "Brightness",
    "Compose",
    "Contrast",
    "Crop",
    "Cutout",
    "DataError",
    "Dihedral",
    "Elastic",
    "Erase",
    "Flip",
    "GaussianNoise",
    "GridElastic",
    "ImageFiles",
    "PairTransform",
    "PoissonNoise",
    "SaltAndPepper",
    "Samples",
    "Shift",
    "Source",
    "SpeckleNoise",
    "Tiling",
    "all_patches",
    "assemble",
    "border_weights",
    "class_weights",
    "evaluation_transform",
    "folds",
    "gaussian_noise",
    "jpeg",
    "load",
    "loader",
    "names",
    "oversample",
    "poisson_noise",
    "positive_weight",
    "salt_and_pepper",
    "sample_patches",
    "sample_weights",
    "speckle_noise",
    "split",
    "subset",
    "training_transform",
    "with_border_weights",
]
