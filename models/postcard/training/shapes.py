"""Signed distance fields: for every point the distance to a shape's edge, negative inside.

x, y and all sizes are in the units of the picture (0..1, y downwards) or of a subject. Arguments are numbers or tensors
that broadcast with x and y. The union of two shapes is their minimum, their intersection the maximum, the outside the
negative.
"""
import math
from typing import Sequence, Tuple, Union

import torch

Number = Union[float, torch.Tensor]


def circle(x: torch.Tensor, y: torch.Tensor, cx: Number, cy: Number, r: Number) -> torch.Tensor:
    return torch.sqrt((x - cx) ** 2 + (y - cy) ** 2 + 1e-9) - r


def ellipse(x: torch.Tensor, y: torch.Tensor, cx: Number, cy: Number, rx: Number, ry: Number) -> torch.Tensor:
    """To first order: exact at the edge, where it matters."""
    u, v = (x - cx) / rx, (y - cy) / ry
    k = torch.sqrt(u * u + v * v + 1e-9)
    g = torch.sqrt((u / rx) ** 2 + (v / ry) ** 2 + 1e-9)
    return k * (k - 1) / g


def box(x: torch.Tensor, y: torch.Tensor, cx: Number, cy: Number, half_width: Number, half_height: Number,
        r: float = 0.0) -> torch.Tensor:
    """r: radius of the corners."""
    qx, qy = (x - cx).abs() - half_width + r, (y - cy).abs() - half_height + r
    return torch.sqrt(qx.clamp(min=0) ** 2 + qy.clamp(min=0) ** 2 + 1e-12) + torch.maximum(qx, qy).clamp(max=0) - r


def capsule(x: torch.Tensor, y: torch.Tensor, ax: Number, ay: Number, bx: Number, by: Number, r: Number
            ) -> torch.Tensor:
    """A line from a to b with round ends, 2 r thick."""
    px, py, dx, dy = x - ax, y - ay, bx - ax, by - ay
    t = ((px * dx + py * dy) / (dx * dx + dy * dy + 1e-9)).clamp(0, 1)
    return torch.sqrt((px - t * dx) ** 2 + (py - t * dy) ** 2 + 1e-9) - r


def convex(x: torch.Tensor, y: torch.Tensor, points: Sequence[Tuple[Number, Number]]) -> torch.Tensor:
    """A convex polygon; points clockwise as seen on screen."""
    points = list(points)
    distance = None
    for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1]):
        ex, ey = bx - ax, by - ay
        if torch.is_tensor(ex) or torch.is_tensor(ey):
            length = torch.sqrt(torch.as_tensor(ex * ex + ey * ey) + 1e-9)
        else:
            length = math.sqrt(ex * ex + ey * ey) + 1e-9
        edge = ((x - ax) * ey - (y - ay) * ex) / length
        distance = edge if distance is None else torch.maximum(distance, edge)
    return distance


def union(*shapes: torch.Tensor) -> torch.Tensor:
    whole = shapes[0]
    for shape in shapes[1:]:
        whole = torch.minimum(whole, shape)
    return whole


def rotated(x: torch.Tensor, y: torch.Tensor, cx: Number, cy: Number, angle: torch.Tensor
            ) -> Tuple[torch.Tensor, torch.Tensor]:
    """Coordinates of a shape that is turned about (cx, cy); radians, clockwise on screen."""
    c, s = torch.cos(angle), torch.sin(angle)
    return (x - cx) * c + (y - cy) * s, -(x - cx) * s + (y - cy) * c


def fract(v: torch.Tensor) -> torch.Tensor:
    return v - torch.floor(v)


def noise(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """A number in 0..1 that looks random and depends on a and b alone: one for each cell of a grid."""
    return fract(torch.sin(a * 127.1 + b * 311.7) * 43758.5453)
