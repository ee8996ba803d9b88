using NetVips;

namespace SdStudio.Storage.Imaging;

/// <summary>Plain letters of 5 x 7 points, for a computer without any font: letters of ASCII, a question mark for every other.</summary>
internal static class PixelLetters
{
    private const int Columns = 5, Rows = 8, Advance = Columns + 1, LineHeight = Rows + 2;

    /// <summary>Pixels of a point.</summary>
    private const int Point = 2;

    /// <summary>Five columns of each letter from the blank on, the lowest bit on top.</summary>
    private static readonly byte[] s_letters = Convert.FromHexString(
        "000000000000005F00000007000700147F147F14242A7F2A12231308646236495620500008070300001C2241000041221C002A1C7F1C2A08083E0808" +
        "00807030000808080808000060600020100804023E5149453E00427F400072494949462141494D331814127F1027454545393C4A4949314121110907" +
        "3649494936464949291E0000140000004034000000081422411414141414004122140802015909063E415D594E7C1211127C7F494949363E41414122" +
        "7F4141413E7F494949417F090909013E414151737F0808087F00417F41002040413F017F081422417F404040407F021C027F7F0408107F3E4141413E" +
        "7F090909063E4151215E7F09192946264949493203017F01033F4040403F1F2040201F3F4038403F631408146303047804036159494D43007F414141" +
        "0204081020004141417F04020102044040404040000307080020545478407F284444383844444428384444287F385454541800087E090218A4A49C78" +
        "7F0804047800447D40002040403D007F1028440000417F40007C047804787C080404783844444438FC1824241818242418FC7C080404084854545424" +
        "04043F44243C4040207C1C2040201C3C4030403C44281028444C9090907C4464544C440008364100000077000000413608000201020402");

    /// <returns>How much ink there is at each pixel, 0 or 255.</returns>
    /// <param name="words">Not empty.</param>
    /// <param name="width">Pixels; words go on in the next line.</param>
    public static Image Write(string words, int width)
    {
        List<string> lines = Wrap(words, Math.Max(1, width / (Advance * Point)));
        (int across, int down) = (lines.Max(line => line.Length) * Advance * Point, lines.Count * LineHeight * Point);
        byte[] ink = new byte[across * down];
        for (int line = 0; line < lines.Count; line++)
        {
            for (int place = 0; place < lines[line].Length; place++)
            {
                Draw(lines[line][place], ink, across, place * Advance * Point, line * LineHeight * Point);
            }
        }

        using Image image = Image.NewFromMemory(ink, across, down, 1, Enums.BandFormat.Uchar);
        return image.CopyMemory();
    }

    private static void Draw(char letter, byte[] ink, int across, int left, int top)
    {
        int first = (letter is >= ' ' and <= '~' ? letter - ' ' : '?' - ' ') * Columns;
        for (int column = 0; column < Columns; column++)
        {
            for (int row = 0; row < Rows; row++)
            {
                if ((s_letters[first + column] >> row & 1) != 0)
                {
                    for (int i = 0; i < Point * Point; i++)
                    {
                        ink[((top + (row * Point) + (i / Point)) * across) + left + (column * Point) + (i % Point)] = 255;
                    }
                }
            }
        }
    }

    private static List<string> Wrap(string words, int letters)
    {
        List<string> lines = [];
        string line = "";
        foreach (string word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > letters)
            {
                lines.Add(line);
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
            while (line.Length > letters)
            {
                lines.Add(line[..letters]);
                line = line[letters..];
            }
        }

        if (line.Length > 0 || lines.Count == 0)
        {
            lines.Add(line.Length == 0 ? " " : line);
        }

        return lines;
    }
}
