"""Where data sets are fetched from: addresses, and checksums that their authors or torchvision publish.

Checksums of the .gz files of MNIST and FashionMNIST, of CIFAR-10 and of Oxford-IIIT Pet are those of torchvision.datasets; those
of STARE's archives are the ones that torch-em checks; CHASE_DB1's is one that a medical image library checks; those of
BSD and Set12 are of the copy with which the course was measured. A wrong one refuses a good file, never takes a bad one.
"""

from __future__ import annotations

from course.data.dataset import Remote

__all__ = ["PUBLISHED", "REMOTES"]

IDX = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


def idx_remotes(
    folder: str, mirrors: tuple[str, ...], md5: tuple[str, ...], sizes: tuple[int, ...]
) -> tuple[Remote, ...]:
    """Return the four gzipped files of MNIST or of a set in its form."""
    return tuple(
        Remote(
            f"{folder}/{name}.gz",
            tuple(f"{mirror}{name}.gz" for mirror in mirrors),
            f"md5:{digest}",
            size,
            "gz",
            holds=(f"{folder}/{name}",),
        )
        for name, digest, size in zip(IDX, md5, sizes, strict=True)
    )


def idx_published(packed: tuple[str, ...], plain: tuple[str, ...]) -> dict[str, str]:
    """Return the checksums of the four files, as they are fetched and as they are once unpacked."""
    return {
        **{f"{name}.gz": f"md5:{digest}" for name, digest in zip(IDX, packed, strict=True)},
        **dict(zip(IDX, plain, strict=True)),
    }


# Of the .gz files: torchvision.datasets.MNIST and FashionMNIST; of the plain files: what these hold.
MNIST_MD5 = (
    "f68b3c2dcbeaaa9fbdd348bbdeb94873", "d53e105ee54ea40749a09fcbcd1e9432",
    "9fb629c4189551a2d022fa330f9573f3", "ec29112dd5afa0611ce80d1b7f02629c",
)  # fmt: skip
MNIST_PLAIN = (
    "sha256:ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "sha256:65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "sha256:0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "sha256:ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
)
FASHION_MD5 = (
    "8d4fb7e6c68d591d4c3dfef9ec88bf0d", "25c81989df183df01b3e8a0aad5dffbe",
    "bef4ecab320f06d8554ea6380940ec79", "bb300cfdad3c16e7a12a480ee83cd310",
)  # fmt: skip
FASHION_PLAIN = (
    "md5:f4a8712d7a061bf5bd6d2ca38dc4d50a", "md5:9018921c3c673c538a1fc5bad174d6f9",
    "md5:8181f5470baa50b63fa0f6fddb340f0a", "md5:15d484375f8d13e6eb1aabb0c3f46965",
)  # fmt: skip

CIFAR_MD5 = {
    "data_batch_1": "md5:c99cafc152244af753f735de768cd75f",
    "data_batch_2": "md5:d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "md5:54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "md5:634d18415352ddfa80567beed471001a",
    "data_batch_5": "md5:482c414d41f54cd18b22e5b47cb7c3cb",
    "test_batch": "md5:40351d587109b95175f43aff81a1287e",
    "batches.meta": "md5:5ff9c542aee3614f3951f8cda6e48888",
}
#: Of DnCNN's authors, who lay out the sets of grey pictures file by file.
DNCNN = "https://raw.githubusercontent.com/cszn/DnCNN/master/"


def files_remote(
    folder: str, pattern: str, count: int, urls: tuple[str, ...], checksum: str, size: int
) -> Remote:
    """Return numbered files that are fetched one by one."""
    names = tuple(pattern.format(i) for i in range(1, count + 1))
    return Remote(folder, urls, f"files:{checksum}", size, names=names)


def stare_remote(name: str, checksum: str, first: str) -> Remote:
    """Return one of STARE's three archives."""
    address = f"cecas.clemson.edu/~ahoover/stare/probing/{name}.tar"
    return Remote(
        f"STARE/{name}.tar", (f"https://{address}", f"http://{address}"), f"sha256:{checksum}", 0, "tar",
        into=f"STARE/{name}", holds=(f"STARE/{name}/{first}",),
    )  # fmt: skip


