"""Problem set 5: its release is what nbgrader makes, leaks nothing, and every hidden line earns its place."""

from tests.submissions.problem_set import Release


class TestTrainCnn(Release):
    name = "ps5_train_cnn"
    by_hand = frozenset({"curves_written", "story_written"})
    training = "train_it"
    fewest_wrong = 140
    fewest_right = 10
    fewest_hidden_lines = 200
    modules_refused = (
        "torch.utils.data, sklearn.model_selection, sklearn.preprocessing, sklearn.utils, sklearn.datasets, "
        "torchvision.transforms, torchvision.transforms.v2, torchvision.transforms.functional, "
        "lightning_fabric, course.data, course.training, course.training.measure"
    )
