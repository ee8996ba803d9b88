using System.Security;
using System.Text;
using System.Xml;

namespace SdStudio.Storage.Metadata.Carriers;

/// <summary>The texts of an XMP packet (ISO 16684-1) that programs of the field use, and the packet in which this program keeps its own record where a format has no text chunks.</summary>
internal static class XmpText
{
    /// <summary>Keyword under which PNGs carry a packet.</summary>
    public const string PngKeyword = "XML:com.adobe.xmp";

    /// <summary>Bytes.</summary>
    public const int LongestPacket = 4 * 1024 * 1024;

    private const string OwnSpace = "https://sdstudio.example/ns/1.0/";
    private const int MostNodes = 20_000;
    private const int DeepestNode = 64;

    /// <summary>Properties by their plain names: the prefixes are whatever a writer chose.</summary>
    private static readonly string[] s_properties = ["UserComment", "description", "parameters", "CreatorTool", PictureRecord.Keyword, "ImageDescription"];

    private static readonly XmlReaderSettings s_settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = LongestPacket,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        // A packet may end in the middle of its padding.
        ConformanceLevel = ConformanceLevel.Fragment,
    };

    /// <returns>As far as the packet is well formed.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(string packet)
    {
        var texts = new List<KeyValuePair<string, string>>();
        if (packet.Length > LongestPacket)
        {
            return texts;
        }

        try
        {
            using var reader = XmlReader.Create(new StringReader(packet.TrimStart('\uFEFF', '\0')), s_settings);
            string? property = null;
            for (int nodes = 0; nodes < MostNodes && reader.Read() && reader.Depth < DeepestNode; nodes++)
            {
                if (reader.NodeType == XmlNodeType.Element)
                {
                    property = s_properties.Contains(reader.LocalName) ? reader.LocalName : reader.LocalName is "Alt" or "li" or "Bag" or "Seq" ? property : null;
                    ReadAttributes(reader, texts);
                }
                else if (property is not null && reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA && !string.IsNullOrWhiteSpace(reader.Value))
                {
                    texts.Add(new(Keyword(property!), reader.Value));
                    property = null;
                }
            }
        }
        catch (XmlException)
        {
            // What came before it counts.
        }

        return texts;
    }

    /// <summary>A packet that carries this program's record and nothing else.</summary>
    public static byte[] Write(string record) => Encoding.UTF8.GetBytes(
        $"""
        <?xpacket begin="{'\uFEFF'}" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:sds="{OwnSpace}"><sds:{PictureRecord.Keyword}>{SecurityElement.Escape(record)}</sds:{PictureRecord.Keyword}></rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>
        """);

    private static void ReadAttributes(XmlReader reader, List<KeyValuePair<string, string>> texts)
    {
        // Not moved on to the next attribute's node: that would count as reading.
        for (int i = 0; i < Math.Min(reader.AttributeCount, 64); i++)
        {
            reader.MoveToAttribute(i);
            if (s_properties.Contains(reader.LocalName) && !string.IsNullOrWhiteSpace(reader.Value))
            {
                texts.Add(new(Keyword(reader.LocalName), reader.Value));
            }
        }

        reader.MoveToElement();
    }

    /// <summary>Where the same word means the same as in EXIF, it is the same keyword.</summary>
    private static string Keyword(string property) => property switch
    {
        "description" => "ImageDescription",
        "CreatorTool" => "Software",
        _ => property,
    };
}
