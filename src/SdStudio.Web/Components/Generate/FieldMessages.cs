namespace SdStudio.Web.Components.Generate;

/// <summary>What is wrong, by field; at most one message a field, the first.</summary>
public sealed class FieldMessages
{
    private readonly Dictionary<string, string> _messages = [];

    public bool IsEmpty => _messages.Count == 0;

    /// <summary>The message that came first; null when there is none.</summary>
    public string? First => _messages.Values.FirstOrDefault();

    /// <summary>The message on a field, or null.</summary>
    public string? this[string field] => _messages.GetValueOrDefault(field);

    public void Add(string field, string? message)
    {
        if (message is not null)
        {
            _messages.TryAdd(field, message);
        }
    }
}
