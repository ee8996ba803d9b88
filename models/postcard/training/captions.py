"""How people ask for a postcard: words for a spec, in many wordings, with parts left out at random.

The tables say it in the words of the drawn world; what a caption leaves out, the picture may still show, so that short
prompts work as well as long ones.
"""
from random import Random
from typing import Any, List, Mapping, Tuple

Spec = Mapping[str, Any]

SCENE_WORDS = {
    "plain": ["on a plain background", "on a simple background", ""],
    "beach": ["on a beach", "on the beach", "at the beach", "on a sandy beach", "by the sea"],
    "mountains": ["in the mountains", "in front of mountains", "with mountains", "in a mountain landscape"],
    "forest": ["in a forest", "in the forest", "in the woods", "among pine trees"],
    "desert": ["in the desert", "in a desert", "among sand dunes"],
    "city": ["in the city", "in a city", "in front of a city skyline", "with skyscrapers", "in town"],
    "meadow": ["in a meadow", "in a green field", "in the grass", "on a grassy hill"],
    "ocean": ["on the ocean", "at sea", "on the open sea", "in the ocean", "on the water"],
    "snow": ["in the snow", "in a snowy field", "in a winter landscape", "in winter"],
    "space": ["in space", "in outer space", "among the stars", "near a planet"],
}
SCENE_NOUNS = {
    "plain": ["plain background"],
    "beach": ["beach", "sandy beach", "tropical beach", "seaside"],
    "mountains": ["mountains", "mountain landscape", "mountain range"],
    "forest": ["forest", "pine forest", "woods"],
    "desert": ["desert", "desert landscape", "sand dunes"],
    "city": ["city", "city skyline", "skyline", "skyscrapers"],
    "meadow": ["meadow", "green field", "grassy hills"],
    "ocean": ["ocean", "sea", "open sea", "ocean waves"],
    "snow": ["snowy landscape", "winter landscape", "snowy field"],
    "space": ["space", "outer space", "planet in space", "galaxy"],
}
TIME_WORDS = {
    "noon": ["at noon", "by day", "on a sunny day", "in daylight", "during the day"],
    "sunrise": ["at sunrise", "at dawn", "in the morning", "in the early morning"],
    "sunset": ["at sunset", "at dusk", "during sunset", "in the evening", "in the sunset"],
    "night": ["at night", "at midnight", "under the stars", "in the moonlight", "under a night sky"],
}
TIME_ADJECTIVES = {"noon": ["sunny", "daytime", "bright"], "sunrise": ["sunrise", "morning", "dawn"],
                   "sunset": ["sunset", "evening"], "night": ["night", "moonlit", "starry"]}
WEATHER_WORDS = {
    "clear": ["clear sky", "under a clear sky", "good weather"],
    "clouds": ["cloudy", "with clouds", "cloudy sky", "with fluffy clouds"],
    "rain": ["in the rain", "rainy", "raining", "with rain", "rainy weather"],
    "snow": ["snowing", "with falling snow", "with snowflakes", "in a snowfall"],
}
STYLE_BEFORE = {
    "flat": ["a flat illustration of", "an illustration of", "a postcard of", "a picture of", "a poster of"],
    "pixel": ["pixel art of", "a pixel art picture of", "an 8-bit picture of", "pixelated"],
    "line": ["a line drawing of", "a sketch of", "line art of", "a drawing of"],
    "neon": ["a neon sign of", "a neon picture of", "glowing neon"],
}
STYLE_AFTER = {
    "flat": ["flat style", "flat illustration", "illustration", "vector art", "postcard"],
    "pixel": ["pixel art", "pixel art style", "8-bit", "retro game style"],
    "line": ["line drawing", "line art", "sketch", "black and white drawing"],
    "neon": ["neon", "neon style", "neon lights", "glowing"],
}
NOUNS = {
    "cat": ["cat", "cat", "cat", "kitten", "kitty"], "dog": ["dog", "dog", "dog", "puppy"],
    "sailboat": ["sailboat", "sailing boat", "boat", "sailing ship"],
    "palm": ["palm trees", "palm trees", "palms", "palm tree"],
    "house": ["house", "house", "cottage", "cabin", "home"], "tree": ["tree", "tree", "leafy tree"],
    "balloon": ["hot-air balloon", "hot air balloon", "balloon"],
    "rocket": ["rocket", "rocket", "spaceship", "rocket ship"], "lighthouse": ["lighthouse"],
    "car": ["car", "car", "automobile"], "flower": ["flower", "flower", "blossom"],
    "fish": ["fish"], "bird": ["bird", "bird", "flying bird"],
}
SIZE_WORDS = {"small": ["small", "little", "tiny"], "big": ["big", "large", "huge"], "medium": [""]}
POSITION_WORDS = {"left": ["on the left", "to the left", "on the left side"],
                  "right": ["on the right", "to the right", "on the right side"],
                  "centre": ["in the centre", "in the middle", "in the center"]}



# Words people add that say nothing about the picture; the model learns to pass over them.
FILLERS = ["beautiful", "cute", "lovely", "pretty", "amazing", "highly detailed", "4k", "8k", "hd", "masterpiece",
           "best quality", "high quality", "digital art", "a photograph of", "photo of", "a painting of", "a photo of",
           "realistic", "colorful", "colourful", "concept art", "wallpaper", "cozy", "peaceful", "dramatic",
           "minimalist", "the", "very", "nice", "style", "scene with", "an image of", "there is", "my favourite",
           "trending", "render", "cartoon", "simple",
           "happy", "old", "new", "great view", "landscape", "standing", "sitting", "sailing", "flying"]

