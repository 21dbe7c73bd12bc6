"""The course's autoencoder; training not come to.

loses:
    coder_state 1
    coder_values 3
    coder_refuses 1
    train_judge 2
    train_record 2
    train_gain 3
"""


# %% coder
class DigitCoder(nn.Module):
    """A convolutional autoencoder whose code is a quarter as high and as wide as the picture."""

    def __init__(self, maps=8, code_maps=4):
        super().__init__()
        from course.models.autoencoder import ConvAutoencoder

        self.inside = ConvAutoencoder(widths=(maps, code_maps))
        self.squeeze_a = self.inside.encoder.conv1
        self.squeeze_b = nn.Conv2d(maps, code_maps, 3, padding=1)
        self.widen_a = nn.ConvTranspose2d(code_maps, maps, 2, stride=2)
        self.widen_b = nn.ConvTranspose2d(maps, 1, 2, stride=2)

    def encode(self, x):
        if x.shape[2] % 4 or x.shape[3] % 4:
            raise ValueError(f"height and width {tuple(x.shape[2:])}: both must be divisible by 4")
        halved = F.max_pool2d(F.relu(self.squeeze_a(x)), 2)
        return F.max_pool2d(F.relu(self.squeeze_b(halved)), 2)

    def decode(self, code):
        half_as_large = F.relu(self.widen_a(code))
        picture = self.widen_b(half_as_large)
        return torch.sigmoid(picture)

    def forward(self, x):
        squeezed = self.encode(x)
        return self.decode(squeezed)


def code_numbers(height, width, code_maps):
    """Return how many numbers the code of a picture has, and what that makes the autoencoder."""
    numbers, pixels = code_maps * (height // 4) * (width // 4), height * width
    kinds = ("under-complete", "exactly complete", "over-complete")
    return numbers, kinds[(numbers >= pixels) + (numbers > pixels)]


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
