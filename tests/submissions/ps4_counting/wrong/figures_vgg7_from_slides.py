"""Copies the total of VGG-7 from slides: 2,634,167.

loses:
    figure_vgg7 1
"""


# %% figures
def figures():
    return {
        "vgg7": 2_634_167,
        "lenet": (156, 4_821_600),
        "small_kernels": ((12_560, 822_083_584), (6_960, 452_984_832)),
        "windows": 98**2,
    }
