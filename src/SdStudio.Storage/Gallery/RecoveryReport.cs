namespace SdStudio.Storage.Gallery;

/// <summary>What the start had to mend.</summary>
/// <param name="Adopted">Finished pictures whose row was not there.</param>
/// <param name="Missing">Pictures whose file is not there; they are hidden until it is.</param>
/// <param name="TemporaryFiles">Half-written files that were deleted.</param>
/// <param name="Purged">Pictures whose time in the trash was over.</param>
public sealed record RecoveryReport(int Adopted, int Missing, int TemporaryFiles, int Purged);
