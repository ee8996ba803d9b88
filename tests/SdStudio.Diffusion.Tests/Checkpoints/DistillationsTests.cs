using SdStudio.Diffusion.Checkpoints;
using SdStudio.Diffusion.Sampling;
using SdStudio.Tests;

namespace SdStudio.Diffusion.Tests.Checkpoints;

public sealed class DistillationsTests
{
    [Theory]
    [InlineData("sd_xl_turbo_1.0_fp16", "Turbo", 4)]
    [InlineData("landscapesXLTurbo_v2", "Turbo", 4)]
    [InlineData("sdxl_lightning_8step", "Lightning", 8)]
    [InlineData("portraitsXL_v9Lightning", "Lightning", 4)]
    [InlineData("Hyper-SDXL-1step-Unet", "Hyper", 1)]
    [InlineData("Hyper-SD15", "Hyper", 8)]
    [InlineData("townLCM_v1", "LCM", 6)]
    [InlineData("hyperRealistic_v10", null, 0)]
    [InlineData("turbocharged", null, 0)]
    [InlineData("enlightning", null, 0)]
    [InlineData("sd-v1-5", null, 0)]
    [InlineData("sdxl_lightning_900steps", "Lightning", 4)]
    public void InNames_WordsOfAName_TellTheKindAndItsSteps(string name, string? kind, int steps)
    {
        SamplingAdvice? advice = Distillations.InNames(name);

        Assert.Equal(kind, advice?.Kind);
        Assert.Equal(steps, advice?.Steps ?? 0);
    }

    [Theory]
    [InlineData("sd_xl_turbo_1.0_fp16", 512)]
    [InlineData("sdxl-turbo", 512)]
    [InlineData("landscapesXLTurbo_v2", null)]
    [InlineData("landscapes_sdxl_turbo", null)]
    public void InNames_ModelDistilledOnSmallPictures_KnowsTheirSize(string name, int? size) => Assert.Equal(size, Distillations.InNames(name)!.NativeSize);

    [Theory]
    [InlineData("LCM")]
    [InlineData("Turbo")]
    [InlineData("Lightning")]
    [InlineData("Hyper-SD")]
    public void InNames_EveryKind_NamesASamplerAndAScheduleOfTheCatalogues(string name)
    {
        SamplingAdvice advice = Distillations.InNames(name)!;

        Assert.NotNull(SamplerCatalog.Find(advice.Sampler));
        Assert.NotNull(Schedules.Find(advice.Schedule));
        Assert.InRange(advice.GuidanceScale, 1, 2);
    }

    [Theory]
    [InlineData("LCMScheduler", "leading", "LCM")]
    [InlineData("TCDScheduler", "leading", "Hyper")]
    [InlineData("EulerAncestralDiscreteScheduler", "trailing", "Turbo")]
    [InlineData("EulerAncestralDiscreteScheduler", "leading", null)]
    [InlineData("EulerDiscreteScheduler", "leading", null)]
    public void Open_FolderWithTheSchedulerOfADistilledModel_IsAdvised(string scheduler, string spacing, string? kind)
    {
        using TinyCheckpoint model = TinyCheckpoint.Folder();
        File.WriteAllText(
            Path.Combine(model.Path, "scheduler", "scheduler_config.json"), $$"""{"_class_name":"{{scheduler}}","timestep_spacing":"{{spacing}}","beta_schedule":"scaled_linear","beta_start":0.00085,"beta_end":0.012}""");

        using Checkpoint checkpoint = Checkpoint.Open(model.Path);

        Assert.Equal(kind, checkpoint.Advice?.Kind);
    }
}
