"""torch as a calculator."""


# %% as_correlation
def as_correlation(x, w, stride, padding, output_padding):
    x, w = torch.tensor(x), torch.tensor(w)
    (h, b), (tall, wide) = x.shape, w.shape
    picture = torch.zeros(h, stride, b, stride, dtype=x.dtype)
    picture[:, 0, :, 0] = x
    picture = picture.reshape(h * stride, b * stride)[: (h - 1) * stride + 1, : (b - 1) * stride + 1]
    t, l = tall - 1 - padding, wide - 1 - padding
    picture = F.pad(picture, (l, l + output_padding, t, t + output_padding))
    return picture.numpy(), w.flip(0, 1).numpy()


# %% pixel_loss
def pixel_loss(logits, target, weights):
    z, t, w = torch.tensor(logits), torch.tensor(target), torch.tensor(weights)
    log_q = z.log_softmax(dim=1)
    loss = -(log_q.gather(1, t[:, None])[:, 0] * w).sum() / w.numel()
    hot = torch.zeros_like(z).scatter_(1, t[:, None], 1.0)
    return loss.item(), ((log_q.exp() - hot) * w[:, None] / w.numel()).numpy()


# %% measures
def confusion(truth, guess, classes):
    t, g = torch.tensor(truth).long(), torch.tensor(guess).long()
    keep = t != 255
    hot_t = F.one_hot(t[keep], classes)
    hot_g = F.one_hot(g[keep], classes)
    return (hot_t.T @ hot_g).numpy()


def overlaps(counts):
    counts = counts.astype(float)
    hits, rows, columns = np.diag(counts), counts.sum(1), counts.sum(0)
    empty = rows + columns == 0
    safe = np.where(empty, 1, rows + columns)
    dice = np.where(empty, 1.0, 2 * hits / safe)
    return dice / (2 - dice), dice


def soft_dice(p, truth):
    p, g = torch.tensor(p), torch.tensor(truth)
    i = 2 * torch.einsum("nhw,nhw->n", p, g) + 1
    d = p.sum((1, 2)) + g.sum((1, 2)) + 1
    slope = (i / d**2)[:, None, None] - 2 * g / d[:, None, None]
    return (1 - i / d).mean().item(), (slope / len(p)).numpy()
