using System.Text.Json;
using SdStudio.Diffusion.Checkpoints;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Parity;

/// <summary>The miniature networks of the golden data: as diffusers folders under models/, and the same weights as single files under single/.</summary>
internal static class GoldenModel
{
    /// <summary>Theory rows (model, layout, case) for each <c>{network}/{case}/…</c> in a model's golden file.</summary>
    public static TheoryData<string, string, string> Cases(string network)
    {
        TheoryData<string, string, string> rows = [];
        foreach (object[] row in (IEnumerable<object[]>)GoldenFolder.Files("models/*/golden.safetensors"))
        {
            string file = (string)row[0];
            if (!GoldenFolder.Has(file))
            {
                rows.Add("models/*", "folder", "0");
                continue;
            }

            string model = file.Split('/')[1];
            IEnumerable<string> cases = GoldenFolder.Tensors(file).Names
                .Select(name => name.Split('/')).Where(parts => parts[0] == network)
                .Select(parts => parts.Length > 2 ? parts[1] : "0").Distinct().Order(StringComparer.Ordinal);
            foreach (string number in cases)
            {
                rows.Add(model, "folder", number);
                if (GoldenFolder.Has($"single/{model}.safetensors"))
                {
                    rows.Add(model, "single", number);
                }
            }
        }

        return rows;
    }

    public static GoldenTensors Golden(string model) => GoldenFolder.Tensors($"models/{model}/golden.safetensors");

    /// <summary>Opens a model, or skips the test where the data holds no such network of it or this version runs no such family.</summary>
    public static Checkpoint Open(string model, string layout, Component needed)
    {
        Checkpoint checkpoint = Open(model, layout);
        Skip.IfNot(checkpoint.Has(needed), $"The folder of {model} holds no {ComponentSummary.NameOf(needed)}; its weights are in the single file.");
        return checkpoint;
    }

    /// <summary>Opens a complete model: the folder, or where that holds only parts the same weights as a single file.</summary>
    public static Checkpoint OpenWhole(string model)
    {
        Checkpoint folder = Open(model, "folder");
        if (folder.Components.All(component => component.TensorCount > 0))
        {
            return folder;
        }

        folder.Dispose();
        return Open(model, "single");
    }

    private static Checkpoint Open(string model, string layout)
    {
        try
        {
            if (layout == "single")
            {
                string file = GoldenFolder.Require($"single/{model}.safetensors");
                return Checkpoint.Open(file, Overrides(GoldenFolder.Json($"single/{model}.hyperparameters.json")));
            }

            return Checkpoint.Open(GoldenFolder.Require($"models/{model}"));
        }
        catch (UnsupportedModelException e)
        {
            Skip.If(true, e.Message);
            throw;
        }
    }

    /// <summary>What a single file of unusual size cannot tell.</summary>
    public static CheckpointOverrides Overrides(JsonElement parameters)
    {
        int groups = parameters.GetProperty("norm_num_groups").GetInt32();
        string[] texts = ["text_encoder", "text_encoder_2"];
        return new CheckpointOverrides
        {
            UNet = new UNetSettings([.. parameters.GetProperty("unet_num_heads_per_level").EnumerateArray().Select(h => h.GetInt32())], groups),
            TextEncoderHeads = [.. texts.Where(text => parameters.TryGetProperty(text, out _)).Select(text => parameters.GetProperty(text).GetProperty("num_heads").GetInt32())],
            Vae = new VaeSettings(groups, parameters.GetProperty("vae_scaling_factor").GetSingle()),
            Diffusion = new DiffusionSettings(1000, 0.00085f, 0.012f, parameters.GetProperty("prediction_type").GetString() == "v_prediction" ? PredictionType.Velocity : PredictionType.Epsilon),
        };
    }
}
