"""Problem set 1: its release is what nbgrader makes, leaks nothing, and every hidden line earns its place."""

from tests.submissions.problem_set import Release


class TestNeuron(Release):
    name = "ps1_neuron"
    by_hand = frozenset({"xor_written", "linear_written"})
    fewest_wrong = 90
    fewest_hidden_lines = 150
    modules_refused = (
        "torch, scipy.special, sklearn.linear_model, sklearn.neural_network, sklearn.preprocessing, "
        "sklearn.metrics, sklearn.utils.extmath, course.arithmetic, course.inspect, course.widgets.activations_model, "
        "course.widgets.neuron_model"
    )
