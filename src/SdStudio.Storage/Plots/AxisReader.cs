using System.Collections.Immutable;
using System.Globalization;
using SdStudio.Storage.Models;

namespace SdStudio.Storage.Plots;

/// <summary>Reads the values of an axis, as people of A1111 write them.</summary>
public static class AxisReader
{
    /// <summary>Values of an axis.</summary>
    public const int MostValues = 200;

    /// <summary>Characters of all values.</summary>
    public const int LongestText = 20_000;

    /// <param name="field">What the axis changes.</param>
    /// <param name="text">As it was written.</param>
    public static AxisReading Read(AxisField field, string text, AxisContext context)
    {
        ArgumentNullException.ThrowIfNull(field);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(context);
        if (text.Length > LongestText)
        {
            return AxisReading.Bad($"At most {LongestText} characters.");
        }

        AxisReading reading = field.Kind switch
        {
            AxisKind.Whole or AxisKind.Fraction => Numbers(field, text, context),
            AxisKind.LoraWeights => LoraWeights(field, text, context),
            AxisKind.Replacement => Replacement(text, context),
            AxisKind.Names => Names(field, text, context),
            _ => new AxisReading([.. ValueList.Split(text)], null),
        };
        return reading.Problem is not null ? reading
            : reading.Values.Length == 0 ? AxisReading.Bad($"Write values, such as: {field.Example}")
            : reading.Values.Length > MostValues ? AxisReading.Bad($"{reading.Values.Length} values are too many. At most {MostValues} fit on an axis.")
            : reading;
    }

    /// <summary>The text of which <see cref="Read"/> makes these names.</summary>
    public static string Write(IEnumerable<string> values) => string.Join(", ", values.Select(ValueList.Quote));

    private static AxisReading Numbers(AxisField field, string text, AxisContext context)
    {
        ImmutableArray<string>.Builder values = ImmutableArray.CreateBuilder<string>();
        foreach (string entry in ValueList.Split(text))
        {
            (IReadOnlyList<decimal> numbers, string? problem) = NumberRange.Read(entry, field.Kind == AxisKind.Whole, MostValues);
            if (problem is not null)
            {
                return AxisReading.Bad(problem);
            }

            foreach (decimal number in numbers)
            {
                if (number < field.Bounds.Least || number > field.Bounds.Most)
                {
                    return AxisReading.Bad($"{Text(number)} is out of bounds: {field.Label.ToLowerInvariant()} goes from {Text(field.Bounds.Least)} to {Text(field.Bounds.Most)}.");
                }

                // Only the fields of seeds begin at -1, which asks for any.
                bool isDrawn = number == -1 && field.Bounds.Least == -1;
                values.Add(isDrawn ? context.DrawSeed().ToString(CultureInfo.InvariantCulture) : Text(number));
            }

            if (values.Count > MostValues)
            {
                return AxisReading.Bad($"At most {MostValues} values fit on an axis.");
            }
        }

        return new AxisReading(values.ToImmutable(), null);
    }

    private static AxisReading Names(AxisField field, string text, AxisContext context)
    {
        ImmutableArray<string>.Builder values = ImmutableArray.CreateBuilder<string>();
        foreach (string entry in ValueList.Split(text))
        {
            if (field.ReadName(entry, context) is not { } value)
            {
                return AxisReading.Bad(field.Model is null
                    ? $"“{entry}” is no {field.Label.ToLowerInvariant()} that is known here. Write for example: {field.Example}"
                    : $"There is no {field.Label} “{entry}” here, or several have it in their names.");
            }

            values.Add(value);
        }

        return new AxisReading(values.ToImmutable(), null);
    }

    /// <summary>The first is sought, so it has to be there.</summary>
    private static AxisReading Replacement(string text, AxisContext context)
    {
        IReadOnlyList<string> values = ValueList.Split(text);
        return values is [var sought, ..] && (sought.Length == 0 || !(context.Recipe.Prompt + "\n" + context.Recipe.NegativePrompt).Contains(sought, StringComparison.Ordinal))
            ? AxisReading.Bad($"“{sought}” stands neither in the prompt nor in the negative prompt. The first value is sought, and all of them are put in its place.")
            : new AxisReading([.. values], null);
    }

    /// <summary><c>name: 0.5, 0.8</c>; where the recipe has just one LoRA, its name need not be written.</summary>
    private static AxisReading LoraWeights(AxisField field, string text, AxisContext context)
    {
        int colon = text.LastIndexOf(':');
        string written = colon < 0 ? "" : text[..colon].Trim().Trim('"');
        string[] inRecipe = [.. Diffusion.Prompts.PromptLoras.Apply(context.Recipe).Loras.Select(lora => lora.Name)];
        string? name = written.Length == 0
            ? inRecipe is [var only] ? only : null
            : inRecipe.FirstOrDefault(lora => lora.Equals(written, StringComparison.OrdinalIgnoreCase)) ?? AxisFields.FindModel(context.Models, ModelKind.Lora, written)?.Name;
        if (name is null)
        {
            return AxisReading.Bad(written.Length == 0 ? $"Write the LoRA’s name first: {field.Example}" : $"There is no LoRA “{written}” here, or several have it in their names.");
        }

        AxisReading weights = Numbers(field with { Kind = AxisKind.Fraction }, text[(colon + 1)..], context);
        return weights.Problem is null ? weights with { Values = [.. weights.Values.Select(weight => AxisFields.LoraValue(name, weight))] } : weights;
    }

    private static string Text(decimal number) => number.ToString("0.######", CultureInfo.InvariantCulture);
}
