using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SdStudio.Storage.Data;

internal sealed class ModelHashConfiguration : IEntityTypeConfiguration<ModelHashRow>
{
    public void Configure(EntityTypeBuilder<ModelHashRow> builder)
    {
        builder.ToTable("ModelHashes");
        builder.HasKey(row => row.Path);
    }
}
