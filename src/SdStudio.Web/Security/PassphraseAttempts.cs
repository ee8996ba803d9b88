using System.Net;
using System.Net.Sockets;

namespace SdStudio.Web.Security;

/// <summary>
/// Slows down guessing of the owner's passphrase: so many wrong ones from one place, and so many from all together. The owner is never
/// locked out, because at the host no passphrase is asked.
/// </summary>
internal sealed class PassphraseAttempts(TimeProvider time)
{
    public const int MostOfOne = 5;

    public const int MostOfAll = 40;

    /// <summary>How long a wrong one counts.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    private readonly Lock _lock = new();
    private readonly List<(DateTimeOffset At, string Source)> _wrong = [];

    /// <summary>Counts as wrong until <see cref="Succeed"/>, so that many at once gain nothing.</summary>
    /// <returns>How long to wait before the next; null: go ahead.</returns>
    public TimeSpan? Begin(IPAddress? address)
    {
        string source = SourceOf(address);
        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            _wrong.RemoveAll(attempt => now - attempt.At >= Window);
            (DateTimeOffset At, string Source)[] own = [.. _wrong.Where(attempt => attempt.Source == source)];
            if (own.Length >= MostOfOne || _wrong.Count >= MostOfAll)
            {
                DateTimeOffset oldest = (own.Length >= MostOfOne ? own : _wrong.AsEnumerable()).Min(attempt => attempt.At);
                return oldest + Window - now;
            }

            _wrong.Add((now, source));
            return null;
        }
    }

    public void Succeed(IPAddress? address)
    {
        string source = SourceOf(address);
        lock (_lock)
        {
            _wrong.RemoveAll(attempt => attempt.Source == source);
        }
    }

    // A device chooses the lower half of its IPv6 address as it likes.
    private static string SourceOf(IPAddress? address) => address switch
    {
        null => "unknown",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };
}
