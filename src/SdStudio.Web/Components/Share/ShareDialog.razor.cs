using Microsoft.AspNetCore.Components;
using SdStudio.Storage.Gallery;
using SdStudio.Storage.Imaging;
using SdStudio.Storage.Sharing;
using SdStudio.Web.Components.Parts;

namespace SdStudio.Web.Components.Share;

/// <summary>Share links of one picture: make one, copy it, scan it, stop it.</summary>
public sealed partial class ShareDialog : ComponentBase
{
    private static readonly IReadOnlyList<SegOption<LinkLifetime>> s_lifetimes = [.. LinkLifetime.All.Select(lifetime => new SegOption<LinkLifetime>(lifetime, lifetime.Name))];

    private IReadOnlyList<ShareLink> _open = [];
    private LinkLifetime _lifetime = LinkLifetime.All[1];
    private ImageFormat _format;
    private ShareLink? _made;
    private string? _address;
    private Uri? _atHome;
    private bool _showsRecipe = true;
    private bool _busy;
    private bool _wasOpen;

    [Parameter, EditorRequired]
    public required GalleryImage Image { get; set; }

    [Parameter]
    public bool IsOpen { get; set; }

    [Parameter]
    public EventCallback<bool> IsOpenChanged { get; set; }

    [Inject]
    private ShareLinkStore Links { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    private IReadOnlyList<SegOption<ImageFormat>> Formats =>
        [.. PictureEncoder.Formats.Prepend(Image.Format).Distinct().Select(format => new SegOption<ImageFormat>(format, format.Name()))];

    private Uri Studio => new(Navigation.BaseUri);

    private Uri? AtHome => _atHome ??= LinkAddress.AtHome(Studio, LinkAddress.OfThisComputer());

    protected override async Task OnParametersSetAsync()
    {
        bool opens = IsOpen && !_wasOpen;
        _wasOpen = IsOpen;
        if (opens)
        {
            (_address, _format) = (null, Image.Format);
            _open = await Links.ListAsync(Image.Id);
        }
    }

    private static string Short(Uri address) => address.GetLeftPart(UriPartial.Authority);

    private async Task CreateAsync()
    {
        _busy = true;
        try
        {
            (ShareLink link, string token) = await Links.CreateAsync(Image.Id, _lifetime.Length, _showsRecipe, _format == Image.Format ? null : _format);
            (_made, _address) = (link, LinkAddress.Of(Studio, token));
            _open = await Links.ListAsync(Image.Id);
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task RevokeAsync(ShareLink link)
    {
        await Links.RevokeAsync(link.Id);
        if (_made?.Id == link.Id)
        {
            _address = null;
        }

        _open = await Links.ListAsync(Image.Id);
    }
}
