"""From a UNet for small pictures to one for pictures twice as wide: one more level goes around those that are trained.

The trained levels keep their weights and go on to see as many cells of a picture as before. The level around them starts
as a mere passage: on the way down it averages 2 x 2 cells, on the way up it repeats each cell four times, and its
residual branches add nothing. So the grown network draws, coarsely, what the small one had learnt, from its first step
on; what is left to learn is detail. The idea is that of progressive growing (Karras et al. 2018, arXiv:1710.10196).
"""
import numpy as np
import torch
import torch.nn.functional as F

from unet import TimestepEmbedding, UNet2DConditionModel, UNetStage, sinusoids

SHIFT_STEPS, SHIFT_RATE = 3000, 1e-3        # some seconds; the time embedding is two small matrices


def grow(small: UNet2DConditionModel, large: UNet2DConditionModel, alphas: torch.Tensor) -> None:
    """Sets the weights of `large`, which has one level more than `small` and the same levels otherwise.

    alphas [1000]: the share of the signal's energy left at each timestep. Raises ValueError when the networks do not
    fit.
    """
    if large.cfg["block_out_channels"] != small.cfg["block_out_channels"][:1] + small.cfg["block_out_channels"]:
        raise ValueError(f"{large.cfg['block_out_channels']} is not {small.cfg['block_out_channels']} with its finest "
                         "level once more; a new level must be as wide as the one inside it.")
    state = large.state_dict()
    state.update({_moved(name): value for name, value in small.state_dict().items()})
    large.load_state_dict(state)
    with torch.no_grad():
        down, up = large.down_blocks[0], large.up_blocks[-1]
        for stage in (down, up):
            _add_nothing(stage)
        _take(down.downsamplers[0].conv, rows=slice(1, 3))
        _take(large.up_blocks[-2].upsamplers[0].conv, rows=slice(1, 2))
    shift_time(large.time_embedding, alphas)


def _moved(name: str) -> str:
    """What a weight of the small network is called in the large one: levels are counted from the finest on the way
    down, from the coarsest on the way up."""
    first, *rest = name.split(".")
    return ".".join([first, str(int(rest[0]) + 1), *rest[1:]]) if first == "down_blocks" else name


def _add_nothing(stage: UNetStage) -> None:
    """Resnets that pass on the first half of what they get and forget the skipped connection."""
    for resnet in stage.resnets:
        torch.nn.init.zeros_(resnet.conv2.weight)
        torch.nn.init.zeros_(resnet.conv2.bias)
        if hasattr(resnet, "conv_shortcut"):
            width = resnet.conv_shortcut.weight.shape[0]
            torch.nn.init.zeros_(resnet.conv_shortcut.bias)
            torch.nn.init.zeros_(resnet.conv_shortcut.weight)
            resnet.conv_shortcut.weight[:, :width, 0, 0] = torch.eye(width)


def _take(conv: torch.nn.Conv2d, rows: slice) -> None:
    """A 3 x 3 convolution that takes, of each channel, the mean of the cells in the given rows and columns."""
    torch.nn.init.zeros_(conv.weight)
    torch.nn.init.zeros_(conv.bias)
    cells = (rows.stop - rows.start) ** 2
    conv.weight[:, :, rows, rows] = torch.eye(len(conv.weight))[:, :, None, None] / cells


def matching_timesteps(alphas: torch.Tensor) -> torch.Tensor:
    """For each timestep the one, fractional, at which the signal is four times as strong against the noise.

    The mean of four cells has a quarter of the noise's energy: that is what the inner levels get to see.
    """
    strength = torch.log(alphas / (1 - alphas)).double().cpu().numpy()
    times = np.interp(strength[::-1] + np.log(4.0), strength[::-1], np.arange(len(strength))[::-1])
    return torch.from_numpy(times[::-1].copy()).float()


@torch.enable_grad()
def shift_time(embedding: TimestepEmbedding, alphas: torch.Tensor) -> None:
    """Teaches the embedding to answer at each timestep as it did at the matching one."""
    width, device = embedding.linear_1.in_features, embedding.linear_1.weight.device
    asked = sinusoids(torch.arange(len(alphas), device=device), width)
    with torch.no_grad():
        wanted = embedding(sinusoids(matching_timesteps(alphas).to(device), width))
    optimizer = torch.optim.Adam(embedding.parameters(), SHIFT_RATE)
    for step in range(SHIFT_STEPS):
        optimizer.param_groups[0]["lr"] = SHIFT_RATE * (1 - step / SHIFT_STEPS)
        optimizer.zero_grad()
        F.mse_loss(embedding(asked), wanted).backward()
        optimizer.step()
    embedding.zero_grad(set_to_none=True)
