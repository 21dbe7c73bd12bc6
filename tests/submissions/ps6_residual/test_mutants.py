"""Problem set 6: its hidden tests notice every slip."""

from tests.submissions.problem_set import Mutants


class TestResidualMutants(Mutants):
    name = "ps6_residual"
    fewest_functions = 27
