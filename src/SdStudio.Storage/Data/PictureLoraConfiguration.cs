using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SdStudio.Storage.Data;

internal sealed class PictureLoraConfiguration : IEntityTypeConfiguration<PictureLoraRow>
{
    public void Configure(EntityTypeBuilder<PictureLoraRow> builder)
    {
        builder.ToTable("PictureLoras");
        builder.HasKey(row => new { row.Lora, row.PictureId });
        builder.HasIndex(row => row.PictureId);
    }
}
