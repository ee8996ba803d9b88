using System.Text;
using FsCheck;
using FsCheck.Xunit;
using SdStudio.Diffusion;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Metadata;
using SdStudio.Storage.Metadata.Carriers;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Tests.Metadata;

public sealed class PictureReaderTests
{
    private const string Graph = """
        {
          "1": { "class_type": "CheckpointLoaderSimple", "inputs": { "ckpt_name": "SDXL\\base.safetensors" } },
          "2": { "class_type": "LoraLoader", "inputs": { "lora_name": "a/first.safetensors", "strength_model": 0.5, "strength_clip": 0.5, "model": ["1", 0], "clip": ["1", 1] } },
          "3": { "class_type": "LoraLoaderModelOnly", "inputs": { "lora_name": "second.safetensors", "strength_model": 0.25, "model": ["2", 0] } },
          "4": { "class_type": "CLIPSetLastLayer", "inputs": { "stop_at_clip_layer": -2, "clip": ["2", 1] } },
          "5": { "class_type": "StringConcatenate", "inputs": { "string_a": "a fox", "string_b": ["6", 0], "delimiter": ", " } },
          "6": { "class_type": "PrimitiveString", "inputs": { "value": "in the snow" } },
          "7": { "class_type": "Reroute", "inputs": { "": ["4", 0] } },
          "8": { "class_type": "CLIPTextEncodeSDXL", "inputs": { "text_g": ["5", 0], "text_l": ["5", 0], "clip": ["7", 0], "width": 1024, "height": 1024 } },
          "9": { "class_type": "CLIPTextEncode", "inputs": { "text": "blurry", "clip": ["4", 0] } },
          "10": { "class_type": "EmptyLatentImage", "inputs": { "width": 1152, "height": 896, "batch_size": 1 } },
          "11": { "class_type": "PrimitiveInt", "inputs": { "value": 42 } },
          "12": { "class_type": "KSamplerAdvanced", "inputs": { "add_noise": "enable", "noise_seed": ["11", 0], "steps": 25, "cfg": 6.5, "sampler_name": "euler_ancestral", "scheduler": "beta",
                  "start_at_step": 0, "end_at_step": 20, "model": ["3", 0], "positive": ["8", 0], "negative": ["9", 0], "latent_image": ["10", 0] } },
          "13": { "class_type": "CheckpointLoaderSimple", "inputs": { "ckpt_name": "refiner.safetensors" } },
          "14": { "class_type": "KSamplerAdvanced", "inputs": { "add_noise": "disable", "noise_seed": 42, "steps": 25, "cfg": 6.5, "sampler_name": "euler_ancestral", "scheduler": "beta",
                  "start_at_step": 20, "end_at_step": 10000, "model": ["13", 0], "positive": ["8", 0], "negative": ["9", 0], "latent_image": ["12", 0] } },
          "15": { "class_type": "VAELoader", "inputs": { "vae_name": "sdxl_vae.safetensors" } },
          "16": { "class_type": "VAEDecode", "inputs": { "samples": ["14", 0], "vae": ["15", 0] } },
          "17": { "class_type": "SaveImage", "inputs": { "filename_prefix": "x", "images": ["16", 0] } }
        }
        """;

    [Fact]
    public void Read_ComfyGraphOfManyNodes_IsFollowedFromThePictureBack()
    {
        ReadRecipe read = PictureReader.Read(Graph).Recipe!;

        Assert.Equal(
            new ImageRecipe
            {
                Prompt = "a fox, in the snow",
                NegativePrompt = "blurry",
                Checkpoint = "base",
                Width = 1152,
                Height = 896,
                Steps = 25,
                GuidanceScale = 6.5f,
                Seed = 42,
                Sampler = "euler_a",
                Schedule = "beta_timesteps",
                ClipSkip = 2,
                Vae = "sdxl_vae",
                Refiner = new RefinerSelection("refiner", 0.8f),
                Loras = [new LoraSelection("first", 0.5f), new LoraSelection("second", 0.25f) { TextEncoderWeight = 0 }],
                Profile = CompatibilityProfile.ComfyUi,
                Noise = new NoiseSettings { StepSource = NoiseSource.Nvidia },
            },
            read.Recipe);
        Assert.Empty(read.LeftOut);
    }

