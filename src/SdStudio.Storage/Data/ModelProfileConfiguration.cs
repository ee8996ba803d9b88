using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SdStudio.Storage.Data;

internal sealed class ModelProfileConfiguration : IEntityTypeConfiguration<ModelProfileRow>
{
    public void Configure(EntityTypeBuilder<ModelProfileRow> builder)
    {
        builder.ToTable("ModelProfiles");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => row.Content).IsUnique().HasFilter("\"Content\" IS NOT NULL");

        // Before its content is known a model is known by its path; later copies of one content may lie anywhere.
        builder.HasIndex(row => row.Path).IsUnique().HasFilter("\"Content\" IS NULL");
        builder.HasMany(row => row.Names).WithOne().HasForeignKey(name => name.ProfileId).OnDelete(DeleteBehavior.Cascade);
    }
}
