"""A for loop with break; clones in place of deepcopy."""


# %% stop_early
def stop_early(net, train_once, judge, patience, most):
    best, kept, losses = (math.inf, -1), {}, []
    for epoch in range(most):
        train_once(epoch)
        losses.append(judge())
        if losses[-1] < best[0]:
            best = losses[-1], epoch
            kept = {name: value.clone() for name, value in net.state_dict().items()}
        if epoch - best[1] >= patience:
            break
    with torch.no_grad():
        for name, value in net.state_dict().items():
            if kept:
                value.copy_(kept[name])
    return losses
