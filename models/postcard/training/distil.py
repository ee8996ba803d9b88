"""Distil guidance and most of the steps into a LoRA, for drafts: 6 evaluations of the UNet in place of 40.

    python3 distil.py --model model --workers 2

To be used at guidance 1, with DDIM or Euler (the same thing, without noise), the "simple" schedule and the number of
steps it was trained for.

How: the teacher, the model under guidance, goes from noise to a clean latent in twice as many steps of
DPM-Solver++(2M) (arXiv:2211.01095). The student stands on the teacher's path at its own timesteps and learns the one
velocity that leads, in a single DDIM step, to where the teacher is at the student's next timestep: progressive
distillation (Salimans & Ho 2022, arXiv:2202.00512) and the distillation of guidance (Meng et al. 2023,
arXiv:2210.03142) at once. Every target is a fixed answer to a fixed question, without noise in it, so little training
goes far; a consistency model (LCM) pulls itself up by its own predictions, needs much more, and a sampler of its own.
What the student does not manage falls back on the model it started from.
"""
import argparse
import os
import random
from typing import Dict, List, Sequence

import torch

import finetune
import lora_layers
import networks
import parallel
import presets
import sample
import sampling
import world

CHUNK = 80              # paths that are computed and kept together
GROUP = 16              # paths that are computed side by side
HELD_BACK = 16          # paths that only measure, the first of every worker

Paths = Dict[str, object]
"""texts; latents [count, steps + 1, 4, h, w] float16, at unit variance: the teacher at each sigma of the student."""


def teach(pipe: sample.Pipeline, texts: Sequence[str], options: argparse.Namespace, seed: int) -> Paths:
    """The teacher's paths for some captions, from new noise, in twice the student's steps."""
    sigmas = sampling.simple(pipe.levels, 2 * options.steps)
    noise = pipe.noise(range(seed, seed + len(texts)))
    places = [noise * unit(sigmas[0])[0]]

    def watch(x: torch.Tensor, sigma: float) -> torch.Tensor:
        places.append((x / (sigma * sigma + 1) ** 0.5).cpu())
        return x

    with networks.autocast(pipe.device):
        pipe.run(noise.to(pipe.device), texts, sigmas, options.guidance, "dpmpp_2m", watch=watch)
    return {"texts": list(texts), "latents": torch.stack(places[::2], 1).half()}


def unit(sigma: float) -> List[float]:
    """Share of the noise and of the clean latent at unit variance: sine and cosine of an angle."""
    length = (sigma * sigma + 1) ** 0.5
    return [sigma / length, 1 / length]


def gather_paths(pipe: sample.Pipeline, options: argparse.Namespace, count: int, rank: int, key: str) -> Paths:
    """Paths of one worker, kept in chunks, so that an interrupted run loses little."""
    specs = world.draw_specs(count, 900 + rank, limits=presets.PRESETS[options.preset].world)
    rng = random.Random(900 + rank)
    texts = [world.caption(spec, rng, empty=0.05) for spec in specs]
    chunks = []
    for start in range(0, count, CHUNK):
        end = min(start + CHUNK, count)

        def make() -> Paths:
            parts = [teach(pipe, texts[k:min(k + GROUP, end)], options, 1000000 * (rank + 1) + k)
                     for k in range(start, end, GROUP)]
            return {"texts": texts[start:end], "latents": torch.cat([part["latents"] for part in parts])}

        path = os.path.join(options.work, f"distil_paths{rank}_{start}.pt")
        chunks.append(finetune.cached(path, f"{key} {end} of {count}", make))
        if rank == 0:
            print(f"  paths: {end} of {count} in each worker", flush=True)
    return {"texts": texts, "latents": torch.cat([chunk["latents"] for chunk in chunks])}


