"""Writes the trained networks as a diffusers folder: fp16 safetensors, JSON configurations, tokenizer, preview factors.

    python3 export.py --preset cpu --out ..

Whatever else the folder holds (card, LoRAs, embeddings, this training code) stays.
"""
import argparse
import os
import shutil
from typing import Any, Dict

import torch

import files
import sampling
import tensors
from networks import new_text_and_unet
from presets import PRESETS
from tokenizer import Tokenizer
from train_unet import RESULT as UNET
from train_vae import RESULT as VAE

LARGEST = 40e6          # bytes of weights that a source repository can carry

INDEX = {"_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.21.0",
         "feature_extractor": [None, None], "requires_safety_checker": False, "safety_checker": [None, None],
         "scheduler": ["diffusers", "DDIMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
         "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"],
         "vae": ["diffusers", "AutoencoderKL"]}


def part(state: Dict[str, torch.Tensor], name: str) -> Dict[str, torch.Tensor]:
    """The weights of one network out of those trained together."""
    return {key[len(name) + 1:]: value for key, value in state.items() if key.startswith(name + ".")}


def write_network(out: str, name: str, weights: str, state: Dict[str, torch.Tensor], config: Dict[str, Any]) -> None:
    tensors.save(state, os.path.join(out, name, weights), metadata={"format": "pt"})
    files.write_json(config, os.path.join(out, name, "config.json"))


def write_preview(info: Dict[str, Any], path: str) -> None:
    files.write_json({"comment": "preview of scaled latents: rgb = latent @ factors + bias, in -1..1, a pixel per cell",
                      "latent_rgb_factors": info["latent_rgb_factors"], "latent_rgb_bias": info["latent_rgb_bias"],
                      "rmse": info["latent_rgb_rmse"]}, path)


def export(preset: str, tokenizer: str, vae: str, unet: str, out: str) -> None:
    """tokenizer: its folder; vae, unet: files of train_vae.py and train_unet.py (a state of the latter will do as
    well)."""
    text_net, unet_net = new_text_and_unet(PRESETS[preset], Tokenizer(tokenizer))
    trained, autoencoder = files.load_state(unet), files.load_state(vae)
    for net, name in ((text_net, "text"), (unet_net, "unet")):
        net.load_state_dict(part(trained["ema"], name))
    write_network(out, "unet", "diffusion_pytorch_model.safetensors", unet_net.state_dict(), unet_net.cfg)
    write_network(out, "text_encoder", "model.safetensors", text_net.state_dict(), text_net.cfg)
    write_network(out, "vae", "diffusion_pytorch_model.safetensors", autoencoder["state"], autoencoder["config"])
    write_preview(autoencoder["info"], os.path.join(out, "vae", "preview.json"))
    files.write_json(sampling.SCHEDULER, os.path.join(out, "scheduler", "scheduler_config.json"))
    shutil.copytree(tokenizer, os.path.join(out, "tokenizer"), dirs_exist_ok=True)
    files.write_json(INDEX, os.path.join(out, "model_index.json"))
    size = sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(out) for name in names
               if name.endswith(".safetensors"))
    print(f"{out}: {size / 1e6:.1f} MB of weights; {trained['step']} steps on {trained['seen']} pictures")
    if size > LARGEST:
        print(f"That is more than the {LARGEST / 1e6:.0f} MB that the repository should carry.")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the diffusers folder.")
    parser.add_argument("--preset", default="cpu", choices=PRESETS)
    parser.add_argument("--work", default="work")
    parser.add_argument("--vae", help="WORK/vae.pt when absent")
    parser.add_argument("--unet", help="WORK/unet.pt when absent")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    export(options.preset, os.path.join(options.work, "tokenizer"), options.vae or os.path.join(options.work, VAE),
           options.unet or os.path.join(options.work, UNET), options.out)


if __name__ == "__main__":
    main()
