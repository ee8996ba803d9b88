using System.Security.Claims;

namespace SdStudio.Web.Security;

/// <summary>How somebody is known to be the owner, as the value of a claim: it travels with the connection's user into the circuit, which has a scope of its own.</summary>
internal static class OwnerProof
{
    public const string AtHost = "at the host";

    private const string ClaimType = "sdstudio:owner";

    /// <param name="generation">Of the passphrase that was proven.</param>
    public static string ByPassphrase(string generation) => $"passphrase {generation}";

    public static Claim ToClaim(string proof) => new(ClaimType, proof);

    /// <summary>Null: a visitor.</summary>
    public static string? Of(ClaimsPrincipal user) => user.FindFirstValue(ClaimType);
}
