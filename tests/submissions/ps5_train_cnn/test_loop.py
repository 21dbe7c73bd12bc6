"""Problem set 5 through nbgrader."""

from tests.submissions.problem_set import Loop


class TestTrainCnnLoop(Loop):
    name = "ps5_train_cnn"
    by_hand = frozenset({"curves_written", "story_written"})
    shortcuts = {  # noqa: RUF012
        "shortcut_loader": "DataLoader is switched",
        "shortcut_affine": "affine is switched",
        "shortcut_course_batches": "Batches is switched",
        "shortcut_course_shift": "Shift is switched",
        "shortcut_course_split": "split is switched",
        "shortcut_evaluate": "evaluate is switched",
        "shortcut_fabric": "Fabric is switched",
        "shortcut_normalize": "Normalize is switched",
        "shortcut_normalize_function": "normalize is switched",
        "shortcut_random_crop": "RandomCrop is switched",
        "shortcut_random_split": "random_split is switched",
        "shortcut_sampler": "BatchSampler is switched",
        "shortcut_scaler": "StandardScaler is switched",
        "shortcut_shuffle": "shuffle is switched",
        "shortcut_stratified_splitter": "StratifiedShuffleSplit is switched",
        "shortcut_train_test_split": "train_test_split is switched",
    }
