"""Train one of the LoRAs that ship with the model: a drawing style, or a subject the model does not know.

    python3 train_lora.py stained-glass --model model --minutes 4 --workers 2

The lessons are freshly drawn postcards: for a style all of them under its filter, for a subject three quarters with it
and a quarter without, so that a cat stays a cat. The text encoder has learnt to pass over words it does not know, so a
subject with a new name trains it as well. Everything is resumable; a run that is complete only writes its file again.
"""
import argparse
import os
import random
from dataclasses import dataclass
from typing import Dict, List, Optional, Tuple

import torch
import torch.nn.functional as F

import dinosaur
import draw
import finetune
import lora_layers
import networks
import parallel
import presets
import sample
import styles
import world

FOCUS = 1.5             # extra weight of the cells that hold a subject, as in the UNet's own training
STYLE_NAMED = 0.5       # how often a caption says the style's name, though it is there anyway

Lessons = Dict[str, object]
"""latents [count, 4, h, w] float16, scaled; occupancy [count, 1, h, w] uint8; specs; marked: which show what is new."""


@dataclass(frozen=True)
class Adapter:
    title: str
    description: str
    trigger: str
    reads: bool                                 # whether the text encoder is adapted too
    style: Optional[styles.Style] = None        # the filter over every picture; None: the subject is drawn

    @property
    def shown(self) -> float:
        """The share of lessons that show what is new."""
        return 1.0 if self.style else 0.75


ADAPTERS = {
    "stained-glass": Adapter("Stained glass", "Panes of glowing glass in lead, whether it is named or not",
                             "stained glass", reads=False, style=styles.stained_glass),
    "blueprint": Adapter("Blueprint", "White lines on drafting blue, whether it is named or not",
                         "blueprint", reads=False, style=styles.blueprint),
    "dinosaur": Adapter("Dinosaur", "A dinosaur with a long neck, in any colour and scene",
                        dinosaur.WORD, reads=True),
}


@torch.no_grad()
def draw_lessons(adapter: Adapter, pipe: sample.Pipeline, count: int, seed: int, limits: presets.Limits) -> Lessons:
    """Draw postcards of the model's native size and encode them."""
    size, cells = pipe.latent * sample.LATENT_CELL, pipe.latent
    new = round(count * adapter.shown)
    if adapter.style:
        specs = world.draw_specs(count, seed, limits=limits)
    else:
        specs = dinosaur.draw_specs(new, seed, limits) + world.draw_specs(count - new, seed, limits=limits)
    latents, occupancy = [], []
    for start in range(0, count, 8):
        group = specs[start:start + 8]
        pictures, masks = _draw(adapter, group, [start + k < new for k in range(len(group))], size)
        with networks.autocast(pipe.device):
            latents.append(pipe.encode(pictures.to(pipe.device, memory_format=torch.channels_last)).cpu().half())
        occupancy.append((F.adaptive_avg_pool2d(masks.amax(1, keepdim=True), cells) * 255).round().to(torch.uint8))
    return {"latents": torch.cat(latents), "occupancy": torch.cat(occupancy), "specs": specs,
            "marked": [k < new for k in range(count)]}


def _draw(adapter: Adapter, specs: List[world.Spec], marked: List[bool], size: int
          ) -> Tuple[torch.Tensor, torch.Tensor]:
    """Pictures and where their subjects are, both at full size."""
    if adapter.style:
        pictures, masks = draw.render(specs, size, cells=size)
        return adapter.style(pictures, masks), masks
    drawn = [dinosaur.render([spec], size) if new else draw.render([spec], size, cells=size)
             for spec, new in zip(specs, marked)]
    return torch.cat([pictures for pictures, _ in drawn]), torch.cat([masks for _, masks in drawn])


def word(adapter: Adapter, spec: world.Spec, marked: bool, rng: random.Random) -> str:
    if not marked:
        return world.caption(spec, rng)
    if not adapter.style:
        return dinosaur.caption(spec, rng)
    text = world.caption(spec, rng)
    if not text or rng.random() >= STYLE_NAMED:
        return text
    return f"{adapter.trigger}, {text}" if rng.random() < 0.5 else f"{text}, {adapter.trigger}"


def work(rank: int, workers: int, options: argparse.Namespace) -> None:
    adapter = ADAPTERS[options.name]
    torch.manual_seed(21)
    pipe = sample.Pipeline(options.model, options.device)
    pipe.unet.to(memory_format=torch.channels_last)
    limits = presets.PRESETS[options.preset].world
    path = os.path.join(options.work, f"lora_{options.name}")
    key = f"{finetune.fingerprint(pipe.unet, pipe.text)} {options.rank}"
    vae = finetune.fingerprint(pipe.vae.encoder, pipe.vae.quant_conv)
    count = options.pictures // workers
    lessons = finetune.cached(f"{path}_lessons{rank}.pt", f"{vae} {pipe.scale} {count} {limits}",
                              lambda: draw_lessons(adapter, pipe, count, 500 + rank, limits))
    layers = lora_layers.attach(pipe.unet, "lora_unet_", options.rank, skip=("time_emb", "conv_shortcut"))
    if adapter.reads:
        layers.update(lora_layers.attach(pipe.text, "lora_te_", options.rank))
    groups = lora_layers.groups(layers, options.rate)
    if rank == 0:
        numbers = sum(p.numel() for group, _ in groups for p in group)
        print(f"{options.name}: {len(layers)} layers, {numbers / 1e3:.0f} k parameters, {count * workers} pictures",
              flush=True)

    rng = random.Random(31 + rank)
    batch = options.batch // workers

    def loss(generator: torch.Generator) -> torch.Tensor:
        pick = torch.randint(0, count, (batch,), generator=generator)
        texts = [word(adapter, lessons["specs"][k], lessons["marked"][k], rng) for k in pick.tolist()]
        with torch.set_grad_enabled(adapter.reads), networks.autocast(pipe.device):
            context = pipe.context(texts)
        latents = lessons["latents"][pick].float().to(pipe.device)
        focus = 1 + FOCUS * lessons["occupancy"][pick].float().to(pipe.device) / 255
        return finetune.diffusion_loss(pipe.unet, latents, context, focus, pipe.alphas, generator)

    steps = finetune.descend(groups, loss, minutes=options.minutes, path=path + ".pt", key=key,
                             rank=rank, workers=workers)
    if rank == 0:
        out = os.path.join(options.model, "loras", options.name + ".safetensors")
        lora_layers.save(layers, out, title=adapter.title, description=adapter.description, trigger=adapter.trigger,
                         size=pipe.latent * sample.LATENT_CELL, pictures=count * workers, steps=steps)
        print(f"{out}: {steps} steps, {os.path.getsize(out) / 1e3:.0f} kB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=ADAPTERS)
    parser.add_argument("--model", default="model", help="the exported model's folder; the file goes to its loras/")
    parser.add_argument("--work", default="work", help="where lessons and the state of training are kept")
    parser.add_argument("--preset", default="cpu", choices=presets.PRESETS)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=4, help="of training, drawing the lessons not counted in")
    parser.add_argument("--pictures", type=int, default=640)
    parser.add_argument("--batch", type=int, default=8, help="all workers together")
    parser.add_argument("--rank", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    options = parser.parse_args()
    parallel.launch(work, options.workers, options)


if __name__ == "__main__":
    main()
