"""Train a tiny decoder for live previews, in the layout of TAESD, the tiny autoencoder of Ollin Boer Bohan.

    python3 train_taesd.py --model model --minutes 4 --workers 2

It learns by regression, from the scaled latents of the model's own encoder to the pictures they were made from. It has
no normalisation, so crops are as good as whole pictures. A preview shows the model's guess in the middle of its work,
which is the mean of many pictures; so every fourth lesson is a mix of two latents, to be decoded as the same mix of the
two pictures. Engines read the width from the weights: 16 channels, where the original has 64, suit flat drawings and
cost a third of the real decoder.

The linear preview (vae/preview.json), colours straight from latent cells, is fitted to the same lessons by least
squares.
"""
import argparse
import os
from typing import Dict, Tuple

import torch
import torch.nn as nn
import torch.nn.functional as F

import draw
import files
import finetune
import networks
import parallel
import presets
import sample
import tensors
import world

CROP = 16               # latent cells along each side of a lesson, at most
MIXED = 0.25            # share of the lessons that are a mix of two


class Clamp(nn.Module):
    """Keeps latents within -3..3, softly."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(x / 3) * 3


class Block(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        layers = [convolution(width, width), nn.ReLU(), convolution(width, width), nn.ReLU(), convolution(width, width)]
        self.conv = nn.Sequential(*layers)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.relu(self.conv(x) + x)


def convolution(channels: int, width: int, bias: bool = True) -> nn.Conv2d:
    return nn.Conv2d(channels, width, 3, padding=1, bias=bias)


def tiny_decoder(width: int) -> nn.Sequential:
    """Scaled latents [batch, 4, h, w] to pictures [batch, 3, 8 h, 8 w] in about 0..1; its keys are TAESD's."""
    layers = [Clamp(), convolution(4, width), nn.ReLU()]
    for _ in range(3):
        layers += [Block(width), Block(width), Block(width)]
        layers += [nn.Upsample(scale_factor=2), convolution(width, width, bias=False)]
    return nn.Sequential(*layers, Block(width), convolution(width, 3))


@torch.no_grad()
def draw_lessons(pipe: sample.Pipeline, count: int, seed: int, limits: presets.Limits) -> Dict[str, torch.Tensor]:
    """latents [count, 4, h, w] float16, scaled; pictures [count, 3, 8 h, 8 w] uint8."""
    specs = world.draw_specs(count, seed, limits=limits)
    latents, pictures = [], []
    for start in range(0, count, 8):
        group = draw.render(specs[start:start + 8], pipe.latent * sample.LATENT_CELL)
        with networks.autocast(pipe.device):
            latents.append(pipe.encode(group.to(pipe.device, memory_format=torch.channels_last)).cpu().half())
        pictures.append((group * 255).round().to(torch.uint8))
    return {"latents": torch.cat(latents), "pictures": torch.cat(pictures)}


def crop_lessons(lessons: Dict[str, torch.Tensor], batch: int, generator: torch.Generator
                 ) -> Tuple[torch.Tensor, torch.Tensor]:
    """Latents [batch, 4, side, side] and their pictures in 0..1, some of them mixed with their neighbour."""
    latents, pictures = lessons["latents"], lessons["pictures"]
    side = min(CROP, latents.shape[-1])
    room = latents.shape[-1] - side + 1
    z, p = [], []
    for k in torch.randint(0, len(latents), (batch,), generator=generator).tolist():
        y, x = torch.randint(0, room, (2,), generator=generator).tolist()
        z.append(latents[k, :, y:y + side, x:x + side].float())
        p.append(pictures[k, :, 8 * y:8 * (y + side), 8 * x:8 * (x + side)].float() / 255)
    z, p = torch.stack(z), torch.stack(p)
    share = torch.rand(batch, 1, 1, 1, generator=generator)
    share[torch.rand(batch, generator=generator) >= MIXED] = 1
    return share * z + (1 - share) * z.flip(0), share * p + (1 - share) * p.flip(0)


def picture_loss(got: torch.Tensor, want: torch.Tensor) -> torch.Tensor:
    """Absolute error of colours and of edges, at full and half size."""
    total = got.new_zeros(())
    for _ in range(2):
        error = got - want
        across, down = error[..., 1:] - error[..., :-1], error[..., 1:, :] - error[..., :-1, :]
        total = total + error.abs().mean() + across.abs().mean() + down.abs().mean()
        got, want = F.avg_pool2d(got, 2), F.avg_pool2d(want, 2)
    return total


