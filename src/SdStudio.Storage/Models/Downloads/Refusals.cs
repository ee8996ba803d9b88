using System.Net;

namespace SdStudio.Storage.Models.Downloads;

/// <summary>What a server's refusal means, and what to do about it.</summary>
internal static class Refusals
{
    public static DownloadException Of(OutgoingAnswer answer, string name, DownloadSettings settings)
    {
        string host = answer.Address.Host;
        HttpStatusCode status = answer.Response.StatusCode;
        return status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => new DownloadException(
                $"{host} does not give {name} to everybody. {KeyAdvice(answer.Address, settings)}")
            { IsFinal = true },
            HttpStatusCode.NotFound or HttpStatusCode.Gone => new DownloadException($"{host} has no {name} (any more), or shows it only to some. Look at the link again.") { IsFinal = true },
            HttpStatusCode.TooManyRequests => new DownloadException($"{host} was asked too often and wants a pause. Try again later."),
            >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout => new DownloadException($"{host} answered {(int)status}. Try again later."),
            _ => new DownloadException($"{host} answered {(int)status} for {name}.") { IsFinal = true },
        };
    }

    private static string KeyAdvice(Uri address, DownloadSettings settings)
    {
        string? setting = address.Host == settings.HuggingFace.Host ? "Downloads:HuggingFaceToken"
            : address.Host == settings.Civitai.Host ? "Downloads:CivitaiToken" : null;
        return setting is null
            ? "Download it in a browser and put it into the model folder."
            : $"Log in there, accept its terms if it has any, and put a key of your account into the settings as {setting}.";
    }
}