WEATHER_SAID = {"clear": 0.1, "clouds": 0.6, "rain": 0.85, "snow": 0.85}
"""How often a caption mentions each weather."""

_LETTERS = "aeiourstlnmdpchgbyfkvw"
_PLURAL_ENDS = ("mountains", "woods", "dunes", "skyscrapers", "hills", "waves", "space")


def caption(spec: Spec, rng: Random, empty: float = 0.10, noise: bool = True) -> str:
    """Words for a spec (world.py).

    empty: how often there are none, which teaches the network what guidance is measured against.
    noise: now and then add filler or unknown words.
    """
    if rng.random() < empty:
        return ""
    scene, weather, style, subjects = spec["scene"], spec["weather"], spec["style"], spec["subjects"]
    # Anything may be left out, except that a caption never turns empty.
    outdoors = scene not in ("plain", "space")
    say_time = rng.random() < 0.72 and outdoors
    say_weather = rng.random() < WEATHER_SAID[weather] and outdoors
    say_scene = rng.random() < (0.9 if scene != "plain" else 0.4) or not subjects
    say_style = rng.random() < (0.25 if style == "flat" else 0.97)
    short = rng.random() < 0.12 and subjects          # "a cat", "red car"
    if short:
        say_time = say_weather = say_scene = False
        say_style = say_style and style != "flat"

    who = _subjects(subjects, rng)
    tail: List[str] = []
    if not subjects or (say_scene and rng.random() < 0.38):
        joined, say_time = _scene_first(spec, who, say_time, rng)
    else:
        joined = who
        if say_scene:
            tail.append(rng.choice(SCENE_WORDS[scene]))
    if say_time:
        tail.append(rng.choice(TIME_WORDS[spec["time"]]))
    rng.shuffle(tail)
    for words in tail:
        if words:
            joined += (", " if rng.random() < 0.2 else " ") + words
    joined = _with_extras(joined, spec, say_weather, say_style, rng)
    return _with_noise(joined, rng) if noise else joined


def _article(words: str) -> str:
    if words.startswith("palm") and not words.startswith("palm tree ") and words != "palm tree":
        return words
    return ("an " if words[0] in "aeiou" else "a ") + words


def _subjects(subjects: List[Mapping[str, Any]], rng: Random) -> str:
    if not subjects:
        return ""
    words = _subject(subjects[0], rng)
    if len(subjects) == 2:
        second = _subject(subjects[1], rng)
        words = f"{words} {rng.choice(['and', 'and', 'with', 'next to'])} {second}"
    return words


def _subject(subject: Mapping[str, Any], rng: Random) -> str:
    noun = rng.choice(NOUNS[subject["kind"]])
    words = []
    if subject["size"] != "medium" and rng.random() < 0.6:
        words.append(rng.choice(SIZE_WORDS[subject["size"]]))
    if subject["colour_named"] and rng.random() < 0.85:
        words.append(subject["colour"])
    if noun == "palm tree" and not words:
        noun = "palm trees"
    phrase = " ".join(words + [noun])
    if noun not in ("palm trees", "palms"):
        phrase = _article(phrase) if rng.random() < 0.9 else phrase
    if rng.random() < 0.35:
        phrase += " " + rng.choice(POSITION_WORDS[subject["position"]])
    return phrase


def _scene_first(spec: Spec, who: str, say_time: bool, rng: Random) -> Tuple[str, bool]:
    """"a beach sunset with a cat": the place leads. Returns the words and whether the time of day is still to be
    said."""
    scene, time = spec["scene"], spec["time"]
    noun = rng.choice(SCENE_NOUNS[scene])
    if say_time and rng.random() < 0.5:
        if rng.random() < 0.5:
            noun = f"{rng.choice(TIME_ADJECTIVES[time])} {noun}"
        elif time in ("sunset", "sunrise") and scene in ("beach", "mountains", "forest", "desert", "city", "ocean"):
            noun = f"{noun} {time}"
        else:
            noun = f"{noun} {rng.choice(TIME_WORDS[time])}"
        say_time = False
    if noun.split(" ")[-1] in _PLURAL_ENDS or rng.random() < 0.15:
        lead = noun
    elif rng.random() < 0.15:
        lead = rng.choice(["the ", ""]) + noun
    else:
        lead = _article(noun)
    if who:
        lead += f"{rng.choice([' with', ' with', ' and', ','])} {who}"
    if scene in ("beach", "ocean") and rng.random() < 0.3:
        lead += rng.choice([" and waves", " and waves crashing", " with waves", " and crashing waves"])
    return lead, say_time


def _with_extras(joined: str, spec: Spec, say_weather: bool, say_style: bool, rng: Random) -> str:
    extras = []
    if say_weather:
        extras.append(rng.choice(WEATHER_WORDS[spec["weather"]]))
    if say_style:
        if rng.random() < 0.5:
            joined = f"{rng.choice(STYLE_BEFORE[spec['style']])} {joined}"
        else:
            extras.append(rng.choice(STYLE_AFTER[spec["style"]]))
    rng.shuffle(extras)
    for extra in extras:
        joined += (", " if rng.random() < 0.8 else " ") + extra
    return joined


def _with_noise(text: str, rng: Random) -> str:
    """Now and then a filler, or one or two words that mean nothing."""
    roll = rng.random()
    if roll < 0.10:
        filler = rng.choice(FILLERS)
        return f"{filler} {text}" if rng.random() < 0.5 else f"{text}, {filler}"
    if roll < 0.15:
        words = text.split(" ")
        for _ in range(rng.randint(1, 2)):
            unknown = "".join(rng.choice(_LETTERS) for _ in range(rng.randint(2, 8)))
            words.insert(rng.randint(0, len(words)), unknown)
        return " ".join(words)
    return text
