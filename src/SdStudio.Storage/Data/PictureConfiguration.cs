using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SdStudio.Storage.Data;

internal sealed class PictureConfiguration : IEntityTypeConfiguration<PictureRow>
{
    public void Configure(EntityTypeBuilder<PictureRow> builder)
    {
        builder.ToTable("Pictures");

        // EF makes the key AUTOINCREMENT: an id that is purged never comes back, and addresses with ids may be cached for ever.
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Id).ValueGeneratedOnAdd();

        builder.HasIndex(row => row.JobId).IsUnique();
        builder.HasIndex(row => row.File).IsUnique();
        builder.HasIndex(row => row.Checkpoint);
        builder.HasIndex(row => row.Owner);
        builder.HasIndex(row => row.ParentId).HasFilter("\"ParentId\" IS NOT NULL");
        builder.HasIndex(row => row.PlotId).HasFilter("\"PlotId\" IS NOT NULL");
        builder.HasIndex(row => row.IsFavourite).HasFilter("\"IsFavourite\" = 1");
        builder.HasIndex(row => row.Content).HasFilter("\"Content\" IS NOT NULL");
        builder.HasIndex(row => row.TrashedAt).HasFilter("\"TrashedAt\" IS NOT NULL");

        // Carries all that the ground plan of the grid needs, in its order, so that laying out 100,000 pictures reads no recipe.
        // The filter's own columns too, or SQLite would look them up in the table.
        builder.HasIndex(row => new { row.Id, row.Width, row.Height, row.CreatedAt, row.TrashedAt, row.IsMissing })
            .IsDescending(true, false, false, false, false, false)
            .HasFilter("\"TrashedAt\" IS NULL AND \"IsMissing\" = 0")
            .HasDatabaseName(PictureSearch.GroundPlanIndex);

        builder.HasMany(row => row.Loras).WithOne().HasForeignKey(lora => lora.PictureId).OnDelete(DeleteBehavior.Cascade);
    }
}
