namespace SdStudio.Web.Components.Generate;

/// <summary>A shape with a name, in the size that suits a model.</summary>
/// <param name="Label">"Portrait".</param>
/// <param name="Short">"2:3".</param>
public sealed record Ratio(string Label, string Short, int Width, int Height)
{
    private static readonly (string Label, string Short, double Value)[] s_shapes =
    [
        ("Square", "1:1", 1),
        ("Portrait", "2:3", 2 / 3d),
        ("Landscape", "3:2", 3 / 2d),
        ("Wide", "16:9", 16 / 9d),
    ];

    /// <summary>The four shapes, each with about as many pixels as the model was trained on, and no two of the same size.</summary>
    public static IReadOnlyList<Ratio> For(SizeLimits limits)
    {
        var ratios = new List<Ratio>(s_shapes.Length);
        foreach ((string label, string @short, double value) in s_shapes)
        {
            (int Width, int Height) size = Nearest(limits, value, ratios);
            ratios.Add(new Ratio(label, @short, size.Width, size.Height));
        }

        return ratios;
    }

    /// <summary>
    /// The whole-step size that is nearest in shape and area at once. With coarse steps both cannot be met;
    /// shape counts three times as much, because a person sees it at once.
    /// </summary>
    private static (int Width, int Height) Nearest(SizeLimits limits, double ratio, List<Ratio> taken)
    {
        (int, int) best = (limits.NativeSize, limits.NativeSize);
        double least = double.PositiveInfinity;
        for (int width = limits.Smallest; width <= limits.Largest; width += limits.Step)
        {
            for (int height = limits.Smallest; height <= limits.Largest; height += limits.Step)
            {
                if ((long)width * height > limits.MostPixels || taken.Exists(other => other.Width == width && other.Height == height))
                {
                    continue;
                }

                double shape = Math.Abs(Math.Log((double)width / height / ratio));
                double area = Math.Abs(Math.Log((double)width * height / ((double)limits.NativeSize * limits.NativeSize)));
                if (3 * shape + area < least)
                {
                    (least, best) = (3 * shape + area, (width, height));
                }
            }
        }

        return best;
    }
}
