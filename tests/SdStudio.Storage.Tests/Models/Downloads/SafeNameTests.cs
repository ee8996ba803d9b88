using SdStudio.Storage.Models.Downloads;

namespace SdStudio.Storage.Tests.Models.Downloads;

public sealed class SafeNameTests
{
    [Theory]
    [InlineData("model.safetensors", "model.safetensors")]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData(@"..\..\evil.safetensors", "evil.safetensors")]
    [InlineData("a:b?c*.safetensors", "a_b_c_.safetensors")]
    [InlineData("line\nbreak\0.safetensors", "line_break_.safetensors")]
    [InlineData("...hidden.safetensors", "hidden.safetensors")]
    [InlineData("CON.safetensors", "_CON.safetensors")]
    [InlineData("", "model")]
    [InlineData("..", "model")]
    public void Of_AnyName_IsOneNameThatLeadsNowhere(string name, string expected) => Assert.Equal(expected, SafeName.Of(name));

    [Fact]
    public void Of_VeryLongName_KeepsItsEnding()
    {
        string name = SafeName.Of(new string('a', 500) + ".safetensors");

        Assert.Equal(150, name.Length);
        Assert.EndsWith(".safetensors", name, StringComparison.Ordinal);
        Assert.Equal(name, SafeName.Of(name));
    }

    [Theory]
    [InlineData("unet/config.json", true)]
    [InlineData("unet//config.json", false)]
    [InlineData("../config.json", false)]
    [InlineData("unet/..", false)]
    [InlineData("/config.json", false)]
    [InlineData("unet\\..\\config.json", false)]
    public void OfPath_Path_IsTakenAsItIsOrNotAtAll(string path, bool isTaken) => Assert.Equal(isTaken ? path : null, SafeName.OfPath(path));
}
