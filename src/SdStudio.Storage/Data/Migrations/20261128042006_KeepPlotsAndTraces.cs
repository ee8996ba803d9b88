using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SdStudio.Storage.Data.Migrations
{
    /// <inheritdoc />
    public partial class KeepPlotsAndTraces : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "PlotCell",
                table: "Pictures",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PlotId",
                table: "Pictures",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Trace",
                table: "Pictures",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "PlotCell",
                table: "Jobs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "PlotId",
                table: "Jobs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "Plots",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Owner = table.Column<string>(type: "TEXT", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    State = table.Column<int>(type: "INTEGER", nullable: false),
                    Definition = table.Column<string>(type: "TEXT", nullable: false),
                    Remaining = table.Column<string>(type: "TEXT", nullable: false),
                    Failures = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Plots", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_PlotId",
                table: "Pictures",
                column: "PlotId",
                filter: "\"PlotId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_PlotId",
                table: "Jobs",
                column: "PlotId",
                filter: "\"PlotId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Plots_State",
                table: "Plots",
                column: "State",
                filter: "\"State\" = 0");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "Plots");

            migrationBuilder.DropIndex(
                name: "IX_Pictures_PlotId",
                table: "Pictures");

            migrationBuilder.DropIndex(
                name: "IX_Jobs_PlotId",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "PlotCell",
                table: "Pictures");

            migrationBuilder.DropColumn(
                name: "PlotId",
                table: "Pictures");

            migrationBuilder.DropColumn(
                name: "Trace",
                table: "Pictures");

            migrationBuilder.DropColumn(
                name: "PlotCell",
                table: "Jobs");

            migrationBuilder.DropColumn(
                name: "PlotId",
                table: "Jobs");
        }
    }
}
