using SdStudio.Diffusion.Graphs;
using SdStudio.Diffusion.Inference;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Tests.Inference;

public sealed class ProviderChoiceTests
{
    private const string Cpu = "CPUExecutionProvider", Cuda = "CUDAExecutionProvider", Dml = "DmlExecutionProvider", WebGpu = "WebGpuExecutionProvider";

    [Theory]
    [InlineData(InferenceProvider.Auto, new[] { Cpu }, new string[0], InferenceProvider.Cpu)]
    [InlineData(InferenceProvider.Auto, new[] { Cuda, Cpu }, new string[0], InferenceProvider.Cuda)]
    [InlineData(InferenceProvider.Auto, new[] { Dml, Cpu }, new string[0], InferenceProvider.DirectML)]
    [InlineData(InferenceProvider.Auto, new[] { Cpu }, new[] { WebGpu }, InferenceProvider.WebGpu)]
    [InlineData(InferenceProvider.Auto, new[] { WebGpu, Cpu }, new string[0], InferenceProvider.WebGpu)]
    [InlineData(InferenceProvider.Auto, new[] { Cpu, Dml, Cuda }, new[] { WebGpu }, InferenceProvider.Cuda)]
    [InlineData(InferenceProvider.Cpu, new[] { Cuda, Cpu }, new string[0], InferenceProvider.Cpu)]
    [InlineData(InferenceProvider.WebGpu, new[] { Cuda, Cpu }, new[] { WebGpu }, InferenceProvider.WebGpu)]
    [InlineData(InferenceProvider.Auto, new[] { "TensorrtExecutionProvider", Cpu }, new[] { "UnknownExecutionProvider" }, InferenceProvider.Cpu)]
    public void Open_WithTheseProviders_Takes(InferenceProvider requested, string[] builtIn, string[] plugIn, InferenceProvider expected)
    {
        InferenceDevice device = Open(requested, builtIn, plugIn, measure: (_, _) => 0);

        Assert.Equal(expected, device.Report.Provider);
        Assert.Equal(expected != InferenceProvider.Cpu, device.BatchesGuidance);
    }

