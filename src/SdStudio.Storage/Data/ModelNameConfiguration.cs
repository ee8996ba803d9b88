using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SdStudio.Storage.Data;

internal sealed class ModelNameConfiguration : IEntityTypeConfiguration<ModelNameRow>
{
    public void Configure(EntityTypeBuilder<ModelNameRow> builder)
    {
        builder.ToTable("ModelNames");
        builder.HasKey(row => new { row.ProfileId, row.Name });
    }
}
