namespace SdStudio.Web.Tests.Configuration;

public sealed class SettingsProblemsTests
{
    [Fact]
    public async Task Program_OnAFolderThatAnotherUses_EndsAndSaysSo()
    {
        string folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
        try
        {
            using ServerProcess first = ServerProcess.Start(folder);
            Assert.True(await first.WhenReadyAsync(), first.Output);

            using ServerProcess second = ServerProcess.Start(folder);
            Assert.False(await second.WhenReadyAsync());
            await second.WhenExitedAsync();

            Assert.Equal(1, second.ExitCode);
            Assert.Contains("another SdStudio", second.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", second.Output, StringComparison.Ordinal);
            await first.KillAsync();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Program_OnADamagedDatabase_SaysWhatIsLostAndWhatIsNot()
    {
        string folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "studio.db"), string.Concat(Enumerable.Repeat("This is no database. ", 500)));
        try
        {
            using ServerProcess server = ServerProcess.Start(folder);

            Assert.False(await server.WhenReadyAsync());
            await server.WhenExitedAsync();

            Assert.Equal(1, server.ExitCode);
            Assert.Contains("studio.db is damaged", server.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Program_WithWrongSettings_NamesThemAllAndEndsWithoutAStackTrace()
    {
        string folder = Directory.CreateTempSubdirectory("sdstudio-").FullName;
        string file = Path.Combine(folder, "a-file");
        await File.WriteAllTextAsync(file, "");
        try
        {
            using ServerProcess server = ServerProcess.Start(Path.Combine(file, "data"), "--Server:Port=eighty", "--Generation:MaxSteps=0", "--Inference:Provider=tpu", "--Gallery:TrashDays=-1");

            Assert.False(await server.WhenReadyAsync());
            await server.WhenExitedAsync();

            Assert.Equal(1, server.ExitCode);
            Assert.All(
                ["Server:Port:", "Generation:MaxSteps:", "Inference:Provider:", "Gallery:TrashDays:", "Gallery:Folder:"],
                key => Assert.Contains(key, server.Output, StringComparison.Ordinal));
            Assert.DoesNotContain("   at ", server.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
