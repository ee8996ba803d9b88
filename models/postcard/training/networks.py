"""The three networks by their names in a diffusers folder, and how a preset builds them."""
from typing import Optional, Tuple

import torch

from autoencoder import AutoencoderKL, vae_config
from layers import autocast, parameters_of
from presets import Preset
from text_encoder import CLIPTextModel, text_config
from tokenizer import Tokenizer
from unet import UNet2DConditionModel, unet_config

__all__ = ["AutoencoderKL", "UNet2DConditionModel", "CLIPTextModel", "vae_config", "unet_config", "text_config",
           "autocast", "parameters_of", "new_vae", "new_text_and_unet"]


def new_vae(preset: Preset) -> AutoencoderKL:
    vae = AutoencoderKL(vae_config(preset.vae.channels, preset.vae.layers, preset.vae.groups, preset.size))
    return vae.to(memory_format=torch.channels_last)


def new_text_and_unet(preset: Preset, tokenizer: Tokenizer, size: Optional[int] = None
                      ) -> Tuple[CLIPTextModel, UNet2DConditionModel]:
    """Untrained; channels last in memory, which convolutions on processors and GPUs prefer.

    size: of the pictures, in pixels, the preset's own when absent. For each halving the finest level is left out.
    """
    t, u = preset.text, preset.unet
    size = size or preset.size
    without = (preset.size // size).bit_length() - 1
    text = CLIPTextModel(text_config(len(tokenizer.vocab), t.width, t.layers, t.heads, tokenizer.bos, tokenizer.eos))
    unet = UNet2DConditionModel(unet_config(
        u.channels[without:], u.layers, u.heads, t.width, u.groups, size // 8, u.attention[without:]))
    return text, unet.to(memory_format=torch.channels_last)
