using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SdStudio.Storage.Data;

internal sealed class ModelRootConfiguration : IEntityTypeConfiguration<ModelRootRow>
{
    public void Configure(EntityTypeBuilder<ModelRootRow> builder)
    {
        builder.ToTable("ModelRoots");
        builder.HasKey(row => row.Id);
        builder.HasIndex(row => row.Path).IsUnique();
    }
}
