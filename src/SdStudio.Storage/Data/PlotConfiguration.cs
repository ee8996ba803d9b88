using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SdStudio.Storage.Data;

internal sealed class PlotConfiguration : IEntityTypeConfiguration<PlotRow>
{
    public void Configure(EntityTypeBuilder<PlotRow> builder)
    {
        builder.ToTable("Plots");

        // AUTOINCREMENT: pictures name their plot, so its number must never name a second one.
        builder.HasKey(row => row.Id);
        builder.Property(row => row.Id).ValueGeneratedOnAdd();
        builder.HasIndex(row => row.State).HasFilter("\"State\" = 0");
    }
}
