using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SdStudio.Storage.Data;

internal sealed class LeftoverFileConfiguration : IEntityTypeConfiguration<LeftoverFileRow>
{
    public void Configure(EntityTypeBuilder<LeftoverFileRow> builder)
    {
        builder.ToTable("LeftoverFiles");
        builder.HasKey(row => row.File);
    }
}
