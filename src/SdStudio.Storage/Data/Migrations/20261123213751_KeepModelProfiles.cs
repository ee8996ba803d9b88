using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SdStudio.Storage.Data.Migrations
{
    /// <inheritdoc />
    public partial class KeepModelProfiles : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "DataSha256",
                table: "ModelHashes",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "Sample",
                table: "ModelHashes",
                type: "TEXT",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "ModelProfiles",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Content = table.Column<string>(type: "TEXT", nullable: true),
                    Path = table.Column<string>(type: "TEXT", nullable: false),
                    Kind = table.Column<int>(type: "INTEGER", nullable: false),
                    IsFavourite = table.Column<bool>(type: "INTEGER", nullable: false),
                    Notes = table.Column<string>(type: "TEXT", nullable: true),
                    Settings = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ModelProfiles", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "ModelRoots",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Path = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ModelRoots", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "ModelNames",
                columns: table => new
                {
                    ProfileId = table.Column<long>(type: "INTEGER", nullable: false),
                    Name = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ModelNames", x => new { x.ProfileId, x.Name });
                    table.ForeignKey(
                        name: "FK_ModelNames_ModelProfiles_ProfileId",
                        column: x => x.ProfileId,
                        principalTable: "ModelProfiles",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_ModelProfiles_Content",
                table: "ModelProfiles",
                column: "Content",
                unique: true,
                filter: "\"Content\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ModelProfiles_Path",
                table: "ModelProfiles",
                column: "Path",
                unique: true,
                filter: "\"Content\" IS NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ModelRoots_Path",
                table: "ModelRoots",
                column: "Path",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ModelNames");

            migrationBuilder.DropTable(
                name: "ModelRoots");

            migrationBuilder.DropTable(
                name: "ModelProfiles");

            migrationBuilder.DropColumn(
                name: "DataSha256",
                table: "ModelHashes");

            migrationBuilder.DropColumn(
                name: "Sample",
                table: "ModelHashes");
        }
    }
}
