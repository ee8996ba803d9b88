using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace SdStudio.Web.Security;

/// <summary>The cookie of a browser that proved the owner's passphrase: which one, and when. Readable and forgeable by nobody but this studio.</summary>
internal sealed class OwnerCookie(IDataProtectionProvider protection, TimeProvider time)
{
    public const string Name = "sdstudio.owner";

    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(30);

    private readonly IDataProtector _protector = protection.CreateProtector("SdStudio.Owner");

    /// <returns>The generation of the passphrase that was proven; null when there is none that we wrote, or not lately.</returns>
    public string? Read(HttpRequest request)
    {
        if (!request.Cookies.TryGetValue(Name, out string? cookie) || string.IsNullOrEmpty(cookie))
        {
            return null;
        }

        try
        {
            string[] parts = _protector.Unprotect(cookie).Split('|');
            DateTimeOffset provenAt = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[1], CultureInfo.InvariantCulture));
            return time.GetUtcNow() - provenAt < s_lifetime ? parts[0] : null;
        }
        catch (CryptographicException)
        {
            // Forged, damaged, or written before the keys were lost.
            return null;
        }
    }

    /// <param name="generation">Of the passphrase that was proven.</param>
    public void Write(HttpContext context, string generation)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{generation}|{time.GetUtcNow().ToUnixTimeSeconds()}");
        context.Response.Cookies.Append(Name, _protector.Protect(text), Options(context, s_lifetime));
    }

    public static void Remove(HttpContext context) => context.Response.Cookies.Delete(Name, Options(context, lifetime: null));

    private static CookieOptions Options(HttpContext context, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        // The circuit's own connection carries it, whatever link the page was opened by.
        SameSite = SameSiteMode.Strict,
        Secure = context.Request.IsHttps,
        IsEssential = true,
        MaxAge = lifetime,
        Path = "/",
    };
}
