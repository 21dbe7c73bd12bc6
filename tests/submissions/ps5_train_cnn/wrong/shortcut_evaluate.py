"""The course's evaluate. Section 9 is not answered.

loses:
    score_values 4
    score_mode 3
    score_gentle 3
    run_record 3
    run_accuracy 5
"""

# %% score
from course.training import evaluate


def score(net, x, y, size):
    found = evaluate(net, (x, y), metrics=["accuracy"], batch_size=size, device="cpu")
    return found["loss"], found["accuracy"]


# %% run
def run(x, y, seed):
    raise NotImplementedError()