def distance(pipe: sample.Pipeline, paths: Paths, sigmas: List[float]) -> float:
    """Root mean square between where the UNet, without guidance, and the teacher arrive from the same noise."""
    noise = paths["latents"][:, 0].float() / unit(sigmas[0])[0]
    with networks.autocast(pipe.device):
        end = pipe.run(noise.to(pipe.device), paths["texts"], sigmas, 1, "ddim")
    return float((end.cpu().float() - paths["latents"][:, -1].float()).pow(2).mean().sqrt())


def work(rank: int, workers: int, options: argparse.Namespace) -> None:
    torch.manual_seed(51)
    pipe = sample.Pipeline(options.model, options.device)
    pipe.unet.to(memory_format=torch.channels_last)
    key = f"{finetune.fingerprint(pipe.unet, pipe.text)} {options.steps} {options.guidance}"
    paths = gather_paths(pipe, options, options.paths // workers, rank, key)
    held_back = {name: values[:HELD_BACK] for name, values in paths.items()}
    texts, latents = paths["texts"][HELD_BACK:], paths["latents"][HELD_BACK:]
    sigmas = sampling.simple(pipe.levels, options.steps)
    timesteps = torch.tensor([pipe.levels.timestep(sigma) for sigma in sigmas[:-1]])
    turns = -torch.tensor(sigmas).atan().diff()
    if rank == 0:
        print(f"draft: the model itself ends {distance(pipe, held_back, sigmas):.3f} from its teacher", flush=True)
    layers = lora_layers.attach(pipe.unet, "lora_unet_", options.rank)

    def loss(generator: torch.Generator) -> torch.Tensor:
        batch = options.batch // workers
        pick = torch.randint(0, len(texts), (batch,), generator=generator)
        k = finetune.stratified_timesteps(batch, generator, options.steps)
        here, there = latents[pick, k].float(), latents[pick, k + 1].float()
        # At unit variance a DDIM step turns the latent: there = cos(turn) * here - sin(turn) * velocity.
        turn = turns[k][:, None, None, None]
        velocity = (turn.cos() * here - there) / turn.sin()
        with networks.autocast(pipe.device):
            with torch.no_grad():
                context = pipe.context([texts[j] for j in pick.tolist()])
            here = here.to(pipe.device, memory_format=torch.channels_last)
            guess = pipe.unet(here, timesteps[k].to(pipe.device), context)
        return (guess.float() - velocity.to(pipe.device)).pow(2).mean()

    steps = finetune.descend(lora_layers.groups(layers, options.rate), loss, minutes=options.minutes,
                             path=os.path.join(options.work, "distil.pt"), key=f"{key} {options.rank}",
                             rank=rank, workers=workers)
    if rank == 0:
        out = os.path.join(options.model, "loras", "postcard-draft.safetensors")
        lora_layers.save(layers, out, title=f"Draft in {options.steps} steps",
                         description=f"For quick drafts: {options.steps} steps, guidance 1, DDIM or Euler with the "
                                     "simple schedule; the negative prompt has no effect",
                         trigger="", size=pipe.latent * sample.LATENT_CELL, pictures=len(texts) * workers, steps=steps)
        print(f"{out}: {steps} steps, {os.path.getsize(out) / 1e3:.0f} kB; "
              f"the draft ends {distance(pipe, held_back, sigmas):.3f} from the teacher", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="model", help="the exported model's folder; the file goes to its loras/")
    parser.add_argument("--work", default="work", help="where paths and the state of training are kept")
    parser.add_argument("--preset", default="cpu", choices=presets.PRESETS)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=6, help="of training, the teacher's paths not counted in")
    parser.add_argument("--paths", type=int, default=640, help="of the teacher, all workers together")
    parser.add_argument("--steps", type=int, default=6, help="of the draft")
    parser.add_argument("--guidance", type=float, default=5.0, help="that the draft has built in")
    parser.add_argument("--batch", type=int, default=8, help="all workers together")
    parser.add_argument("--rank", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1e-3)
    options = parser.parse_args()
    parallel.launch(work, options.workers, options)


if __name__ == "__main__":
    main()
