"""The network that removes noise: a UNet with cross attention to the text (Rombach et al. 2022, arXiv:2112.10752)."""
import math
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

import torch
import torch.nn as nn
import torch.nn.functional as F

from layers import Downsample, GroupNorm, LayerNorm, ResnetBlock, Upsample, attend

EPS = 1e-5


def unet_config(channels: Sequence[int], layers: int, heads: int, ctx: int, groups: int, sample_size: int,
                attention: Sequence[int]) -> Dict[str, Any]:
    """config.json of the unet folder.

    ctx: width of the text states. sample_size: native size in latent cells. attention: for each level, from the finest,
    whether it has transformers. `attention_head_dim` holds the number of heads, as in every Stable Diffusion 1.x
    configuration.
    """
    down = ["CrossAttnDownBlock2D" if a else "DownBlock2D" for a in attention]
    up = ["CrossAttnUpBlock2D" if a else "UpBlock2D" for a in attention[::-1]]
    return {"_class_name": "UNet2DConditionModel", "_diffusers_version": "0.21.0", "act_fn": "silu",
            "attention_head_dim": heads, "block_out_channels": list(channels), "center_input_sample": False,
            "cross_attention_dim": ctx, "down_block_types": down, "up_block_types": up, "downsample_padding": 1,
            "flip_sin_to_cos": True, "freq_shift": 0, "in_channels": 4, "out_channels": 4, "layers_per_block": layers,
            "mid_block_scale_factor": 1, "mid_block_type": "UNetMidBlock2DCrossAttn", "norm_eps": EPS,
            "norm_num_groups": groups, "sample_size": sample_size, "use_linear_projection": False}


class Attention(nn.Module):
    """Attention to the picture itself, or to the text when `context` is given."""

    def __init__(self, width: int, context: int, heads: int):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k, self.to_v = nn.Linear(context, width, bias=False), nn.Linear(context, width, bias=False)
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x: torch.Tensor, context: Optional[torch.Tensor] = None) -> torch.Tensor:
        context = x if context is None else context
        return self.to_out[0](attend(self.to_q(x), self.to_k(context), self.to_v(context), self.heads))


