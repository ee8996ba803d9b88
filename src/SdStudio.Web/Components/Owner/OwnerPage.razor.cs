using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Owner;
using SdStudio.Web.Components.Parts;
using SdStudio.Web.Endpoints;
using SdStudio.Web.Security;

namespace SdStudio.Web.Components.Owner;

/// <summary>Sets the owner's passphrase at the host, and asks for it everywhere else.</summary>
public sealed partial class OwnerPage : ComponentBase
{
    private string _passphrase = "";
    private string? _problem;
    private bool _isSet;
    private bool _shows;

    [Inject]
    private OwnerIdentity Owner { get; set; } = default!;

    [Inject]
    private OwnerPassphrase Passphrase { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private NoticeService Notices { get; set; } = default!;

    /// <summary>Where the visitor came from.</summary>
    [SupplyParameterFromQuery(Name = "return")]
    private string? Return { get; set; }

    /// <summary>There after a wrong passphrase.</summary>
    [SupplyParameterFromQuery(Name = "wrong")]
    private bool Wrong { get; set; }

    /// <summary>Minutes, after many wrong ones.</summary>
    [SupplyParameterFromQuery(Name = "wait")]
    private int? Wait { get; set; }

    private string Back => OwnerEndpoints.Local(Return);

    private bool IsEncrypted => Navigation.BaseUri.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    private string? Refusal =>
        Wait is { } minutes ? $"Too many wrong passphrases. Try again in {Count.Of(Math.Clamp(minutes, 1, 60), "minute")}, or change it at the computer itself."
        : Wrong ? "That is not the passphrase. Look at capital letters and spaces."
        : null;

    protected override void OnInitialized() => _isSet = Passphrase.Generation is not null;

    private void Set()
    {
        // The page may be old: whether one is at the host is asked when it counts.
        if (!Owner.IsAtHost)
        {
            return;
        }

        if (OwnerPassphrase.Complaint(_passphrase) is { } complaint)
        {
            _problem = complaint;
            return;
        }

        try
        {
            Passphrase.Set(_passphrase);
            (_passphrase, _problem, _isSet, _shows) = ("", null, true, false);
            Notices.Show("The passphrase is set");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _problem = $"The passphrase cannot be kept: {problem.Message}";
        }
    }

    private void Remove()
    {
        if (!Owner.IsAtHost)
        {
            return;
        }

        try
        {
            Passphrase.Remove();
            (_problem, _isSet) = (null, false);
            Notices.Show("The passphrase is gone");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            _problem = $"The passphrase cannot be removed: {problem.Message}";
        }
    }
}
