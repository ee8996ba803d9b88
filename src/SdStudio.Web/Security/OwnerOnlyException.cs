namespace SdStudio.Web.Security;

/// <summary>A visitor asked for what is the owner's. The message is for them.</summary>
public sealed class OwnerOnlyException(string message) : Exception(message);
