"""Draws the training postcards of each picture size, and keeps their latents and where their subjects are.

    python3 encode.py --preset cpu --workers 2 --minutes 9

work/latents/SIZE/NNNNN.pt holds 500 pictures each, as `load` returns them. Files that exist are not made again.
"""
import argparse
import json
import os
import random
import time
from typing import Any, Dict, List, Tuple

import torch

import draw
import files
import parallel
import world
from networks import AutoencoderKL, autocast
from pace import deadline
from presets import PRESETS, UNetPhase
from tokenizer import Tokenizer
from train_vae import RESULT as VAE

FILE = 500              # pictures
SEED = 77               # of the first phase; later ones count on


def load_vae(path: str, device: Any = "cpu") -> Tuple[AutoencoderKL, float]:
    """The trained autoencoder, frozen, and its scaling factor."""
    saved = files.load_state(path, device)
    vae = AutoencoderKL(saved["config"])
    vae.load_state_dict(saved["state"])
    vae = vae.to(device).eval().requires_grad_(False).to(memory_format=torch.channels_last)
    return vae, saved["config"]["scaling_factor"]


def paths(work: str, phase: UNetPhase) -> List[str]:
    """The files of a phase."""
    folder = os.path.join(work, "latents", str(phase.size))
    return [os.path.join(folder, f"{k:05d}.pt") for k in range((phase.pictures + FILE - 1) // FILE)]


def load(path: str) -> Dict[str, Any]:
    """latents [n, 4, h, w] half; occupancy [n, 2, h, w] in 0..255; captions [n, kept, 77]; specs, a list."""
    saved = files.load_state(path)
    saved["specs"] = json.loads(saved["specs"])
    return saved


@torch.no_grad()
def encoded(specs: List[world.Spec], size: int, vae: AutoencoderKL, scale: float, device: torch.device, bf16: bool
            ) -> Dict[str, torch.Tensor]:
    """Draws and encodes: latents and occupancy as `load` returns them."""
    latents, occupancy = [], []
    step = 250 if device.type == "cuda" else 8
    for k in range(0, len(specs), step):
        pictures, where = draw.render(specs[k:k + step], size, device, cells=size // 8)
        with autocast(device, bf16):
            mean, _ = vae.moments((pictures * 2 - 1).contiguous(memory_format=torch.channels_last))
        latents.append((mean.float() * scale).half().contiguous().cpu())
        occupancy.append((where * 255).round().to(torch.uint8).cpu())
    return {"latents": torch.cat(latents), "occupancy": torch.cat(occupancy)}


def captions(specs: List[world.Spec], kept: int, tokenizer: Tokenizer, seed: int) -> torch.Tensor:
    """Token ids of so many captions for each spec: [n, kept, 77]."""
    rng = random.Random(seed)
    ids = [[tokenizer.encode(world.caption(spec, rng)) for _ in range(kept)] for spec in specs]
    return torch.tensor(ids, dtype=torch.int16)


def work(rank: int, workers: int, options: argparse.Namespace) -> None:
    preset, device = PRESETS[options.preset], torch.device(options.device)
    vae, scale = load_vae(os.path.join(options.work, VAE), device)
    tokenizer = Tokenizer(os.path.join(options.work, "tokenizer"))
    end = deadline(options.minutes)
    for p, phase in enumerate(preset.unet.phases):
        # Every so many files are this worker's, whether they exist or not: the workers need not talk.
        mine = [(k, path) for k, path in enumerate(paths(options.work, phase))
                if k % workers == rank and not os.path.exists(path)]
        specs = world.draw_specs(phase.pictures, SEED + p, limits=preset.world) if mine else []
        for k, path in mine:
            if time.time() > end:
                return
            part = specs[k * FILE:(k + 1) * FILE]
            words = captions(part, preset.unet.captions, tokenizer, 300 + 10007 * p + k)
            latents = encoded(part, phase.size, vae, scale, device, options.bf16)
            files.save_state({"specs": json.dumps(part), "captions": words, **latents}, path)
            if rank == 0:
                print(f"latents of {phase.size} pixels: {k * FILE + len(part)} of {phase.pictures}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw and encode the training pictures.")
    parser.add_argument("--preset", default="cpu", choices=PRESETS)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--work", default="work")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--minutes", type=float, help="of this call; what is missing then is made by the next")
    parser.add_argument("--bf16", type=int, default=1, help="0: no mixed precision")
    options = parser.parse_args()
    parallel.launch(work, options.workers, options)


if __name__ == "__main__":
    main()
