using System.Text;
using Microsoft.AspNetCore.Components;
using QRCoder;

namespace SdStudio.Web.Components.Parts;

/// <summary>A text, usually an address, as a QR code.</summary>
public sealed partial class QrCode : ComponentBase
{
    private string? _drawn;
    private int _size;
    private string _path = "";

    [Parameter, EditorRequired]
    public required string Value { get; set; }

    /// <summary>Four modules of quiet zone, as the standard asks: in the dark theme nothing else separates it.</summary>
    private string ViewBox => $"-4 -4 {_size + 8} {_size + 8}";

    protected override void OnParametersSet()
    {
        if (_drawn == Value)
        {
            return;
        }

        using QRCodeData code = QRCodeGenerator.GenerateQrCode(Value, QRCodeGenerator.ECCLevel.M);
        (_path, _size) = Draw(code);
        _drawn = Value;
    }

    /// <summary>One path of horizontal bars; the generator's own quiet zone of four modules is left out.</summary>
    private static (string Path, int Size) Draw(QRCodeData code)
    {
        const int Quiet = 4;
        int size = code.ModuleMatrix.Count - (2 * Quiet);
        var path = new StringBuilder();

        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                int start = x;
                while (x < size && code.ModuleMatrix[y + Quiet][x + Quiet])
                {
                    x++;
                }

                if (x > start)
                {
                    path.Append($"M{start} {y}h{x - start}v1h-{x - start}z");
                }
            }
        }

        return (path.ToString(), size);
    }
}
