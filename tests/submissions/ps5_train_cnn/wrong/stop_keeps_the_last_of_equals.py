"""An equal loss replaces what was kept. Section 9 is not answered.

loses:
    stop_ties 2
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
        if loss == best:
            kept = copy.deepcopy(net.state_dict())
        if loss < best:
            best, since = loss, 0
            kept = copy.deepcopy(net.state_dict())
        else:
            since = since + 1
    if kept is not None:
        net.load_state_dict(kept)
    return losses


# %% run
def run(x, y, seed):
    raise NotImplementedError()
