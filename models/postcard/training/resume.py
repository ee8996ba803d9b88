"""Makes a work folder out of an exported model, so that its training can be gone on with on another day or machine.

    python3 resume.py --model .. --work work/more
    python3 build.py --preset more --work work/more --workers 2

What training alone knew, the optimizers' states and the naming head, begins anew and is made up for within minutes.
"""
import argparse
import os
import shutil

import files
import tensors
from train_unet import STATE
from train_vae import RESULT as VAE


def network(model: str, name: str, weights: str) -> dict:
    return tensors.load_float(os.path.join(model, name, weights))


def resume(model: str, work: str) -> None:
    """model: a folder as export.py writes it."""
    os.makedirs(work, exist_ok=True)
    shutil.copytree(os.path.join(model, "tokenizer"), os.path.join(work, "tokenizer"), dirs_exist_ok=True)
    parts = {"text": network(model, "text_encoder", "model.safetensors"),
             "unet": network(model, "unet", "diffusion_pytorch_model.safetensors")}
    state = {f"{part}.{name}": value for part, values in parts.items() for name, value in values.items()}
    files.save_state({"ema": state}, os.path.join(work, STATE.format(0)))
    files.save_state(parts["text"], os.path.join(work, "text_warm.pt"))
    config = files.read_json(os.path.join(model, "vae", "config.json"))
    preview = files.read_json(os.path.join(model, "vae", "preview.json"))
    info = {**preview, "latent_rgb_rmse": preview["rmse"]}
    files.save_state({"state": network(model, "vae", "diffusion_pytorch_model.safetensors"), "config": config,
                      "info": info}, os.path.join(work, VAE))


def main() -> None:
    parser = argparse.ArgumentParser(description="Go on with the training of an exported model.")
    parser.add_argument("--model", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    parser.add_argument("--work", default=os.path.join("work", "more"))
    options = parser.parse_args()
    resume(options.model, options.work)


if __name__ == "__main__":
    main()