    [Fact]
    public void Open_OnACpu_SaysWhyNothingFasterIsUsed()
    {
        InferenceDevice device = Open(InferenceProvider.Auto, [Cpu], [], measure: (_, _) => 0);

        Assert.Contains(device.Report.Notes, n => n.StartsWith("This build has no DirectML", StringComparison.Ordinal));
        Assert.Contains(device.Report.Notes, n => n.StartsWith("This build has no CUDA", StringComparison.Ordinal));
        Assert.Contains(device.Report.Notes, n => n.Contains("PluginFolder", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_OnWindowsOnly_SpeaksOfBuildingWithDirectML()
    {
        ProviderTraits directML = Providers.All.Single(p => p.Provider == InferenceProvider.DirectML);

        Assert.Contains("another system", new ProviderInventory([Cpu], [], IsWindows: false).WhyNot(directML), StringComparison.Ordinal);
        Assert.Contains("-p:Accelerator=directml", new ProviderInventory([Cpu], [], IsWindows: true).WhyNot(directML), StringComparison.Ordinal);
        Assert.Null(new ProviderInventory([Dml], [], IsWindows: true).WhyNot(directML));
    }

    [Fact]
    public void Open_OfAProviderThatIsNotThere_SaysWhatToDo()
    {
        InferenceException e = Assert.Throws<InferenceException>(() => Open(InferenceProvider.Cuda, [Cpu], [], measure: (_, _) => 0));

        Assert.Equal(InferenceFailure.DeviceUnavailable, e.Reason);
        Assert.Contains("-p:Accelerator=cuda", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_OfACardThatFailsItsTest_TakesTheNext()
    {
        InferenceDevice device = Open(
            InferenceProvider.Auto, [Cuda, Cpu], [WebGpu], measure: (traits, _) => traits.Provider == InferenceProvider.Cuda ? float.NaN : 0);

        Assert.Equal(InferenceProvider.WebGpu, device.Report.Provider);
        Assert.Contains(device.Report.Notes, n => n.StartsWith("CUDA is there, but", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_OfTheRequestedCardThatFailsItsTest_Throws()
    {
        InferenceException e = Assert.Throws<InferenceException>(() => Open(InferenceProvider.WebGpu, [Cpu], [WebGpu], measure: (_, _) => 0.03f));

        Assert.Equal(InferenceFailure.DeviceUnavailable, e.Reason);
    }

    [Fact]
    public void Open_OfACardWithWrongFusedAttention_DecomposesItAndSaysSo()
    {
        InferenceDevice device = Open(
            InferenceProvider.Auto, [Cpu], [WebGpu], measure: (_, operators) => operators.Attention == AttentionForm.Fused ? 0.02f : 1e-4f);

        Assert.Equal(AttentionForm.Decomposed, device.Denoising.Operators.Attention);
        Assert.Equal(AttentionForm.Decomposed, device.Pixels.Operators.Attention);
        Assert.Equal(ElementType.Float16, device.Denoising.Operators.Precision);
        Assert.Contains(device.Report.Notes, n => n.Contains("gives wrong results", StringComparison.Ordinal));
    }

    [Fact]
    public void Open_OfACardWithoutHalfPrecision_UsesSingle()
    {
        InferenceDevice device = Open(
            InferenceProvider.Auto, [Cpu], [WebGpu], measure: (_, operators) => operators.Precision == ElementType.Float16 ? float.NaN : 1e-6f);

        Assert.Equal(new OperatorChoices(ElementType.Float32, AttentionForm.Fused, NormForm.InstanceThenScale, LinearForm.Transpose), device.Denoising.Operators);
        Assert.Equal("WebGPU, single precision", device.Report.Name);
    }

    [Fact]
    public void Open_OfACard_KeepsTextOnTheCpuAndPixelsInSinglePrecision()
    {
        InferenceDevice device = Open(InferenceProvider.Auto, [Dml, Cpu], [], measure: (_, _) => 0);

        Assert.True(device.Denoising.StaticShapes);
        Assert.Equal(WeightDelivery.File, device.Denoising.Delivery);
        Assert.False(device.Text.StaticShapes);
        Assert.Equal(WeightDelivery.Converted, device.Text.Delivery);
        Assert.Equal(ElementType.Float32, device.Pixels.Operators.Precision);
        Assert.Equal("DirectML, half precision", device.Report.Name);
    }

    [Fact]
    public void Open_OfThisMachine_Reports()
    {
        List<string> lines = [];
        InferenceDevice device = InferenceDevice.Open(new InferenceSettings(), lines.Add);

        Assert.NotEqual(InferenceProvider.Auto, device.Report.Provider);
        Assert.Equal(device.Report.ToString(), lines[^1]);
    }

    /// <summary>The VAE of Stable Diffusion XL overflows in half precision, which gives black pictures.</summary>
    [Fact]
    public void Open_CardInHalfPrecision_StillDecodesInSinglePrecision()
    {
        InferenceDevice device = Open(InferenceProvider.Auto, [Cuda, Cpu], [], measure: (_, _) => 0);

        Assert.Equal(ElementType.Float16, device.Denoising.Operators.Precision);
        Assert.Equal(ElementType.Float32, device.Pixels.Operators.Precision);
    }

    [Fact]
    public void Open_WithALibraryThatIsNone_SaysSoAndGoesOn()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("sdstudio-");
        try
        {
            (string prefix, string extension) = OperatingSystem.IsWindows() ? ("", ".dll") : OperatingSystem.IsMacOS() ? ("lib", ".dylib") : ("lib", ".so");
            string library = Path.Combine(folder.FullName, $"{prefix}onnxruntime_providers_webgpu{extension}");
            File.WriteAllText(library, "not a library");
            List<string> lines = [];
            InferenceDevice device = InferenceDevice.Open(new InferenceSettings { PluginFolder = folder.FullName, Provider = InferenceProvider.Cpu }, lines.Add);

            Assert.Contains(lines, l => l.Contains(library, StringComparison.Ordinal) && l.Contains("could not be loaded", StringComparison.Ordinal));
            Assert.Equal(InferenceProvider.Cpu, device.Report.Provider);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("readme.txt", false)]
    [InlineData("libonnxruntime_providers_shared.so", false)]
    [InlineData("libdawn.so", false)]
    [InlineData("libonnxruntime_providers_webgpu.so", true)]
    public void IsPlugin_OnLinux_TakesProviderLibrariesOnly(string file, bool expected)
    {
        if (OperatingSystem.IsLinux())
        {
            Assert.Equal(expected, Providers.IsPlugin("/plugins/" + file));
        }
    }

    private static InferenceDevice Open(
        InferenceProvider requested, string[] builtIn, string[] plugIn, Func<ProviderTraits, OperatorChoices, float> measure) =>
        InferenceDevice.Open(
            new InferenceSettings { Provider = requested }, new ProviderInventory([.. builtIn], [.. plugIn], IsWindows: true).WhyNot, measure);
}
