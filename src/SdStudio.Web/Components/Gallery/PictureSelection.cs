namespace SdStudio.Web.Components.Gallery;

/// <summary>Which pictures are selected, and from where a range starts.</summary>
public sealed class PictureSelection
{
    private readonly HashSet<long> _ids = [];
    private long? _anchor;

    /// <summary>Raised after every change.</summary>
    public event Action? Changed;

    public int Count => _ids.Count;

    public IReadOnlyList<long> Ids => [.. _ids.OrderDescending()];

    public bool Contains(long id) => _ids.Contains(id);

    /// <summary>Selects or deselects one picture; it becomes the start of the next range.</summary>
    public void Toggle(long id)
    {
        if (!_ids.Remove(id))
        {
            _ids.Add(id);
        }

        _anchor = id;
        Changed?.Invoke();
    }

    /// <summary>Selects everything from the last one toggled to this one, both included.</summary>
    /// <param name="order">Ids as they are shown.</param>
    /// <param name="id">Where the range ends.</param>
    public void ExtendTo(IReadOnlyList<long> order, long id)
    {
        ArgumentNullException.ThrowIfNull(order);
        int from = _anchor is { } anchor ? IndexOf(order, anchor) : -1;
        int to = IndexOf(order, id);
        if (from < 0 || to < 0)
        {
            Toggle(id);
            return;
        }

        for (int i = Math.Min(from, to); i <= Math.Max(from, to); i++)
        {
            _ids.Add(order[i]);
        }

        Changed?.Invoke();
    }

    /// <summary>Forgets pictures that are no longer shown.</summary>
    public void Keep(IReadOnlySet<long> shown)
    {
        if (_ids.RemoveWhere(id => !shown.Contains(id)) > 0)
        {
            Changed?.Invoke();
        }
    }

    public void Clear()
    {
        _anchor = null;
        if (_ids.Count > 0)
        {
            _ids.Clear();
            Changed?.Invoke();
        }
    }

    private static int IndexOf(IReadOnlyList<long> order, long id)
    {
        for (int i = 0; i < order.Count; i++)
        {
            if (order[i] == id)
            {
                return i;
            }
        }

        return -1;
    }
}
