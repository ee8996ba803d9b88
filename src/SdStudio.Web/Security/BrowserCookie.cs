using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace SdStudio.Web.Security;

/// <summary>The cookie that carries a browser's id, readable and forgeable by nobody but this studio.</summary>
internal sealed class BrowserCookie(IDataProtectionProvider protection, TimeProvider time)
{
    public const string Name = "sdstudio.browser";

    // Browsers keep a cookie for 400 days at most; a visit after a month starts that time anew.
    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(400);
    private static readonly TimeSpan s_renewal = TimeSpan.FromDays(30);

    private readonly IDataProtector _protector = protection.CreateProtector("SdStudio.Browser");

    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>The id in the request's cookie and when that cookie was written; null when there is none that we wrote.</summary>
    public (string Id, DateTimeOffset WrittenAt)? Read(HttpRequest request)
    {
        if (!request.Cookies.TryGetValue(Name, out string? cookie) || string.IsNullOrEmpty(cookie))
        {
            return null;
        }

        try
        {
            string[] parts = _protector.Unprotect(cookie).Split('|');
            return (parts[0], DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[1], CultureInfo.InvariantCulture)));
        }
        catch (CryptographicException)
        {
            // Forged, damaged, or written before the keys were lost: the browser gets a new id.
            return null;
        }
    }

    public bool IsDueForRenewal(DateTimeOffset writtenAt) => time.GetUtcNow() - writtenAt > s_renewal;

    public void Write(HttpContext context, string id)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{id}|{time.GetUtcNow().ToUnixTimeSeconds()}");
        context.Response.Cookies.Append(Name, _protector.Protect(text), new CookieOptions
        {
            HttpOnly = true,
            // Strict would hide the cookie when someone follows a link from a chat, and the visit would overwrite it.
            // Every unsafe request is checked for its origin besides.
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            IsEssential = true,
            MaxAge = s_lifetime,
            Path = "/",
        });
    }
}
