using Microsoft.AspNetCore.Antiforgery;
using SdStudio.Storage.Owner;
using SdStudio.Web.Security;

namespace SdStudio.Web.Endpoints;

/// <summary>Proving the owner's passphrase, and giving up the proof. Forms and not circuits, because only an answer to a request can set a cookie.</summary>
internal static class OwnerEndpoints
{
    public const string Prove = "/owner/prove";
    public const string Forget = "/owner/forget";

    public static void MapOwner(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(Prove, ProveAsync).WithMetadata(new RequireAntiforgeryTokenAttribute());
        routes.MapPost(Forget, ForgetAsync).WithMetadata(new RequireAntiforgeryTokenAttribute());
    }

    /// <summary>Where to go afterwards: a page of this studio, whatever the form says.</summary>
    internal static string Local(string? address) =>
        address is ['/'] or ['/', not ('/' or '\\'), ..] && !address.Any(char.IsControl) ? address : "/owner";

    private static async Task ProveAsync(HttpContext context, OwnerPassphrase owner, OwnerCookie cookie, PassphraseAttempts attempts)
    {
        if (await ReadAsync(context) is not { } form)
        {
            return;
        }

        string target = Local(form["return"]);
        if (attempts.Begin(context.Connection.RemoteIpAddress) is { } wait)
        {
            Again(context, target, string.Create(null, $"wait={(int)Math.Ceiling(wait.TotalMinutes)}"));
        }
        // The generation first: were the passphrase changed meanwhile, the cookie would be worth nothing.
        else if (owner.Generation is { } generation && owner.Proves(form["passphrase"]))
        {
            attempts.Succeed(context.Connection.RemoteIpAddress);
            cookie.Write(context, generation);
            context.Response.Redirect(target);
        }
        else
        {
            Again(context, target, "wrong=true");
        }
    }

    private static async Task ForgetAsync(HttpContext context)
    {
        if (await ReadAsync(context) is { } form)
        {
            OwnerCookie.Remove(context);
            context.Response.Redirect(Local(form["return"]));
        }
    }

    /// <returns>Null when the request is answered already: no page of this studio sent it.</returns>
    private static async Task<IFormCollection?> ReadAsync(HttpContext context)
    {
        if (context.Features.Get<IAntiforgeryValidationFeature>() is { IsValid: true })
        {
            return await context.Request.ReadFormAsync(context.RequestAborted);
        }

        await PlainRefusal.WriteAsync(context, StatusCodes.Status400BadRequest, "This form is too old, or came from elsewhere. Open the page again and repeat what you did.");
        return null;
    }

    private static void Again(HttpContext context, string target, string why) => context.Response.Redirect($"/owner?{why}&return={Uri.EscapeDataString(target)}");
}
