using System.Security.Cryptography;

namespace SdStudio.Web.Security;

/// <summary>The number used once that lets this response's own import map through the content security policy.</summary>
public static class ScriptNonceExtensions
{
    private static readonly object s_key = new();

    /// <summary>The same for the whole request: the header and the page must agree.</summary>
    public static string ScriptNonce(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (context.Items[s_key] is string nonce)
        {
            return nonce;
        }

        nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        context.Items[s_key] = nonce;
        return nonce;
    }
}