    [Fact]
    public void Read_ComfyCustomSampler_FindsSeedGuiderAndSigmas()
    {
        ReadRecipe read = PictureReader.Read("""
            {
              "1": { "class_type": "UNETLoader", "inputs": { "unet_name": "model.safetensors" } },
              "2": { "class_type": "RandomNoise", "inputs": { "noise_seed": 18446744073709551615 } },
              "3": { "class_type": "CLIPTextEncode", "inputs": { "text": "a boat", "clip": ["1", 1] } },
              "4": { "class_type": "BasicGuider", "inputs": { "model": ["1", 0], "conditioning": ["3", 0] } },
              "5": { "class_type": "KSamplerSelect", "inputs": { "sampler_name": "dpmpp_2m" } },
              "6": { "class_type": "BasicScheduler", "inputs": { "scheduler": "sgm_uniform", "steps": 12, "denoise": 1, "model": ["1", 0] } },
              "7": { "class_type": "EmptyLatentImage", "inputs": { "width": 640, "height": 512, "batch_size": 2 } },
              "8": { "class_type": "SamplerCustomAdvanced", "inputs": { "noise": ["2", 0], "guider": ["4", 0], "sampler": ["5", 0], "sigmas": ["6", 0], "latent_image": ["7", 0] } },
              "9": { "class_type": "SaveImage", "inputs": { "filename_prefix": "x", "images": ["8", 0] } }
            }
            """).Recipe!;

        Assert.Equal(("a boat", "model", 12, 1f, long.MaxValue), (read.Recipe.Prompt, read.Recipe.Checkpoint, read.Recipe.Steps, read.Recipe.GuidanceScale, read.Recipe.Seed));
        Assert.Equal(("dpmpp_2m", "sgm_uniform", 640, 2), (read.Recipe.Sampler, read.Recipe.Schedule, read.Recipe.Width, read.Recipe.Noise.BatchSize));
        Assert.Equal((CompatibilityProfile.ComfyUi, NoiseSource.Cpu, NoiseSource.Nvidia), (read.Recipe.Profile, read.Recipe.Noise.Source, read.Recipe.Noise.StepSource));
        Assert.Contains(read.LeftOut, sentence => sentence.Contains("one of 2", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{ "1": { "class_type": "KSampler", "inputs": { "seed": 1, "steps": 5, "cfg": 1, "sampler_name": "euler", "scheduler": "normal", "model": ["1", 0], "positive": ["1", 0], "latent_image": ["1", 0] } } }""")]
    [InlineData("""{ "1": { "class_type": "KSampler", "inputs": { "seed": ["2", 0], "steps": ["2", 0], "sampler_name": ["2", 0], "positive": ["2", 0], "model": ["3", 0] } }, "2": { "class_type": "Reroute", "inputs": { "a": ["2", 0] } }, "3": { "class_type": "X", "inputs": { "model": ["3", 0] } } }""")]
    [InlineData("""{ "1": { "class_type": "KSampler", "inputs": { "seed": 7, "steps": 5, "sampler_name": "euler", "positive": ["2", 0] } }, "2": { "class_type": "CLIPTextEncode", "inputs": { "text": ["3", 0] } }, "3": { "class_type": "J", "inputs": { "text": ["3", 0], "string": ["3", 0], "value": ["3", 0], "prompt": ["3", 0], "text_g": ["3", 0] } } }""")]
    public void Read_ComfyGraphInCircles_Ends(string graph) => Assert.Equal("ComfyUI", PictureReader.Read(graph).Recipe?.Program);

    [Theory]
    [InlineData("""{"image":{"prompt":[{"prompt":"a fox [blurry]","weight":1}],"steps":30,"cfg_scale":7.5,"seed":9,"width":512,"height":640,"sampler":"k_euler_a"},"model_weights":"stable-diffusion-1.5","model_hash":"cc6cb27103"}""")]
    [InlineData("\"a fox [blurry]\" -s 30 -S9 -W 512 -H 640 -C 7.5 -A k_euler_a")]
    public void Read_OldInvokeTexts_AreUnderstood(string text)
    {
        ReadRecipe read = PictureReader.Read(text).Recipe!;

        Assert.Equal(("InvokeAI", "a fox", "blurry", 30, 9), (read.Program, read.Recipe.Prompt, read.Recipe.NegativePrompt, read.Recipe.Steps, read.Recipe.Seed));
        Assert.Equal((7.5f, 512, 640, "euler_a"), (read.Recipe.GuidanceScale, read.Recipe.Width, read.Recipe.Height, read.Recipe.Sampler));
    }

    [Fact]
    public void Read_CivitaiGenerator_NamesItsModelsByTheirVersions()
    {
        ReadRecipe read = PictureReader.Read("a fox\nNegative prompt: low\nSteps: 25, Sampler: Euler a, CFG scale: 7, Seed: 3, Size: 832x1216, Civitai resources: [{\"type\":\"checkpoint\",\"modelVersionId\":128713,"
            + "\"modelName\":\"Dream, \\\"Shaper\\\"]\",\"modelVersionName\":\"8\"},{\"type\":\"lora\",\"weight\":0.8,\"modelVersionId\":87153}], Civitai metadata: {}").Recipe!;

        Assert.Equal("Civitai", read.Program);
        Assert.Equal("Dream, \"Shaper\"] 8", read.Recipe.Checkpoint);
        Assert.Equal(new[] { new LoraSelection("Civitai version 87153", 0.8f) }, read.Recipe.Loras.ToArray());
        Assert.Equal("https://civitai.com/model-versions/87153", read.Models.Single(model => model.Kind == ModelKind.Lora).Search!.AbsoluteUri);
    }

    [Fact]
    public void Read_CivitaiHashes_BelongToTheModelsOfTheText()
    {
        ReadRecipe read = PictureReader.Read("x <lora:b:1>\nSteps: 2, Sampler: Euler, Seed: 3, Model: m, Hashes: {\"model\": \"aaaaaaaaaa\"; \"x\": 1}").Recipe!;
        ReadRecipe whole = PictureReader.Read("x <lora:b:1>\nSteps: 2, Sampler: Euler, Seed: 3, Model: m, Hashes: \"{\\\"model\\\": \\\"aaaaaaaaaa\\\", \\\"lora:b\\\": \\\"bbbbbbbbbb\\\", \\\"embed:e\\\": \\\"cccccccccc\\\"}\"").Recipe!;

        Assert.Equal([new ReadModel(ModelKind.Checkpoint, "m"), new ReadModel(ModelKind.Lora, "b")], read.Models);
        Assert.Equal(
            [new ReadModel(ModelKind.Checkpoint, "m", "aaaaaaaaaa"), new ReadModel(ModelKind.Lora, "b", "bbbbbbbbbb"), new ReadModel(ModelKind.Embedding, "e", "cccccccccc")],
            whole.Models);
    }

    [Theory]
    [InlineData("Steps: 20, Sampler: DPM++ 2M, Seed: 1", "dpmpp_2m", "normal")]
    [InlineData("Steps: 20, Sampler: DPM++ 2M Karras, Seed: 1, Version: v1.6.0", "dpmpp_2m", "karras")]
    [InlineData("Steps: 20, Sampler: DPM++ 2M, Schedule type: Automatic, Seed: 1, Version: v1.10.1", "dpmpp_2m", "karras")]
    [InlineData("Steps: 20, Sampler: DPM++ 2M, Seed: 1, Version: f2.0.1v1.10.1-previous-659-gc055f2d4", "dpmpp_2m", "karras")]
    [InlineData("Steps: 20, Sampler: dpmpp_2m_sde_gpu_karras, Seed: 1, Version: ComfyUI", "dpmpp_2m_sde", "karras")]
    [InlineData("Steps: 20, Sampler: LMS, Schedule type: Uniform, Seed: 1, Version: v1.10.1", "lms", "normal")]
    [InlineData("Steps: 20, Sampler: k_euler_a, Seed: 1", "euler_a", "normal")]
    public void Read_SamplersOfTheYears_AreWhatTheyMeantThen(string fields, string sampler, string schedule)
    {
        ImageRecipe recipe = PictureReader.Read($"x\n{fields}").Recipe!.Recipe;

        Assert.Equal((sampler, schedule), (recipe.Sampler, recipe.Schedule));
    }

    [Fact]
    public void Read_SamplerNobodyKnows_IsToldAndReplaced()
    {
        ReadRecipe read = PictureReader.Read("x\nSteps: 20, Sampler: Somebody's own, Schedule type: Of mine, Seed: 1, Version: v1.10.1").Recipe!;

        Assert.Equal("euler", read.Recipe.Sampler);
        Assert.Contains("The sampler Somebody's own is not known here; Euler takes its place.", read.LeftOut);
        Assert.Contains(read.LeftOut, sentence => sentence.StartsWith("The schedule Of mine", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{{masterpiece}}, [bad], a (girl)", "((masterpiece:1.05):1.05), (bad:0.952), a \\(girl\\)")]
    [InlineData("1.5::red hair::, x", "(red hair:1.5), x")]
    [InlineData("{open", "(open:1.05)")]
    [InlineData("plain, words", "plain, words")]
    public void FromNovelAi_Signs_BecomeWeights(string theirs, string ours) => Assert.Equal(ours, SdStudio.Storage.Metadata.Programs.PromptTranslation.FromNovelAi(theirs));

    [Theory]
    [InlineData("a cat++ here", "a (cat:1.21) here")]
    [InlineData("(a cat)1.3, well-known", "(a cat:1.3), well-known")]
    [InlineData("(a cat)-, (together)", "(a cat:0.9), together")]
    [InlineData("c++ \\(x\\)", "(c:1.21) \\(x\\)")]
    public void FromInvokeAi_Signs_BecomeWeights(string theirs, string ours) => Assert.Equal(ours, SdStudio.Storage.Metadata.Programs.PromptTranslation.FromInvokeAi(theirs));

    [Fact]
    public void Read_OwnPicture_GivesTheWholeRecipe()
    {
        ImageRecipe recipe = TemporaryStudio.Recipe("海, (sunset:1.2)") with { Loras = [new LoraSelection("glass", 0.3f)], Vae = "v" };
        using var png = new MemoryStream(PngFile.Encode(TemporaryStudio.Pixels(), PictureTexts.For(recipe, DateTimeOffset.UnixEpoch, TimeSpan.Zero, "0123456789")));

        ReadRecipe read = PictureReader.Read(png).Recipe!;

        Assert.Equal(("SdStudio", recipe), (read.Program, read.Recipe));
        Assert.Contains(new ReadModel(ModelKind.Checkpoint, "postcard", "0123456789"), read.Models);
    }

    [Fact]
    public void Read_ComfyWebP_HasItsGraphInTheCamerasFields()
    {
        byte[] block = Exif([(0x010F, "workflow:{}"), (0x0110, "prompt:" + Graph)]);
        using var webp = new MemoryStream(WebPTexts.Insert(Encoded(ImageFormat.WebP), block, xmp: null));

        Assert.Equal("ComfyUI", PictureReader.Read(webp).Recipe?.Program);
    }

    [Fact]
    public void Read_DrawThingsXmp_IsUnderstood()
    {
        string xmp = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="r"><rdf:Description xmlns:exif="e"><exif:UserComment><rdf:Alt><rdf:li>{"c":"a fox","uc":"low","seed":5,"steps":8,"scale":6,"sampler":"DPM++ 2M Karras","size":"512x768","model":"sd_v1.5_f16.ckpt"}</rdf:li></rdf:Alt></exif:UserComment></rdf:Description></rdf:RDF></x:xmpmeta>""";
        using var jpeg = new MemoryStream(JpegTexts.Insert(Encoded(ImageFormat.Jpeg), Exif([]), Encoding.UTF8.GetBytes(xmp)));

        ReadRecipe read = PictureReader.Read(jpeg).Recipe!;

        Assert.Equal(("Draw Things", "a fox", "low", 5, "sd_v1.5_f16", 768), (read.Program, read.Recipe.Prompt, read.Recipe.NegativePrompt, read.Recipe.Seed, read.Recipe.Checkpoint, read.Recipe.Height));
    }

    [Property(MaxTest = 300)]
    public void Read_PictureWithBytesChanged_AlwaysAnswers(byte which, (int Place, byte Value)[] changes, int cut)
    {
        byte[] file = [.. Samples[which % Samples.Length]];
        foreach ((int place, byte value) in changes ?? [])
        {
            file[(int)((uint)place % file.Length)] = value;
        }

        using var stream = new MemoryStream(file, 0, cut % 3 == 0 ? (int)((uint)cut % (file.Length + 1)) : file.Length);

        Assert.NotNull(PictureReader.Read(stream));
    }

    [Property(MaxTest = 300)]
    public void Read_AnyText_AlwaysAnswers(string? text, byte which, (int Place, char Value)[] changes)
    {
        StringBuilder json = new(which % 2 == 0 ? Graph : """{"sui_image_params":{"prompt":"a","seed":1,"loras":["x"],"loraweights":["1"]},"sui_models":[{"name":"x","param":"loras","hash":"0x12"}]}""");
        foreach ((int place, char value) in changes ?? [])
        {
            json[(int)((uint)place % json.Length)] = value;
        }

        Assert.NotNull(PictureReader.Read(text ?? ""));
        Assert.NotNull(PictureReader.Read(json.ToString()));
        Assert.NotNull(PictureReader.Read($"x\nSteps: 20, Sampler: {text}, Seed: {text}, Hashes: {text}, Civitai resources: [{text}"));
    }

    [Fact]
    public void Read_DeepJson_IsNoRecipe()
    {
        string deep = string.Concat(Enumerable.Repeat("{\"a\":", 100_000));

        Assert.Null(PictureReader.Read(deep).Recipe);
        Assert.Null(PictureReader.Read("{\"1\":" + new string('[', 500_000)).Recipe);
    }

    [Fact]
    public void Read_GifOfEndlessBlocks_Ends()
    {
        byte[] gif = [.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, .. Enumerable.Repeat(new byte[] { 0x21, 0xFE, 1, (byte)'x', 0 }, 200_000).SelectMany(block => block)];
        using var stream = new MemoryStream(gif);

        Assert.Null(PictureReader.Read(stream).Recipe);
    }

    [Fact]
    public void Read_ExifThatPointsAtItself_Ends()
    {
        byte[] exif = ExifText.Write("x");
        // The directory of EXIF is said to lie where the first one lies.
        exif[8 + 2 + 11] = 8;

        Assert.Empty(ExifText.Read(exif));
    }

    private static byte[][] Samples { get; } = MakeSamples();

    private static byte[][] MakeSamples()
    {
        byte[] exif = ExifText.Write("a\nSteps: 1, Sampler: Euler, Seed: 1"), xmp = XmpText.Write("{}");
        return
        [
            PngFile.Encode(TemporaryStudio.Pixels(), PictureTexts.For(TemporaryStudio.Recipe(), DateTimeOffset.UnixEpoch, TimeSpan.Zero)),
            PngFile.Encode(TemporaryStudio.Pixels(), new KeyValuePair<string, string>("prompt", Graph)),
            PngFile.Encode(TemporaryStudio.Pixels(64, 64)),
            JpegTexts.Insert(Encoded(ImageFormat.Jpeg), exif, xmp),
            WebPTexts.Insert(Encoded(ImageFormat.WebP), exif, xmp),
            AvifTexts.Insert(Encoded(ImageFormat.Avif), exif, xmp),
            [.. "GIF89a"u8, 8, 0, 8, 0, 0x80, 0, 0, 1, 2, 3, 4, 5, 6, 0x21, 0xFE, 3, (byte)'a', (byte)'b', (byte)'c', 0, 0x2C, 0, 0, 0, 0, 8, 0, 8, 0, 0, 2, 1, 0, 0, 0x3B],
        ];
    }

    private static byte[] Encoded(ImageFormat format) => PictureEncoder.Encode(TemporaryStudio.Pixels(), format);

    /// <summary>A block of ASCII fields in the order of Intel.</summary>
    private static byte[] Exif((ushort Tag, string Text)[] fields)
    {
        List<byte> block = [.. "II*\0"u8, 8, 0, 0, 0, (byte)fields.Length, 0];
        int at = 8 + 2 + (12 * fields.Length) + 4;
        foreach ((ushort tag, string text) in fields)
        {
            block.AddRange([.. BitConverter.GetBytes(tag), 2, 0, .. BitConverter.GetBytes(text.Length + 1), .. BitConverter.GetBytes(at)]);
            at += text.Length + 1;
        }

        block.AddRange([0, 0, 0, 0]);
        foreach ((_, string text) in fields)
        {
            block.AddRange([.. Encoding.ASCII.GetBytes(text), 0]);
        }

        return [.. block];
    }
}
