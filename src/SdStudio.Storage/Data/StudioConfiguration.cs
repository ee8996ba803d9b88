using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SdStudio.Storage.Data;

internal sealed class StudioConfiguration : IEntityTypeConfiguration<StudioRow>
{
    public void Configure(EntityTypeBuilder<StudioRow> builder)
    {
        builder.ToTable("Studio");
        builder.HasKey(row => row.Id);
    }
}
