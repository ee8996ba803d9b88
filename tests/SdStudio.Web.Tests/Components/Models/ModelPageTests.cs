using Bunit;
using Microsoft.Extensions.DependencyInjection;
using SdStudio.Diffusion;
using SdStudio.Storage.Models;
using SdStudio.Web.Components.Generate;
using SdStudio.Web.Components.Models;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Security;

namespace SdStudio.Web.Tests.Components.Models;

public sealed class ModelPageTests : ModelsContext
{
    [Fact]
    public async Task ModelPage_Lora_TellsAllThatIsKnownOfIt()
    {
        AddLora("loras/glaze.safetensors", metadata: new() { ["ss_sd_model_name"] = "v1-5-pruned.ckpt" });
        await File.WriteAllTextAsync(Below("loras/glaze.json"), """{"description": "Shiny <b>tiles</b>.", "activation text": "glazed", "preferred weight": 0.6}""");
        await ScanAsync();
        await Host.AddPictureAsync(loras: [new LoraSelection("glaze", 1)]);
        ModelFile lora = Catalog.Find(ModelKind.Lora, "glaze")!;

        var page = Open(lora);

        Assert.Equal("Glaze", page.Find("h1").TextContent);
        Assert.Equal("Shiny tiles.", page.Find(".description").TextContent);
        Assert.Equal($"/?use={lora.Id}&word=glazed", page.Find(".trig a").GetAttribute("href"));
        Assert.Equal("0.6", page.Find("[data-testid=set-weight]").GetAttribute("placeholder"));
        Assert.Single(page.FindAll(".made img"));
        string file = page.Find("dl").TextContent;
        Assert.Contains(lora.Hashes!.Sha256, file, StringComparison.Ordinal);
        Assert.Contains("glaze.safetensors", file, StringComparison.Ordinal);
        Assert.DoesNotContain(Own, file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelPage_ToTheOwner_SaysWhereTheFileLies()
    {
        string path = AddLora("loras/glaze.safetensors");
        await ScanAsync();
        Owner.Become(OwnerProof.AtHost);

        Assert.Contains(path, Open(Catalog.Find(ModelKind.Lora, "glaze")!).Find("dl").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_OfACheckpoint_AreWhatCreateBeginsWith()
    {
        var page = Open(Catalog.Find(ModelKind.Checkpoint, "postcard")!);
        RecipeDefaults own = RecipeDefaults.For(Catalog.Find(ModelKind.Checkpoint, "postcard"));

        await page.InvokeAsync(() => page.Find("[data-testid=set-steps]").Change("33"));
        page.WaitForAssertion(() => Assert.Equal("33", page.Find("[data-testid=set-steps]").GetAttribute("value")));
        await page.InvokeAsync(() => page.Find("[data-testid=set-sampler]").Change("euler_a"));
        page.WaitForAssertion(() => Assert.NotNull(page.Find("[data-testid=set-sampler] option[value=euler_a][selected]")));
        await page.InvokeAsync(() => page.Find("[data-testid=set-negative]").Change("rain"));

        await page.WaitForAssertionAsync(() => Assert.Equal("rain", page.Find("[data-testid=set-negative]").GetAttribute("value")));
        RecipeDefaults kept = RecipeDefaults.For(Catalog.Find(ModelKind.Checkpoint, "postcard"));
        Assert.Equal((33, "euler_a", "rain"), (kept.Steps, kept.Sampler, kept.NegativePrompt));
        Assert.Equal((own.GuidanceScale, own.Width, own.Prompt), (kept.GuidanceScale, kept.Width, kept.Prompt));

        await page.InvokeAsync(() => page.Find("[data-testid=forget]").Click());
        page.WaitForAssertion(() => Assert.Equal(own, RecipeDefaults.For(Catalog.Find(ModelKind.Checkpoint, "postcard"))));
        Assert.Equal("Undo", Services.GetRequiredService<NoticeService>().Current?.ActionLabel);
    }

    [Theory]
    [InlineData("set-steps", "0", "Between 1 and 150 steps.")]
    [InlineData("set-guidance", "31", "A guidance between 1 and 30.")]
    [InlineData("set-width", "3", "for this model")]
    [InlineData("set-steps", "many", "That is no number.")]
    public async Task Settings_OutOfBounds_AreRefusedWithTheReason(string field, string typed, string reason)
    {
        var page = Open(Catalog.Find(ModelKind.Checkpoint, "postcard")!);

        await page.InvokeAsync(() => page.Find($"[data-testid={field}]").Change(typed));

        Assert.Contains(reason, page.Find("[data-testid=settings] [role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Null(Catalog.Find(ModelKind.Checkpoint, "postcard")!.Profile.Settings);
    }

    [Fact]
    public async Task Settings_OfALora_AreTheWeightItIsAddedWith()
    {
        AddLora("loras/glaze.safetensors");
        await ScanAsync();
        var page = Open(Catalog.Find(ModelKind.Lora, "glaze")!);

        await page.InvokeAsync(() => page.Find("[data-testid=set-weight]").Change("0.35"));

        page.WaitForAssertion(() => Assert.Equal(0.35f, RecipeDefaults.WeightOf(Catalog.Find(ModelKind.Lora, "glaze")!)));
    }

    [Fact]
    public async Task Notes_Written_AreKeptWithTheContentUnderAnotherName()
    {
        string path = AddLora("loras/glaze.safetensors");
        await ScanAsync();
        var page = Open(Catalog.Find(ModelKind.Lora, "glaze")!);

        await page.InvokeAsync(() => page.Find("[data-testid=notes]").Change("best at dusk"));
        page.WaitForAssertion(() => Assert.Equal("best at dusk", Catalog.Find(ModelKind.Lora, "glaze")!.Profile.Notes));
        File.Move(path, Below("loras/enamel.safetensors"));
        await ScanAsync();

        page = Open(Catalog.Find(ModelKind.Lora, "enamel")!);
        Assert.Equal("best at dusk", page.Find("[data-testid=notes]").GetAttribute("value") ?? page.Find("[data-testid=notes]").TextContent);
        Assert.Contains("glaze", page.Find("dl").TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void ModelPage_UnknownModel_SaysSo() =>
        Assert.Contains("not here any more", Render<ModelPage>(parameters => parameters.Add(page => page.Id, "0123")).Markup, StringComparison.Ordinal);

    private IRenderedComponent<ModelPage> Open(ModelFile model) => Render<ModelPage>(parameters => parameters.Add(page => page.Id, model.Id));
}
