"""Pictures from prompts, straight from an exported folder, with LoRAs, embeddings, a picture to begin from and a mask.

    python3 sample.py "a cat" "a red cat in the meadow" --model .. --out sheet.png
    python3 sample.py "a lighthouse at sunset" --negative "night" --width 320 --height 192
    python3 sample.py "a red house in the snow" --start photo.png --strength 0.6 --mask mask.png
"""
import argparse
import os
import re
import time
from typing import Dict, List, Optional, Sequence, Union

import numpy as np
import torch
import torch.nn.functional as F

import draw
import files
import kohya
import sampling
import tensors
from networks import AutoencoderKL, CLIPTextModel, UNet2DConditionModel
from tokenizer import Tokenizer

LATENT_CELL = 8         # pixels
CHUNK = 32              # pictures made at a time


class Pipeline:
    """A model folder in the diffusers layout, ready to draw. All arithmetic is float32."""

    def __init__(self, folder: str, device: Union[str, torch.device] = "cpu", lora: Optional[str] = None,
                 lora_scale: float = 1.0):
        """lora: a file in kohya's layout that is added at once; more can follow with `add_lora`."""
        self.device = torch.device(device)
        self.tokenizer = Tokenizer(os.path.join(folder, "tokenizer"))
        self.text: CLIPTextModel = self._network(CLIPTextModel, folder, "text_encoder", "model")
        self.unet: UNet2DConditionModel = self._network(UNet2DConditionModel, folder, "unet", "diffusion_pytorch_model")
        self.vae: AutoencoderKL = self._network(AutoencoderKL, folder, "vae", "diffusion_pytorch_model")
        scheduler = files.read_json(os.path.join(folder, "scheduler", "scheduler_config.json"))
        self.prediction: str = scheduler["prediction_type"]
        self.alphas = sampling.alphas(scheduler)
        self.levels = sampling.NoiseLevels(self.alphas)
        self.scale: float = self.vae.cfg["scaling_factor"]
        self.latent: int = self.unet.cfg["sample_size"]
        self.size = self.latent * LATENT_CELL
        self.embeddings: Dict[str, List[int]] = {}
        if lora:
            self.add_lora(lora, lora_scale)

    def _network(self, kind: type, folder: str, name: str, weights: str) -> torch.nn.Module:
        network = kind(files.read_json(os.path.join(folder, name, "config.json")))
        network.load_state_dict(tensors.load_float(os.path.join(folder, name, weights + ".safetensors")))
        return network.to(self.device).eval().requires_grad_(False)

    def add_lora(self, path: str, scale: float = 1.0) -> None:
        """Adds a LoRA to the weights for good; a negative scale turns it around."""
        kohya.add(tensors.load(path), {"unet": self.unet, "text": self.text}, scale)

    def add_embedding(self, path: str) -> str:
        """Loads a textual inversion (Gal et al. 2022, arXiv:2208.01618): `emb_params` [tokens, width]. Prompts call it
        by the file's name, which is returned."""
        vectors = tensors.load_float(path)["emb_params"].to(self.device)
        table = self.text.text_model.embeddings.token_embedding
        first = table.weight.shape[0]
        table.weight = torch.nn.Parameter(torch.cat([table.weight, vectors]), requires_grad=False)
        name = os.path.splitext(os.path.basename(path))[0]
        self.embeddings[name.lower()] = list(range(first, first + len(vectors)))
        return name

    def encode_prompt(self, prompt: str) -> List[int]:
        """77 token ids; names of embeddings stand for their vectors."""
        if not self.embeddings:
            return self.tokenizer.encode(prompt)
        names = "|".join(re.escape(name) for name in sorted(self.embeddings, key=len, reverse=True))
        ids: List[int] = []
        for piece in re.split(rf"(?<!\w)({names})(?!\w)", prompt, flags=re.IGNORECASE):
            ids += self.embeddings.get(piece.lower(), None) or self.tokenizer.ids(piece)
        return self.tokenizer.frame(ids)

    def context(self, prompts: Sequence[str]) -> torch.Tensor:
        """Text states [prompts, 77, width]."""
        return self.text(torch.tensor([self.encode_prompt(prompt) for prompt in prompts], device=self.device))

    def noise(self, seeds: Sequence[int], width: Optional[int] = None, height: Optional[int] = None) -> torch.Tensor:
        """Start noise [seeds, 4, height/8, width/8] from PyTorch's processor generator, on any device the same."""
        return self._first_noise(_generators(seeds), width, height)

    def _first_noise(self, generators: List[torch.Generator], width: Optional[int], height: Optional[int]
                     ) -> torch.Tensor:
        width, height = width or self.size, height or self.size
        if width % LATENT_CELL or height % LATENT_CELL:
            raise ValueError(f"{width} x {height} does not fit this model: both have to be multiples of {LATENT_CELL}.")
        shape = torch.Size((len(generators), 4, height // LATENT_CELL, width // LATENT_CELL))
        return sampling.normal_noise(shape, generators)

    @torch.no_grad()
    def __call__(self, prompts: Sequence[str], steps: int = 20, guidance: float = 5.0,
                 seed: Union[int, Sequence[int]] = 0, sampler: str = "ddim", negative: str = "",
                 start: Optional[torch.Tensor] = None, strength: float = 1.0, mask: Optional[torch.Tensor] = None,
                 latents_only: bool = False, width: Optional[int] = None, height: Optional[int] = None,
                 schedule: Optional[str] = None) -> torch.Tensor:
        """Pictures [prompts, 3, height, width] in 0..1, or their latents.

        seed: one for each picture, or the first of consecutive ones. sampler: a key of sampling.SAMPLERS; schedule: a
        key of sampling.SCHEDULES, the sampler's own when absent. start: pictures [1 or prompts, 3, height, width] in
        0..1 to begin from, of which strength (0..1) is the share of the steps that are made anew. mask [1 or prompts,
        1, height, width]: 1 where the picture is repainted, 0 where it is kept.
        """
        seeds = list(seed) if isinstance(seed, (list, tuple)) else [seed + k for k in range(len(prompts))]
        sigmas = sampling.SCHEDULES[schedule or sampling.DEFAULT_SCHEDULES[sampler]](self.levels, steps)
        known = None
        if start is not None:
            known = self.encode(start.to(self.device))
            height, width = start.shape[-2:]
            sigmas = sigmas[steps - min(steps, max(1, round(steps * strength))):]
        generators = _generators(seeds)
        noise = self._first_noise(generators, width, height).to(self.device)
        repaint = None
        if mask is not None:
            if start is None:
                raise ValueError("A mask says which part of a picture stays: give the picture to begin from too.")
            mask = (mask > 0.5).float().to(self.device)
            # A latent cell is repainted as soon as one of its pixels is.
            repaint = F.max_pool2d(mask, LATENT_CELL)
        latents = self.run(noise, prompts, sigmas, guidance, sampler, negative, known, repaint, generators)
        if latents_only:
            return latents
        pictures = self.decode(latents)
        # What is kept does not go through the autoencoder.
        return pictures if mask is None else mask * pictures + (1 - mask) * start.to(self.device)

    @torch.no_grad()
    def run(self, noise: torch.Tensor, prompts: Sequence[str], sigmas: List[float], guidance: float, sampler: str,
            negative: str = "", known: Optional[torch.Tensor] = None, repaint: Optional[torch.Tensor] = None,
            fresh: Optional[List[torch.Generator]] = None, watch: Optional[sampling.AfterStep] = None) -> torch.Tensor:
        """Latents [prompts, 4, h, w] at unit variance from given start noise and sigmas.

        known: clean latents to begin from; repaint [*, 1, h, w]: 1 where they may change. watch sees x after every step
        and returns it.
        """
        context = self.context([negative] * len(prompts) + list(prompts)) if guidance != 1 else self.context(prompts)

        def denoise(x: torch.Tensor, sigma: float) -> torch.Tensor:
            return self.denoise(x, sigma, context, guidance)

        def after(x: torch.Tensor, sigma: float) -> torch.Tensor:
            if repaint is not None:
                x = repaint * x + (1 - repaint) * (known + sigma * noise)
            return x if watch is None else watch(x, sigma)

        x = noise * sigmas[0] + (0 if known is None else known)
        x = sampling.SAMPLERS[sampler](denoise, x, sigmas, after, fresh)
        return x / (sigmas[-1] ** 2 + 1) ** 0.5

    def denoise(self, x: torch.Tensor, sigma: float, context: torch.Tensor, guidance: float) -> torch.Tensor:
        """The clean latent of x = clean + sigma * noise, with classifier-free guidance (Ho and Salimans 2022,
        arXiv:2207.12598).

        context: the states of the negative prompts, then of the prompts; with guidance 1 those of the prompts alone.
        """
        scaled = x / (sigma * sigma + 1) ** 0.5
        pair = scaled if guidance == 1 else torch.cat([scaled, scaled])
        timesteps = torch.full((len(pair),), self.levels.timestep(sigma), device=x.device)
        predicted = self.unet(pair, timesteps, context).float()
        if guidance != 1:
            without, with_prompt = predicted.chunk(2)
            predicted = without + guidance * (with_prompt - without)
        return sampling.clean_latent(self.prediction, x, sigma, predicted)

    @torch.no_grad()
    def encode(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures in 0..1 to latents of unit variance: the mean, without drawing from the distribution."""
        return self.vae.moments(pictures * 2 - 1)[0] * self.scale

    @torch.no_grad()
    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        """Latents of unit variance to pictures in 0..1."""
        return (torch.cat([self.vae.decode(part) for part in (latents / self.scale).split(CHUNK)]) / 2 + .5).clamp(0, 1)


def _generators(seeds: Sequence[int]) -> List[torch.Generator]:
    return [torch.Generator().manual_seed(seed) for seed in seeds]


PROMPTS = [
    "a beach sunset with palm trees and waves crashing", "a cat", "a red cat in the meadow", "a brown dog in the snow",
    "mountains at sunrise", "a city skyline at night", "a red hot-air balloon over a green field", "a rocket in space",
    "a red lighthouse by the sea at sunset", "a house in the forest at noon", "a white sailboat on the ocean at noon",
    "a yellow car in the city", "a pink flower in a meadow", "an orange fish in the ocean",
    "a blue bird in the mountains", "a tree in a meadow at sunset", "desert at sunset",
    "a small white house on the left in the snow", "a purple balloon in the desert, clear sky",
    "a dog and a cat on the beach"]
"""What is drawn when nobody asks for anything."""


def captioned(pictures: torch.Tensor, prompts: Sequence[str], path: str, columns: int, room: int = 34) -> None:
    """A sheet with every prompt written under its picture."""
    from PIL import Image, ImageDraw
    count, _, height, width = pictures.shape
    rows = (count + columns - 1) // columns
    sheet = Image.new("RGB", (columns * (width + 8) + 8, rows * (height + room + 8) + 8), "white")
    pen = ImageDraw.Draw(sheet)
    for k, picture in enumerate(draw.to_bytes(pictures)):
        x, y = 8 + k % columns * (width + 8), 8 + k // columns * (height + room + 8)
        sheet.paste(Image.fromarray(picture), (x, y))
        for row, line in enumerate(_lines(prompts[k], lambda text: pen.textlength(text) <= width)[:3]):
            pen.text((x, y + height + 1 + 11 * row), line, fill=(40, 40, 50))
    sheet.save(path, optimize=True)


def _lines(text: str, fits) -> List[str]:
    lines: List[str] = []
    for word in text.split():
        if lines and fits(lines[-1] + " " + word):
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def read_picture(path: str, mode: str, size: Sequence[int]) -> torch.Tensor:
    """A picture file as [1, channels, height, width] in 0..1, resized to size (width, height); mode RGB or L."""
    from PIL import Image
    values = np.asarray(Image.open(path).convert(mode).resize(tuple(size), Image.LANCZOS), np.float32) / 255
    return torch.from_numpy(values.reshape(size[1], size[0], -1).copy()).permute(2, 0, 1)[None]


def main() -> None:
    parser = argparse.ArgumentParser(description="Pictures from prompts.")
    parser.add_argument("prompts", nargs="*")
    parser.add_argument("--model", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--guidance", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1, help="of the first picture; the others count on")
    parser.add_argument("--sampler", default="dpmpp_2m", choices=sampling.SAMPLERS)
    parser.add_argument("--schedule", choices=sampling.SCHEDULES, help="the sampler's own when absent")
    parser.add_argument("--negative", default="", help="what the pictures should keep away from")
    parser.add_argument("--width", type=int)
    parser.add_argument("--height", type=int)
    parser.add_argument("--lora", action="append", default=[], metavar="FILE[:WEIGHT]")
    parser.add_argument("--embedding", action="append", default=[], help="a textual inversion; its name is the file's")
    parser.add_argument("--each", type=int, default=1, help="pictures per prompt")
    parser.add_argument("--start", help="a picture to begin from")
    parser.add_argument("--strength", type=float, default=0.6, help="share of the steps that --start is made anew by")
    parser.add_argument("--mask", help="white where --start is repainted, black where it stays")
    parser.add_argument("--columns", type=int, default=5)
    parser.add_argument("--captions", action="store_true", help="write each prompt under its picture")
    parser.add_argument("--out", default="sheet.png")
    arguments = parser.parse_args()

    pipeline = Pipeline(arguments.model, arguments.device)
    for lora in arguments.lora:
        path, _, weight = lora.partition(":")
        pipeline.add_lora(path, float(weight or 1))
    for embedding in arguments.embedding:
        pipeline.add_embedding(embedding)
    prompts = [prompt for prompt in (arguments.prompts or PROMPTS) for _ in range(arguments.each)]
    size = [side or pipeline.size for side in (arguments.width, arguments.height)]
    start = read_picture(arguments.start, "RGB", size) if arguments.start else None
    mask = read_picture(arguments.mask, "L", size) if arguments.mask else None
    began = time.time()
    pictures = torch.cat([pipeline(
        prompts[k:k + CHUNK], arguments.steps, arguments.guidance, arguments.seed + k, arguments.sampler,
        arguments.negative, start, arguments.strength, mask, width=size[0], height=size[1], schedule=arguments.schedule)
        for k in range(0, len(prompts), CHUNK)])
    print(f"{len(prompts)} pictures in {time.time() - began:.1f} s")
    if arguments.captions:
        captioned(pictures, prompts, arguments.out, arguments.columns)
    else:
        draw.save_png(pictures, arguments.out, columns=arguments.columns)


if __name__ == "__main__":
    main()
