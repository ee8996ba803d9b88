namespace SdStudio.Web.Security;

/// <summary>
/// Which browser this page or circuit belongs to: a random id from a protected cookie. It is no account and proves nothing about
/// a person; it only tells "my pictures" from those of the others at home. Scoped.
/// </summary>
public sealed class BrowserIdentity
{
    private string? _id;

    /// <summary>32 hexadecimal digits.</summary>
    /// <exception cref="InvalidOperationException">Read outside a page request or circuit.</exception>
    public string Id => _id ?? throw new InvalidOperationException("The browser's identity is known within a page request or a circuit only.");

    internal void Become(string id) => _id = id;
}
