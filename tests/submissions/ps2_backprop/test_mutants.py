"""Problem set 2: its hidden tests notice every slip."""

from tests.submissions.problem_set import Mutants


class TestBackpropMutants(Mutants):
    name = "ps2_backprop"
    fewest_functions = 19
