"""The picture autoencoder: [batch, 3, h, w] in -1..1 to latents [batch, 4, h/8, w/8] and back (Rombach et al. 2022,
arXiv:2112.10752)."""
from typing import Any, Dict, Sequence, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F

from layers import Downsample, GroupNorm, ResnetBlock, Upsample, attend

EPS = 1e-6


def vae_config(channels: Sequence[int], layers: int, groups: int, sample_size: int,
               scaling_factor: float = 0.18215) -> Dict[str, Any]:
    """config.json of the vae folder. sample_size in pixels; the scaling factor brings latents to unit variance."""
    levels = len(channels)
    return {"_class_name": "AutoencoderKL", "_diffusers_version": "0.21.0", "act_fn": "silu",
            "block_out_channels": list(channels), "down_block_types": ["DownEncoderBlock2D"] * levels,
            "up_block_types": ["UpDecoderBlock2D"] * levels, "in_channels": 3, "out_channels": 3, "latent_channels": 4,
            "layers_per_block": layers, "norm_num_groups": groups, "sample_size": sample_size,
            "scaling_factor": scaling_factor, "force_upcast": False}


class VaeAttention(nn.Module):
    """One head over all places."""

    def __init__(self, channels: int, groups: int):
        super().__init__()
        self.group_norm = GroupNorm(groups, channels, eps=EPS)
        self.to_q, self.to_k, self.to_v = (nn.Linear(channels, channels) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(channels, channels)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        b, c, h, w = x.shape
        tokens = self.group_norm(x).reshape(b, c, h * w).transpose(1, 2)
        mixed = self.to_out[0](attend(self.to_q(tokens), self.to_k(tokens), self.to_v(tokens), heads=1))
        return x + mixed.transpose(1, 2).reshape(b, c, h, w)


class VaeMid(nn.Module):
    def __init__(self, channels: int, groups: int):
        super().__init__()
        self.resnets = nn.ModuleList([ResnetBlock(channels, channels, groups, EPS) for _ in range(2)])
        self.attentions = nn.ModuleList([VaeAttention(channels, groups)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.resnets[1](self.attentions[0](self.resnets[0](x)))


class VaeStage(nn.Module):
    def __init__(self, inputs: int, outputs: int, layers: int, groups: int, down: bool = False, up: bool = False):
        super().__init__()
        self.resnets = nn.ModuleList([
            ResnetBlock(inputs if k == 0 else outputs, outputs, groups, EPS) for k in range(layers)])
        if down:
            self.downsamplers = nn.ModuleList([Downsample(outputs, pad=False)])
        if up:
            self.upsamplers = nn.ModuleList([Upsample(outputs)])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for resnet in self.resnets:
            x = resnet(x)
        for tail in ("downsamplers", "upsamplers"):
            if hasattr(self, tail):
                x = getattr(self, tail)[0](x)
        return x


class Encoder(nn.Module):
    def __init__(self, config: Dict[str, Any]):
        super().__init__()
        channels, groups = config["block_out_channels"], config["norm_num_groups"]
        layers = config["layers_per_block"]
        self.conv_in = nn.Conv2d(config["in_channels"], channels[0], 3, padding=1)
        self.down_blocks = nn.ModuleList([
            VaeStage(channels[max(k - 1, 0)], channels[k], layers, groups, down=k < len(channels) - 1)
            for k in range(len(channels))])
        self.mid_block = VaeMid(channels[-1], groups)
        self.conv_norm_out = GroupNorm(groups, channels[-1], eps=EPS)
        self.conv_out = nn.Conv2d(channels[-1], 2 * config["latent_channels"], 3, padding=1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv_in(x)
        for block in self.down_blocks:
            x = block(x)
        return self.conv_out(self.conv_norm_out(self.mid_block(x), silu=True))


class Decoder(nn.Module):
    def __init__(self, config: Dict[str, Any]):
        super().__init__()
        channels, groups = config["block_out_channels"][::-1], config["norm_num_groups"]
        layers = config["layers_per_block"] + 1
        self.conv_in = nn.Conv2d(config["latent_channels"], channels[0], 3, padding=1)
        self.mid_block = VaeMid(channels[0], groups)
        self.up_blocks = nn.ModuleList([
            VaeStage(channels[max(k - 1, 0)], channels[k], layers, groups, up=k < len(channels) - 1)
            for k in range(len(channels))])
        self.conv_norm_out = GroupNorm(groups, channels[-1], eps=EPS)
        self.conv_out = nn.Conv2d(channels[-1], config["out_channels"], 3, padding=1)

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        x = self.mid_block(self.conv_in(z))
        for block in self.up_blocks:
            x = block(x)
        return self.conv_out(self.conv_norm_out(x, silu=True))


class AutoencoderKL(nn.Module):
    """`cfg` is config.json; a new one starts as `colour_start` says."""

    def __init__(self, cfg: Dict[str, Any]):
        super().__init__()
        self.cfg = cfg
        z = cfg["latent_channels"]
        self.encoder, self.decoder = Encoder(cfg), Decoder(cfg)
        self.quant_conv, self.post_quant_conv = nn.Conv2d(2 * z, 2 * z, 1), nn.Conv2d(z, z, 1)
        colour_start(self)

    def moments(self, x: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
        """Mean and logarithm of the variance of the latents, each [batch, 4, h/8, w/8], not scaled."""
        mean, logvar = self.quant_conv(self.encoder(x)).chunk(2, 1)
        return mean, logvar.clamp(-30, 20)

    def decode(self, z: torch.Tensor) -> torch.Tensor:
        """Latents, not scaled, to pictures in about -1..1."""
        return self.decoder(self.post_quant_conv(z))


@torch.no_grad()
def colour_start(vae: AutoencoderKL, gain: float = 3.0, keep: float = 4.0) -> None:
    """Starts from a network that already passes block-averaged colour through, and learns detail on top.

    Channels come in fours (c, -c, +keep, -keep), once for each of red, green and blue: the constants make the final
    group norms nearly linear, and silu(c) - silu(-c) = c makes the final activations linear. All residual branches
    start at zero.
    """
    for net in (vae.encoder, vae.decoder):
        for module in net.modules():
            _pass_through(module)
        _colour_in_and_out(net, 1.0 if net is vae.encoder else 1.0 / gain, keep)
    z = vae.cfg["latent_channels"]
    vae.quant_conv.weight.zero_()
    vae.quant_conv.bias.zero_()
    vae.quant_conv.weight[range(z), range(z)] = gain
    vae.quant_conv.bias[z:] = -4.0
    vae.post_quant_conv.weight.zero_()
    vae.post_quant_conv.bias.zero_()
    vae.post_quant_conv.weight[range(z), range(z)] = 1


def _pass_through(module: nn.Module) -> None:
    """Lets the twelve channels of colour pass a layer unchanged; halving the size takes their mean."""
    if isinstance(module, ResnetBlock):
        module.conv2.weight.zero_()
        if hasattr(module, "conv_shortcut"):
            module.conv_shortcut.weight[:12] = 0
            module.conv_shortcut.bias[:12] = 0
            module.conv_shortcut.weight[range(12), range(12)] = 1
    elif isinstance(module, VaeAttention):
        module.to_out[0].weight.zero_()
        module.to_out[0].bias.zero_()
    elif isinstance(module, (Downsample, Upsample)):
        module.conv.weight[:12] = 0
        module.conv.bias[:12] = 0
        for k in range(12):
            if isinstance(module, Downsample):
                module.conv.weight[k, k, :2, :2] = 0.25
            else:
                module.conv.weight[k, k, 1, 1] = 1


def _colour_in_and_out(net: nn.Module, size: float, keep: float) -> None:
    weight, bias, out = net.conv_in.weight, net.conv_in.bias, net.conv_out.weight
    weight[:12] = 0
    bias[:12] = 0
    out[:3] = 0
    net.conv_out.bias.zero_()
    group = net.conv_norm_out.num_channels // net.conv_norm_out.num_groups
    spread = keep * (2.0 * min(3, max(1, group // 4)) / group) ** 0.5      # what the last group norm divides by
    for k in range(3):
        weight[4 * k, k, 1, 1], weight[4 * k + 1, k, 1, 1] = size, -size
        bias[4 * k + 2], bias[4 * k + 3] = keep, -keep
        out[k, 4 * k, 1, 1], out[k, 4 * k + 1, 1, 1] = spread, -spread
