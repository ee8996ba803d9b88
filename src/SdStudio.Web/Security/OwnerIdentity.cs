using SdStudio.Storage.Owner;

namespace SdStudio.Web.Security;

/// <summary>
/// Whether this page or circuit belongs to the owner: somebody at the computer that SdStudio runs on, or a browser that proved the
/// passphrase. Asked anew before every act that is the owner's alone, because a new passphrase ends what the old one allowed. Scoped.
/// </summary>
public sealed class OwnerIdentity(OwnerPassphrase passphrase)
{
    private string? _proof;

    /// <summary>The connection comes from the computer itself.</summary>
    public bool IsAtHost => _proof == OwnerProof.AtHost;

    /// <summary>May do what only the owner may: fetch models, change the model folders.</summary>
    public bool IsOwner => IsAtHost || (_proof is not null && passphrase.Generation is { } generation && _proof == OwnerProof.ByPassphrase(generation));

    /// <param name="proof">Of <see cref="OwnerProof"/>; null: a visitor.</param>
    internal void Become(string? proof) => _proof = proof;
}
