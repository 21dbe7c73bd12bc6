"""Puts copies in place of the parameters: the optimiser trains on what nobody uses. Section 9 is not answered.

loses:
    stop_best 4
    run_record 3
    run_accuracy 5
"""


# %% stop_early
def stop_early(net, train_once, judge, patience, most):
    losses, best, kept, since = [], math.inf, None, 0
    while since < patience and len(losses) < most:
        train_once(len(losses))
        loss = judge()
        losses.append(loss)
        if loss < best:
            best, since = loss, 0
            kept = copy.deepcopy(net)
        else:
            since = since + 1
    if kept is not None:
        net.__dict__.update(kept.__dict__)
    return losses


# %% run
def run(x, y, seed):
    raise NotImplementedError()
