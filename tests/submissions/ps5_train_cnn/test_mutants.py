"""Problem set 5: its hidden tests notice every slip."""

from tests.submissions.problem_set import Mutants


class TestTrainCnnMutants(Mutants):
    name = "ps5_train_cnn"
    fewest_functions = 12
    sample = 15  # each change to the nets and loops is trained
