using SdStudio.Storage.Models;

namespace SdStudio.Storage.Tests.Models;

public sealed class RecipeSuggestionTests
{
    private static readonly RecipeSuggestion s_card = new() { Steps = 20, GuidanceScale = 5, Sampler = "euler", Schedule = "simple", Width = 320, Height = 192, NegativePrompt = "rain" };

    [Fact]
    public void Over_WhatIsLeftOpen_IsAsTheOtherSays() =>
        Assert.Equal(s_card with { Steps = 8 }, new RecipeSuggestion { Steps = 8 }.Over(s_card));

    [Fact]
    public void Over_SamplerOfItsOwn_DoesNotTakeTheOthersSchedule()
    {
        RecipeSuggestion chosen = new RecipeSuggestion { Sampler = "dpmpp_2m" }.Over(s_card);

        Assert.Equal(("dpmpp_2m", null), (chosen.Sampler, chosen.Schedule));
    }

    [Fact]
    public void Over_Nothing_IsTheSame() => Assert.Equal(s_card, s_card.Over(null));
}