class GEGLU(nn.Module):
    def __init__(self, width: int, inner: int):
        super().__init__()
        self.proj = nn.Linear(width, inner * 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h, gate = self.proj(x).chunk(2, -1)
        return h * F.gelu(gate)


class FeedForward(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.net = nn.ModuleList([GEGLU(width, width * 4), nn.Identity(), nn.Linear(width * 4, width)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.net[2](self.net[0](x))


class TransformerBlock(nn.Module):
    def __init__(self, width: int, context: int, heads: int):
        super().__init__()
        self.norm1, self.norm2, self.norm3 = LayerNorm(width), LayerNorm(width), LayerNorm(width)
        self.attn1, self.attn2 = Attention(width, width, heads), Attention(width, context, heads)
        self.ff = FeedForward(width)

    def forward(self, x: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        x = x + self.attn1(self.norm1(x))
        x = x + self.attn2(self.norm2(x), context)
        return x + self.ff(self.norm3(x))


class Transformer2D(nn.Module):
    """A transformer over all places of [batch, channels, h, w]; starts at zero."""

    def __init__(self, channels: int, context: int, heads: int, groups: int):
        super().__init__()
        self.norm = GroupNorm(groups, channels, eps=1e-6)
        self.proj_in, self.proj_out = nn.Conv2d(channels, channels, 1), nn.Conv2d(channels, channels, 1)
        self.transformer_blocks = nn.ModuleList([TransformerBlock(channels, context, heads)])
        nn.init.zeros_(self.proj_out.weight)
        nn.init.zeros_(self.proj_out.bias)

    def forward(self, x: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        b, c, h, w = x.shape
        tokens = self.proj_in(self.norm(x)).reshape(b, c, h * w).transpose(1, 2)
        tokens = self.transformer_blocks[0](tokens, context)
        return x + self.proj_out(tokens.transpose(1, 2).reshape(b, c, h, w))


class UNetStage(nn.Module):
    """One level, down or up: resnets, each followed by a transformer where the level has attention, then resampling."""

    def __init__(self, inputs: Sequence[int], outputs: int, time_width: int, context: int, heads: int, groups: int,
                 attention: bool, down: bool = False, up: bool = False):
        super().__init__()
        if attention:
            self.attentions = nn.ModuleList([Transformer2D(outputs, context, heads, groups) for _ in inputs])
        self.resnets = nn.ModuleList([ResnetBlock(c, outputs, groups, EPS, time_width) for c in inputs])
        if down:
            self.downsamplers = nn.ModuleList([Downsample(outputs, pad=True)])
        if up:
            self.upsamplers = nn.ModuleList([Upsample(outputs)])

    def step(self, k: int, x: torch.Tensor, time: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        """The k-th resnet and its transformer."""
        x = self.resnets[k](x, time)
        return self.attentions[k](x, context) if hasattr(self, "attentions") else x


class UNetMid(nn.Module):
    def __init__(self, channels: int, time_width: int, context: int, heads: int, groups: int):
        super().__init__()
        self.attentions = nn.ModuleList([Transformer2D(channels, context, heads, groups)])
        self.resnets = nn.ModuleList([ResnetBlock(channels, channels, groups, EPS, time_width) for _ in range(2)])

    def forward(self, x: torch.Tensor, time: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        return self.resnets[1](self.attentions[0](self.resnets[0](x, time), context), time)


class TimestepEmbedding(nn.Module):
    def __init__(self, channels: int, width: int):
        super().__init__()
        self.linear_1, self.linear_2 = nn.Linear(channels, width), nn.Linear(width, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.linear_2(F.silu(self.linear_1(x)))


def sinusoids(timesteps: torch.Tensor, channels: int) -> torch.Tensor:
    """[batch] to [batch, channels]: cosines, then sines, of the timestep at falling frequencies."""
    half = channels // 2
    frequency = torch.exp(-math.log(10000.0) * torch.arange(half, device=timesteps.device) / half)
    angle = timesteps.float()[:, None] * frequency[None]
    return torch.cat([angle.cos(), angle.sin()], 1)


class UNet2DConditionModel(nn.Module):
    """`cfg` is config.json. What it predicts, noise or velocity, is a matter of its training; the scheduler's folder
    says it."""

    def __init__(self, cfg: Dict[str, Any]):
        super().__init__()
        self.cfg = cfg
        channels, layers, groups = cfg["block_out_channels"], cfg["layers_per_block"], cfg["norm_num_groups"]
        shared = (channels[0] * 4, cfg["cross_attention_dim"], cfg["attention_head_dim"], groups)
        levels = len(channels)
        self.conv_in = nn.Conv2d(cfg["in_channels"], channels[0], 3, padding=1)
        self.time_embedding = TimestepEmbedding(channels[0], channels[0] * 4)
        self.down_blocks, self.up_blocks = nn.ModuleList(), nn.ModuleList()
        skips, last = [channels[0]], channels[0]
        for k, kind in enumerate(cfg["down_block_types"]):
            down = k < levels - 1
            inputs = [last] + [channels[k]] * (layers - 1)
            self.down_blocks.append(UNetStage(inputs, channels[k], *shared, attention="Cross" in kind, down=down))
            skips += [channels[k]] * (layers + down)
            last = channels[k]
        self.mid_block = UNetMid(channels[-1], *shared)
        for k, kind in enumerate(cfg["up_block_types"]):
            outputs, inputs = channels[::-1][k], []
            for _ in range(layers + 1):
                inputs.append(last + skips.pop())
                last = outputs
            self.up_blocks.append(UNetStage(inputs, outputs, *shared, attention="Cross" in kind, up=k < levels - 1))
        self.conv_norm_out = GroupNorm(groups, channels[0], eps=EPS)
        self.conv_out = nn.Conv2d(channels[0], cfg["out_channels"], 3, padding=1)
        nn.init.zeros_(self.conv_out.weight)
        nn.init.zeros_(self.conv_out.bias)

    def forward(self, x: torch.Tensor, t: torch.Tensor, ctx: torch.Tensor, tap: Optional[nn.Module] = None
                ) -> Union[torch.Tensor, Tuple[torch.Tensor, torch.Tensor]]:
        """Predicts from x [batch, 4, h, w] at timesteps t [batch] and text states ctx [batch, tokens, width]: like x.

        tap: an auxiliary head that also reads the state after the up block `tap.block`; what it makes of it is returned
        as the second value. Training uses it, the exported model has none.
        """
        time = F.silu(self.time_embedding(sinusoids(t, self.cfg["block_out_channels"][0])))
        h = self.conv_in(x)
        skips: List[torch.Tensor] = [h]
        for block in self.down_blocks:
            for k in range(len(block.resnets)):
                h = block.step(k, h, time, ctx)
                skips.append(h)
            if hasattr(block, "downsamplers"):
                h = block.downsamplers[0](h)
                skips.append(h)
        h = self.mid_block(h, time, ctx)
        tapped = None
        for number, block in enumerate(self.up_blocks):
            for k in range(len(block.resnets)):
                h = block.step(k, torch.cat([h, skips.pop()], 1), time, ctx)
            if tap is not None and number == tap.block:
                tapped = tap(h)
            if hasattr(block, "upsamplers"):
                h = block.upsamplers[0](h, skips[-1].shape[-2:])
        out = self.conv_out(self.conv_norm_out(h, silu=True))
        return out if tap is None else (out, tapped)
