using System.Net;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using SdStudio.Storage.Models.Downloads;
using SdStudio.Web.Generation;
using SdStudio.Web.Hosting;

namespace SdStudio.Web.Components.About;

/// <summary>What runs here, how much of the machine it takes, and what it is built with.</summary>
public sealed partial class AboutPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _left = new();
    private IReadOnlyList<(string Name, long Bytes)>? _sizes;
    private long? _free;
    private string? _address;
    private IDisposable? _queue;
    private ITimer? _timer;

    [Inject]
    private MachineReport Machine { get; set; } = default!;

    [Inject]
    private PipelineHost Pipeline { get; set; } = default!;

    [Inject]
    private GenerationQueue Queue { get; set; } = default!;

    [Inject]
    private DownloadSettings Downloads { get; set; } = default!;

    [Inject]
    private IServer Server { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    public void Dispose()
    {
        _left.Cancel();
        _left.Dispose();
        _queue?.Dispose();
        _timer?.Dispose();
    }

    /// <summary>The address under which other devices reach this page.</summary>
    /// <param name="baseAddress">How this browser reached it.</param>
    /// <param name="bound">What the server listens on, such as <c>http://[::]:5180</c>.</param>
    /// <param name="home">This machine in the home network.</param>
    /// <returns>Null when only this computer can.</returns>
    internal static string? ForOthers(string baseAddress, IEnumerable<string> bound, IPAddress? home)
    {
        var address = new Uri(baseAddress);
        if (!address.IsLoopback)
        {
            return baseAddress;
        }

        bool isOpen = bound.Select(BindingAddress.Parse).Any(binding => binding.Port == address.Port && binding.Host is ("*" or "+" or "0.0.0.0" or "[::]"));
        return isOpen && home is not null ? new UriBuilder(address) { Host = home.ToString() }.Uri.AbsoluteUri : null;
    }

    protected override void OnInitialized()
    {
        _free = Machine.DiskFree();
        _address = ForOthers(Navigation.BaseUri, Server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [], Greeting.HomeAddress());
        _queue = Queue.Subscribe(Refresh);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
        {
            return;
        }

        // Memory moves while one looks; the folders are walked once.
        _timer = Clock.CreateTimer(_ => Refresh(), null, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        try
        {
            _sizes = await Machine.SizesAsync(_left.Token);
            StateHasChanged();
        }
        catch (OperationCanceledException)
        {
            // The page was left before the counting was done.
        }
    }

    private void Refresh() => _ = InvokeAsync(StateHasChanged);
}
