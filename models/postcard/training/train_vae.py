"""Trains the picture autoencoder on freshly drawn postcards; nothing is stored on disk.

    python3 train_vae.py --preset cpu --workers 2 --minutes 9

Call it again until it says that it is done. work/vae.pt is the result; look at work/vae_check.png before going on.
"""
import argparse
import os
import random
from typing import Dict, Iterator, List, Optional, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F

import draw
import fidelity
import files
import parallel
import tensors
import world
from networks import autocast, new_vae, parameters_of
from pace import deadline
from presets import PRESETS, Preset, VaePhase
from trainer import Trainer

RESULT, STATE, CHECK, FACTS = "vae.pt", "vae_training.pt", "vae_check.png", "vae.json"
KL_WEIGHT = 1e-4
TEST_SEED, TEST_PICTURES = 4242, 64


def differences(x: torch.Tensor) -> Tuple[torch.Tensor, torch.Tensor]:
    """Of each pixel and its left and upper neighbour: where edges are."""
    return x[..., :, 1:] - x[..., :, :-1], x[..., 1:, :] - x[..., :-1, :]


def picture_loss(got: torch.Tensor, want: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Absolute error, plus that of the edges, plus both again at half and quarter size: keeps outlines crisp.

    weight [batch, 1, h, w] says how much each pixel counts.
    """
    total = torch.zeros((), device=got.device)
    for level in range(3):
        if level:
            got, want, weight = F.avg_pool2d(got, 2), F.avg_pool2d(want, 2), F.avg_pool2d(weight, 2)
        total = total + ((got - want).abs() * weight).mean()
        for a, b, w in zip(differences(got), differences(want), (weight[..., 1:], weight[..., 1:, :])):
            total = total + ((a - b).abs() * w).mean()
    return total


def batches(phase: VaePhase, limits: Optional[dict], batch: int, device: torch.device, rng: random.Random
            ) -> Iterator[Tuple[torch.Tensor, torch.Tensor]]:
    """Endless pictures [batch, 3, size, size] in -1..1, and where their subjects are, [batch, 1, size, size] in
    0..1."""
    while True:
        specs: List[world.Spec] = []
        while len(specs) < max(phase.pool, batch):
            spec = world.sample_spec(rng, limits)
            if not world.held_out(spec):
                specs.append(spec)
        pictures, occupancy = draw.render(specs, phase.size, device, cells=phase.size // 8)
        where = F.interpolate(occupancy.amax(1, keepdim=True), scale_factor=8.)
        for _ in range(phase.reuse):
            order = list(range(len(specs)))
            rng.shuffle(order)
            for k in range(0, len(order) - batch + 1, batch):
                pick = order[k:k + batch]
                yield pictures[pick] * 2 - 1, where[pick]


def work(rank: int, workers: int, options: argparse.Namespace) -> None:
    preset, device = PRESETS[options.preset], torch.device(options.device)
    torch.manual_seed(7)
    vae = new_vae(preset).to(device)
    if options.start:
        vae.load_state_dict(tensors.load_float(options.start))
    trainer = Trainer(vae, [(list(vae.parameters()), 1.0)], [], os.path.join(options.work, STATE), rank, workers,
                      weight_decay=1e-4)
    if rank == 0:
        print(f"autoencoder: {parameters_of(vae) / 1e6:.2f} million parameters", flush=True)
    noise = torch.Generator(device=device).manual_seed(100 + rank + trainer.steps)
    rng = random.Random(1000 + rank + 7919 * trainer.steps)
    end = deadline(options.minutes)
    phases = preset.vae.phases
    while trainer.phase < len(phases):
        phase = phases[trainer.phase]
        trainer.begin(phase.minutes, phase.rate, deadline=end, warmup=30, decay=0.5)
        for pictures, where in batches(phase, preset.vae.world, max(1, phase.batch // workers), device, rng):
            pictures = pictures.contiguous(memory_format=torch.channels_last)
            losses = _losses(vae, pictures, where, phase.focus, noise, options.bf16)
            trainer.step(losses.pop("loss"), len(pictures), **losses)
            if not trainer.going:
                break
        if not trainer.pace.finished:
            return
        trainer.end_phase()
    if rank == 0:
        vae.load_state_dict(trainer.average)
        finish(vae.eval(), preset, device, options.work, trainer)


def _losses(vae: nn.Module, pictures: torch.Tensor, where: torch.Tensor, focus: float, noise: torch.Generator,
            bf16: bool) -> Dict[str, torch.Tensor]:
    """The loss, and what it is made of."""
    with autocast(pictures.device, bf16):
        mean, logvar = (part.float() for part in vae.moments(pictures))
        drawn = torch.randn(mean.shape, generator=noise, device=mean.device)
        back = vae.decode(mean + torch.exp(0.5 * logvar) * drawn).float()
    divergence = 0.5 * (mean ** 2 + logvar.exp() - 1 - logvar).mean()
    loss = picture_loss(back, pictures, 1 + focus * where) + KL_WEIGHT * divergence
    return {"loss": loss, "l1": (back - pictures).abs().mean(), "kl": divergence, "deviation": mean.std()}


@torch.no_grad()
def finish(vae: nn.Module, preset: Preset, device: torch.device, folder: str, trainer: Trainer) -> None:
    """Measures the scale of the latents, the preview's factors and, on held-out drawings, what is kept of a picture.

    Writes the result.
    """
    specs = world.draw_specs(TEST_PICTURES, TEST_SEED, limits=preset.world)
    parts = [draw.render(specs[k:k + 8], preset.size, device) * 2 - 1 for k in range(0, len(specs), 8)]
    latents = torch.cat([vae.moments(part)[0] for part in parts])
    scale = 1.0 / float(latents.std())
    kept = fidelity.measure(lambda pictures: _through(vae, pictures),
                            world.draw_specs(TEST_PICTURES, TEST_SEED, want_held_out=True, limits=preset.world),
                            preset.size, device)
    facts = {"scaling_factor": scale, **preview_factors(latents * scale, torch.cat(parts)), **kept,
             "steps": trainer.steps, "seen": trainer.seen, "minutes": trainer.seconds / 60}
    print(f"autoencoder done: {trainer.steps} steps, {trainer.seen} pictures, {trainer.seconds / 60:.1f} min; "
          f"PSNR {kept['psnr_db']:.2f} dB", flush=True)
    before = torch.cat(parts[:3]) * .5 + .5
    sheet = torch.stack([before, torch.cat([_through(vae, part) for part in before.split(8)])], 1)
    draw.save_png(sheet.flatten(0, 1), os.path.join(folder, CHECK))
    files.write_json(facts, os.path.join(folder, FACTS))
    files.save_state({"state": vae.state_dict(), "config": dict(vae.cfg, scaling_factor=scale), "info": facts},
                     os.path.join(folder, RESULT))


def _through(vae: nn.Module, pictures: torch.Tensor) -> torch.Tensor:
    """Pictures in 0..1 into latents and back."""
    return vae.decode(vae.moments(pictures * 2 - 1)[0]) * .5 + .5


def preview_factors(latents: torch.Tensor, pictures: torch.Tensor) -> Dict[str, object]:
    """Least squares from a scaled latent cell to the mean colour of its pixels: what live previews are made with."""
    cells = F.adaptive_avg_pool2d(pictures, latents.shape[-2:]).permute(0, 2, 3, 1).reshape(-1, 3).double().cpu()
    rows = latents.permute(0, 2, 3, 1).reshape(-1, 4).double().cpu()
    rows = torch.cat([rows, torch.ones_like(rows[:, :1])], 1)
    solution = torch.linalg.lstsq(rows, cells).solution
    return {"latent_rgb_factors": solution[:4].tolist(), "latent_rgb_bias": solution[4].tolist(),
            "latent_rgb_rmse": float((rows @ solution - cells).pow(2).mean().sqrt())}


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the autoencoder.")
    parser.add_argument("--preset", default="cpu", choices=PRESETS)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--work", default="work")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--minutes", type=float, help="of this call; the preset's phases may need several calls")
    parser.add_argument("--bf16", type=int, default=1, help="0: no mixed precision")
    parser.add_argument("--start", help="safetensors of an autoencoder of this shape to begin with")
    options = parser.parse_args()
    if os.path.exists(os.path.join(options.work, RESULT)):
        print("The autoencoder is already trained.")
        return
    parallel.launch(work, options.workers, options)


if __name__ == "__main__":
    main()
