using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace SdStudio.Storage.Data.Migrations
{
    /// <inheritdoc />
    public partial class CreateStudio : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "Jobs",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    Owner = table.Column<string>(type: "TEXT", nullable: false),
                    ParentId = table.Column<long>(type: "INTEGER", nullable: true),
                    EnqueuedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Place = table.Column<double>(type: "REAL", nullable: false),
                    Recipe = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Jobs", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "LeftoverFiles",
                columns: table => new
                {
                    File = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_LeftoverFiles", x => x.File);
                });

            migrationBuilder.CreateTable(
                name: "ModelHashes",
                columns: table => new
                {
                    Path = table.Column<string>(type: "TEXT", nullable: false),
                    Size = table.Column<long>(type: "INTEGER", nullable: false),
                    ModifiedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Sha256 = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ModelHashes", x => x.Path);
                });

            migrationBuilder.CreateTable(
                name: "Pictures",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    JobId = table.Column<long>(type: "INTEGER", nullable: true),
                    File = table.Column<string>(type: "TEXT", nullable: false),
                    Width = table.Column<int>(type: "INTEGER", nullable: false),
                    Height = table.Column<int>(type: "INTEGER", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    Duration = table.Column<long>(type: "INTEGER", nullable: false),
                    Owner = table.Column<string>(type: "TEXT", nullable: false),
                    ParentId = table.Column<long>(type: "INTEGER", nullable: true),
                    IsFavourite = table.Column<bool>(type: "INTEGER", nullable: false),
                    TrashedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    IsMissing = table.Column<bool>(type: "INTEGER", nullable: false),
                    FilmFrames = table.Column<int>(type: "INTEGER", nullable: false),
                    Checkpoint = table.Column<string>(type: "TEXT", nullable: false),
                    Prompt = table.Column<string>(type: "TEXT", nullable: false),
                    NegativePrompt = table.Column<string>(type: "TEXT", nullable: false),
                    Recipe = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Pictures", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "Studio",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_Studio", x => x.Id);
                });

            migrationBuilder.CreateTable(
                name: "PictureLoras",
                columns: table => new
                {
                    Lora = table.Column<string>(type: "TEXT", nullable: false),
                    PictureId = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_PictureLoras", x => new { x.Lora, x.PictureId });
                    table.ForeignKey(
                        name: "FK_PictureLoras_Pictures_PictureId",
                        column: x => x.PictureId,
                        principalTable: "Pictures",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "ShareLinks",
                columns: table => new
                {
                    Id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    PictureId = table.Column<long>(type: "INTEGER", nullable: false),
                    TokenHash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    CreatedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    ExpiresAt = table.Column<long>(type: "INTEGER", nullable: true),
                    ShowsRecipe = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ShareLinks", x => x.Id);
                    table.ForeignKey(
                        name: "FK_ShareLinks_Pictures_PictureId",
                        column: x => x.PictureId,
                        principalTable: "Pictures",
                        principalColumn: "Id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "IX_Jobs_Place",
                table: "Jobs",
                column: "Place");

            migrationBuilder.CreateIndex(
                name: "IX_PictureLoras_PictureId",
                table: "PictureLoras",
                column: "PictureId");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_Checkpoint",
                table: "Pictures",
                column: "Checkpoint");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_File",
                table: "Pictures",
                column: "File",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_GroundPlan",
                table: "Pictures",
                columns: new[] { "Id", "Width", "Height", "CreatedAt", "TrashedAt", "IsMissing" },
                descending: new[] { true, false, false, false, false, false },
                filter: "\"TrashedAt\" IS NULL AND \"IsMissing\" = 0");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_IsFavourite",
                table: "Pictures",
                column: "IsFavourite",
                filter: "\"IsFavourite\" = 1");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_JobId",
                table: "Pictures",
                column: "JobId",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_Owner",
                table: "Pictures",
                column: "Owner");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_ParentId",
                table: "Pictures",
                column: "ParentId",
                filter: "\"ParentId\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_Pictures_TrashedAt",
                table: "Pictures",
                column: "TrashedAt",
                filter: "\"TrashedAt\" IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "IX_ShareLinks_PictureId",
                table: "ShareLinks",
                column: "PictureId");

            migrationBuilder.CreateIndex(
                name: "IX_ShareLinks_TokenHash",
                table: "ShareLinks",
                column: "TokenHash",
                unique: true);

            // The full-text index over both prompts. It keeps no text of its own: the triggers tell it of every change.
            migrationBuilder.Sql(
                """
                CREATE VIRTUAL TABLE "PictureWords" USING fts5(
                    "Prompt", "NegativePrompt", content='Pictures', content_rowid='Id', tokenize='unicode61 remove_diacritics 2', prefix='2 3');

                CREATE TRIGGER "PictureWordsInsert" AFTER INSERT ON "Pictures" BEGIN
                    INSERT INTO "PictureWords" (rowid, "Prompt", "NegativePrompt") VALUES (new."Id", new."Prompt", new."NegativePrompt");
                END;

                CREATE TRIGGER "PictureWordsDelete" AFTER DELETE ON "Pictures" BEGIN
                    INSERT INTO "PictureWords" ("PictureWords", rowid, "Prompt", "NegativePrompt") VALUES ('delete', old."Id", old."Prompt", old."NegativePrompt");
                END;

                CREATE TRIGGER "PictureWordsUpdate" AFTER UPDATE OF "Prompt", "NegativePrompt" ON "Pictures" BEGIN
                    INSERT INTO "PictureWords" ("PictureWords", rowid, "Prompt", "NegativePrompt") VALUES ('delete', old."Id", old."Prompt", old."NegativePrompt");
                    INSERT INTO "PictureWords" (rowid, "Prompt", "NegativePrompt") VALUES (new."Id", new."Prompt", new."NegativePrompt");
                END;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("""DROP TABLE "PictureWords";""");

            migrationBuilder.DropTable(
                name: "Jobs");

            migrationBuilder.DropTable(
                name: "LeftoverFiles");

            migrationBuilder.DropTable(
                name: "ModelHashes");

            migrationBuilder.DropTable(
                name: "PictureLoras");

            migrationBuilder.DropTable(
                name: "ShareLinks");

            migrationBuilder.DropTable(
                name: "Studio");

            migrationBuilder.DropTable(
                name: "Pictures");
        }
    }
}