REMOTES: dict[str, tuple[Remote, ...]] = {
    "mnist": idx_remotes(
        "MNIST/raw",
        (
            "https://ossci-datasets.s3.amazonaws.com/mnist/",
            "https://storage.googleapis.com/cvdf-datasets/mnist/",
            "http://yann.lecun.com/exdb/mnist/",
        ),
        MNIST_MD5,
        (9_912_422, 28_881, 1_648_877, 4_542),
    ),
    "fashion_mnist": idx_remotes(
        "FashionMNIST/raw",
        (
            "https://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        ),
        FASHION_MD5,
        (26_421_880, 29_515, 4_422_102, 5_148),
    ),
    "cifar10": (
        Remote(
            "cifar-10-python.tar.gz",
            ("https://www.cs.toronto.edu/~kriz/cifar-10-python.tar.gz",),
            "md5:c58f30108f718f92721af3b95e74349a",
            170_498_071,
            unpack="tar",
            holds=tuple(f"cifar-10-batches-py/{name}" for name in CIFAR_MD5),
        ),
    ),
    "pets": (
        Remote(
            "oxford-iiit-pet/images.tar.gz",
            (
                "https://www.robots.ox.ac.uk/~vgg/data/pets/data/images.tar.gz",
                "https://thor.robots.ox.ac.uk/~vgg/data/pets/images.tar.gz",
            ),
            "md5:5c4f3ee8e5d25df40f4fd59a7f44e54c",
            791_918_971,
            unpack="tar",
            into="oxford-iiit-pet",
            holds=("oxford-iiit-pet/images",),
        ),
        Remote(
            "oxford-iiit-pet/annotations.tar.gz",
            (
                "https://www.robots.ox.ac.uk/~vgg/data/pets/data/annotations.tar.gz",
                "https://thor.robots.ox.ac.uk/~vgg/data/pets/annotations.tar.gz",
            ),
            "md5:95a8c909bbe2e81eed6a22bccdf3f68f",
            19_173_078,
            unpack="tar",
            into="oxford-iiit-pet",
            holds=("oxford-iiit-pet/annotations",),
        ),
    ),
    "bsd400": (
        files_remote(
            "BSD400_180",
            "test_{:03}.png",
            400,
            (DNCNN + "TrainingCodes/DnCNN_TrainingCodes_v1.0/data/Train400/",),
            "d9a4d048a6c132976302736b8659e9b8ee5489c8f5d5a90815324cd50e72ce0e",
            8_242_575,
        ),
    ),
    "bsd68": (
        files_remote(
            "BSD68",
            "test{:03}.png",
            68,
            (DNCNN + "testsets/BSD68/",),
            "7db47364c17c50e5bfad018afe5dd55a89a863134adcaedfff4bcec1347ad3cc",
            6_450_605,
        ),
    ),
    "set12": (
        files_remote(
            "Set12",
            "{:02}.png",
            12,
            (
                DNCNN + "testsets/Set12/",
                "https://raw.githubusercontent.com/JingyunLiang/SwinIR/main/testsets/Set12/",
            ),
            "9882b0bb611c6b511fce0fffe533ce92db96202de165317304b409e6176ee5b9",
            1_195_905,
        ),
    ),
    "chase": (
        Remote(
            "CHASE_DB1/CHASEDB1.zip",
            (
                "https://researchdata.kingston.ac.uk/96/1/CHASEDB1.zip",
                "https://staffnet.kingston.ac.uk/~ku15565/CHASE_DB1/assets/CHASEDB1.zip",
            ),
            "md5:d9e47c4bac125b29996fae4380a68db1",
            0,
            unpack="zip",
            into="CHASE_DB1",
            holds=("CHASE_DB1/Image_01L.jpg", "CHASE_DB1/Image_14R_2ndHO.png"),
        ),
    ),
    "stare": (
        stare_remote(
            "stare-images",
            "5f7b509b6067cad4f1be84933145d783de9ec087b3eaaf4db0103dd0144dd433",
            "im0001.ppm.gz",
        ),
        stare_remote(
            "labels-ah",
            "ebf2f1e17ca955f24579d9edd990e2dae79a5c82def69f0985d8e24f826ddd2f",
            "im0001.ah.ppm.gz",
        ),
        stare_remote(
            "labels-vk",
            "47474a701536b0cfdb369fdce012be36141e9f44d80387f0179446b5cb0f5576",
            "im0001.vk.ppm.gz",
        ),
    ),
}

#: By set: checksums of its files as they lie in its folder.
PUBLISHED: dict[str, dict[str, str]] = {
    "mnist": idx_published(MNIST_MD5, MNIST_PLAIN),
    "fashion_mnist": idx_published(FASHION_MD5, FASHION_PLAIN),
    "cifar10": CIFAR_MD5,
}
