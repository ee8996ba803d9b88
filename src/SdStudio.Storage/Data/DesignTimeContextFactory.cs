using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace SdStudio.Storage.Data;

/// <summary>Lets <c>dotnet ef migrations add</c> see the model; never used by the program.</summary>
internal sealed class DesignTimeContextFactory : IDesignTimeDbContextFactory<StudioDbContext>
{
    public StudioDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<StudioDbContext>().UseSqlite("Data Source=design.db").Options);
}
