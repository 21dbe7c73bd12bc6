"""The course's fit.

loses:
    run_record 3
    run_accuracy 5
"""

# %% run
from course.training import fit


def run(x, y, seed):
    made = prepare(x, y, 0.2, seed)
    mean, std = made["mean"], made["std"]
    parts = [(standardise(made[part][0], mean, std), made[part][1]) for part in ("train", "held")]
    net = make_net(seed)
    history = fit(net, *parts, epochs=12, device="cpu", show=False)
    return {"net": net, "mean": mean, "std": std, "losses": history["val_loss"]}
