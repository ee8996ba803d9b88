"""Layers that the networks share. Parameter names are those of a Stable Diffusion 1.x folder in the diffusers
layout."""
import contextlib
from typing import Any, ContextManager, Optional, Sequence

import torch
import torch.nn as nn
import torch.nn.functional as F

from norm_silu import norm_silu


def autocast(device: Any, enabled: bool = True) -> ContextManager:
    """Mixed precision for matrix products and convolutions, in bfloat16: on processors as on GPUs, no loss scaling is
    needed."""
    if not enabled:
        return contextlib.nullcontext()
    return torch.autocast("cuda" if str(device).startswith("cuda") else "cpu", dtype=torch.bfloat16)


def parameters_of(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, heads: int, causal: bool = False) -> torch.Tensor:
    """Attention of q [batch, n, width] over k and v [batch, m, width].

    Written as two products: PyTorch's fused attention is several times slower on processors at these small widths.
    """
    batch, n, width = q.shape
    q, k, v = (t.reshape(batch, t.shape[1], heads, width // heads).transpose(1, 2) for t in (q, k, v))
    scores = torch.matmul(q * (width // heads) ** -0.5, k.transpose(-1, -2))
    if causal:
        scores = scores + torch.full((n, n), -1e4, dtype=scores.dtype, device=scores.device).triu(1)
    mixed = torch.matmul(scores.softmax(-1).to(v.dtype), v)
    return mixed.transpose(1, 2).reshape(batch, n, width)


class GroupNorm(nn.GroupNorm):
    """Group norm in the type of its input, and SiLU behind it if wanted."""

    def forward(self, x: torch.Tensor, silu: bool = False) -> torch.Tensor:
        return norm_silu(x, self.weight, self.bias, self.num_groups, self.eps, silu)


class LayerNorm(nn.LayerNorm):
    """Layer norm in float32, whatever comes in."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.layer_norm(x.float(), self.normalized_shape, self.weight, self.bias, self.eps)


class ResnetBlock(nn.Module):
    """Norm, SiLU, convolution, twice, beside a shortcut. With a time embedding its branch starts at zero."""

    def __init__(self, inputs: int, outputs: int, groups: int, eps: float, time_width: Optional[int] = None):
        super().__init__()
        self.norm1 = GroupNorm(groups, inputs, eps=eps)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        if time_width:
            self.time_emb_proj = nn.Linear(time_width, outputs)
        self.norm2 = GroupNorm(groups, outputs, eps=eps)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1)
        nn.init.zeros_(self.conv2.bias)
        if time_width:
            nn.init.zeros_(self.conv2.weight)
        if inputs != outputs:
            self.conv_shortcut = nn.Conv2d(inputs, outputs, 1)

    def forward(self, x: torch.Tensor, time: Optional[torch.Tensor] = None) -> torch.Tensor:
        h = self.conv1(self.norm1(x, silu=True))
        if time is not None:
            h = h + self.time_emb_proj(time)[:, :, None, None]
        h = self.conv2(self.norm2(h, silu=True))
        return (self.conv_shortcut(x) if hasattr(self, "conv_shortcut") else x) + h


class Downsample(nn.Module):
    """Halves height and width. The UNet pads all around, the autoencoder right and below only."""

    def __init__(self, channels: int, pad: bool):
        super().__init__()
        self.pad = pad
        self.conv = nn.Conv2d(channels, channels, 3, stride=2, padding=1 if pad else 0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.conv(x if self.pad else F.pad(x, (0, 1, 0, 1)))


class Upsample(nn.Module):
    """Doubles height and width: nearest neighbour, then a convolution."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: torch.Tensor, size: Optional[Sequence[int]] = None) -> torch.Tensor:
        """size: height and width to arrive at, where twice what was halved is one cell too many."""
        size = size or (2 * x.shape[-2], 2 * x.shape[-1])
        return self.conv(F.interpolate(x, size=tuple(size), mode="nearest"))
