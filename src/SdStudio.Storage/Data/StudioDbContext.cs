using Microsoft.EntityFrameworkCore;

namespace SdStudio.Storage.Data;

/// <summary>The tables. One short context per operation, from <see cref="StudioDatabase"/>.</summary>
internal sealed class StudioDbContext(DbContextOptions<StudioDbContext> options) : DbContext(options)
{
    public DbSet<PictureRow> Pictures => Set<PictureRow>();

    public DbSet<PictureLoraRow> PictureLoras => Set<PictureLoraRow>();

    public DbSet<JobRow> Jobs => Set<JobRow>();

    public DbSet<PlotRow> Plots => Set<PlotRow>();

    public DbSet<ShareLinkRow> ShareLinks => Set<ShareLinkRow>();

    public DbSet<LeftoverFileRow> LeftoverFiles => Set<LeftoverFileRow>();

    public DbSet<ModelHashRow> ModelHashes => Set<ModelHashRow>();

    public DbSet<ModelProfileRow> ModelProfiles => Set<ModelProfileRow>();

    public DbSet<ModelRootRow> ModelRoots => Set<ModelRootRow>();

    public DbSet<ImportRow> Imports => Set<ImportRow>();

    public DbSet<StudioRow> Studio => Set<StudioRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder) =>
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(StudioDbContext).Assembly);
}