def fit_preview(latents: torch.Tensor, pictures: torch.Tensor) -> Dict[str, object]:
    """Least squares from latent cells to the mean colours of their 8 x 8 pixels, as preview.json holds them.

    latents: scaled, [count, 4, h, w]; pictures: [count, 3, 8 h, 8 w] in 0..255.
    """
    z = latents.double().permute(0, 2, 3, 1).reshape(-1, 4)
    z = torch.cat([z, torch.ones_like(z[:, :1])], 1)
    colours = F.avg_pool2d(pictures.float(), 8).double().permute(0, 2, 3, 1).reshape(-1, 3) / 127.5 - 1
    solution = torch.linalg.lstsq(z, colours).solution
    return {"comment": "preview of scaled latents: rgb = latent @ factors + bias, in -1..1, one pixel per latent cell",
            "latent_rgb_factors": solution[:4].tolist(), "latent_rgb_bias": solution[4].tolist(),
            "rmse": float((z @ solution - colours).pow(2).mean().sqrt())}


@torch.no_grad()
def quality(decoder: nn.Module, lessons: Dict[str, torch.Tensor]) -> float:
    """Peak signal to noise on whole pictures, in decibels."""
    got = torch.cat([decoder(z.float()) for z in lessons["latents"].split(8)]).clamp(0, 1)
    return float(-10 * (got - lessons["pictures"].float() / 255).pow(2).mean().log10())


def work(rank: int, workers: int, options: argparse.Namespace) -> None:
    torch.manual_seed(41)
    pipe = sample.Pipeline(options.model, options.device)
    limits = presets.PRESETS[options.preset].vae.world or presets.PRESETS[options.preset].world
    key = f"{finetune.fingerprint(pipe.vae.encoder, pipe.vae.quant_conv)} {pipe.scale}"
    count = options.pictures // workers
    path = os.path.join(options.work, "taesd")
    lessons = finetune.cached(f"{path}_lessons{rank}.pt", f"{key} {count} {limits}",
                              lambda: draw_lessons(pipe, count, 700 + rank, limits))
    decoder = tiny_decoder(options.width).to(pipe.device, memory_format=torch.channels_last)
    if rank == 0:
        numbers = sum(p.numel() for p in decoder.parameters())
        print(f"tiny decoder: {numbers / 1e3:.0f} k parameters, {count * workers} pictures", flush=True)

    def loss(generator: torch.Generator) -> torch.Tensor:
        latents, pictures = crop_lessons(lessons, options.batch // workers, generator)
        with networks.autocast(pipe.device):
            got = decoder(latents.to(pipe.device, memory_format=torch.channels_last))
        return picture_loss(got.float(), pictures.to(pipe.device))

    steps = finetune.descend([(list(decoder.parameters()), options.rate)], loss, minutes=options.minutes,
                             path=path + ".pt", key=f"{key} {options.width}", rank=rank, workers=workers, warmup=100)
    if rank == 0:
        folder = os.path.join(options.model, "vae")
        tensors.save(decoder.state_dict(), os.path.join(folder, "taesd_decoder.safetensors"))
        linear = fit_preview(lessons["latents"], lessons["pictures"])
        files.write_json(linear, os.path.join(folder, "preview.json"))
        fresh = draw_lessons(pipe, 32, 4242, limits)
        print(f"tiny decoder: {steps} steps, {quality(decoder.cpu(), fresh):.1f} dB on fresh pictures; "
              f"linear preview: error {linear['rmse']:.3f} in -1..1", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="model", help="the exported model's folder; the files go to its vae/")
    parser.add_argument("--work", default="work", help="where lessons and the state of training are kept")
    parser.add_argument("--preset", default="cpu", choices=presets.PRESETS)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=4, help="of training, drawing the lessons not counted in")
    parser.add_argument("--pictures", type=int, default=800)
    parser.add_argument("--batch", type=int, default=32, help="crops in a step, all workers together")
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--rate", type=float, default=3e-3)
    options = parser.parse_args()
    parallel.launch(work, options.workers, options)


if __name__ == "__main__":
    main()
