using System.Collections.Immutable;
using SdStudio.Diffusion.Tensors;

namespace SdStudio.Diffusion.Checkpoints;

/// <summary>The weights of one network where they lie: names are the original checkpoint's, whatever the files call them.</summary>
internal sealed class ComponentWeights : IWeightSource
{
    private readonly Dictionary<string, Place> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Place> _scales = new(StringComparer.Ordinal);
    private readonly Component _component;
    private readonly string _path;

    /// <param name="component">Which network.</param>
    /// <param name="path">Of the checkpoint, for messages.</param>
    public ComponentWeights(Component component, string path)
    {
        _component = component;
        _path = path;
    }

    public IEnumerable<string> Names => _places.Keys;

    public int Count => _places.Count;

    /// <summary>In the files.</summary>
    public long Bytes => _places.Values.Sum(place => place.Tensor.Length);

    /// <summary>Told the bytes in the file of every weight that was read, on any thread; null: nobody is.</summary>
    public Action<long>? WasRead { get; set; }

    public void Add(string name, ITensorFile file, TensorEntry tensor)
    {
        if (ScaledWeight.IsOfWeight(name, out string? weight))
        {
            _scales[weight] = ScaledWeight.IsOne(tensor)
                ? new Place(file, tensor)
                : throw new UnsupportedModelException(_path, $"This model's fp8 weights are scaled row by row ({Wording.Quote(name)}), which SdStudio does not read. Use a version in fp16 or plain fp8.");
            return;
        }

        if (ScaledWeight.IsForOthers(name))
        {
            return;
        }

        if (!_places.TryAdd(name, new Place(file, tensor)))
        {
            throw new CheckpointException(_path, CheckpointProblem.DuplicateKey, $"The {ComponentSummary.NameOf(_component)} has the weight {Wording.Quote(name)} twice, under different names.");
        }
    }

    public void AddAll(ITensorFile file, IEnumerable<(string Name, TensorEntry Tensor)> tensors)
    {
        foreach ((string name, TensorEntry tensor) in tensors)
        {
            Add(name, file, tensor);
        }
    }

    public bool Contains(string name) => _places.ContainsKey(name);

    public Shape ShapeOf(string name) => this[name].Tensor.Shape;

    public ElementType TypeOf(string name) => this[name].Tensor.Type;

    public void CopyTo(string name, Span<byte> destination, ElementType type)
    {
        Place place = this[name];
        if (_scales.TryGetValue(name, out Place scale))
        {
            ScaledWeight.CopyTo(place.File, place.Tensor, scale.File, scale.Tensor, destination, type);
            return;
        }

        place.File.CopyTo(place.Tensor, destination, type);
        WasRead?.Invoke(place.Tensor.Length);
    }

    public WeightLocation LocationOf(string name)
    {
        Place place = this[name];
        return _scales.ContainsKey(name)
            ? new WeightLocation(place.File.Path, place.Tensor.Offset, 0, 0)
            : new WeightLocation(place.File.Path, place.Tensor.Offset, place.Tensor.Strides is null ? place.Tensor.Length : 0, place.File.AddressOf(place.Tensor));
    }

    /// <summary>Read as they are, whole numbers would make noise of every picture.</summary>
    /// <param name="used">Names of weights, there or not.</param>
    /// <exception cref="CheckpointException">One holds whole numbers.</exception>
    public void ThrowIfIntegers(IEnumerable<string> used)
    {
        if (used.FirstOrDefault(name => _places.TryGetValue(name, out Place place) && !place.Tensor.Type.IsReal()) is { } name)
        {
            throw new CheckpointException(
                _places[name].File.Path,
                CheckpointProblem.IntegerWeight,
                $"The {ComponentSummary.NameOf(_component)} of this model keeps the weight {Wording.Quote(name)} as {_places[name].Tensor.Type.SafetensorsName()}, in whole numbers: it is quantised in a way that SdStudio does not read, or damaged. Use a version in fp16, bf16, fp32 or fp8.");
        }
    }

    public void ThrowIfChanged()
    {
        foreach (ITensorFile file in _places.Values.Select(place => place.File).Distinct())
        {
            file.ThrowIfChanged();
        }
    }

    /// <param name="expected">Every weight that the network needs.</param>
    public ComponentSummary Summarize(IEnumerable<string> expected) => new(
        _component,
        _places.Count,
        _places.Values.Sum(place => place.Tensor.Shape.ElementCount),
        _places.Values.GroupBy(place => place.Tensor.Type).ToImmutableSortedDictionary(group => group.Key, group => group.Count()),
        _places.Count == 0 ? [] : [.. expected.Where(name => !_places.ContainsKey(name))]);

    private Place this[string name] => _places.TryGetValue(name, out Place place)
        ? place
        : throw new CheckpointException(
            _path, CheckpointProblem.MissingWeight, $"The {ComponentSummary.NameOf(_component)} of this model lacks the weight {Wording.Quote(name)}. The file is incomplete or of another kind of model.");

    private readonly record struct Place(ITensorFile File, TensorEntry Tensor);
}
