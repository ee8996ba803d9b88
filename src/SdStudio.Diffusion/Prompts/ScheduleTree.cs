using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SdStudio.Diffusion.Prompts;

/// <summary>
/// A prompt whose text changes with the step. Brackets that mean nothing are text where nothing encloses them; inside others they take the meaning from
/// these too, as in the grammar of A1111, and a bar outside of <c>[a|b]</c> takes it from the whole prompt.
/// </summary>
internal abstract partial class ScheduleTree
{
    // Nobody writes as many; beyond it the prompt is plain text.
    private const int DeepestNesting = 64;

    /// <param name="step">From 1.</param>
    public string At(int step, int steps)
    {
        StringBuilder text = new();
        Write(text, step, steps);
        return text.ToString();
    }

    /// <summary>Adds the steps after which the text changes.</summary>
    public abstract void CollectEnds(int steps, ISet<int> ends);

    protected abstract void Write(StringBuilder output, int step, int steps);

    /// <returns>Null where nothing changes.</returns>
    public static ScheduleTree? Parse(string prompt) => prompt.Contains('[', StringComparison.Ordinal) ? new Reader().Read(prompt) : null;

    private sealed class Words(string text) : ScheduleTree
    {
        public string Text => text;

        public override void CollectEnds(int steps, ISet<int> ends)
        {
        }

        protected override void Write(StringBuilder output, int step, int steps) => output.Append(text);
    }

    private sealed class Row(IReadOnlyList<ScheduleTree> parts) : ScheduleTree
    {
        public override void CollectEnds(int steps, ISet<int> ends)
        {
            foreach (ScheduleTree part in parts)
            {
                part.CollectEnds(steps, ends);
            }
        }

        protected override void Write(StringBuilder output, int step, int steps)
        {
            foreach (ScheduleTree part in parts)
            {
                part.Write(output, step, steps);
            }
        }
    }

    private sealed class Change(ScheduleTree before, ScheduleTree after, double when, bool isShare) : ScheduleTree
    {
        public override void CollectEnds(int steps, ISet<int> ends)
        {
            before.CollectEnds(steps, ends);
            after.CollectEnds(steps, ends);
            if (Last(steps) >= 1)
            {
                ends.Add(Last(steps));
            }
        }

        protected override void Write(StringBuilder output, int step, int steps) => (step <= Last(steps) ? before : after).Write(output, step, steps);

        private int Last(int steps) => (int)Math.Clamp(isShare ? when * steps : when, int.MinValue, steps);
    }

    private sealed class Turns(IReadOnlyList<ScheduleTree> parts) : ScheduleTree
    {
        public override void CollectEnds(int steps, ISet<int> ends)
        {
            ends.UnionWith(Enumerable.Range(1, steps));
            foreach (ScheduleTree part in parts)
            {
                part.CollectEnds(steps, ends);
            }
        }

        protected override void Write(StringBuilder output, int step, int steps) => parts[(step - 1) % parts.Count].Write(output, step, steps);
    }

    /// <summary>Reads in one pass with a stack of open brackets.</summary>
    private sealed partial class Reader
    {
        private readonly Stack<Frame> _open = new([new Frame('\0')]);
        private bool _changes;

        public ScheduleTree? Read(string prompt)
        {
            for (int i = 0; i < prompt.Length; i++)
            {
                char letter = prompt[i];
                bool isRead = letter switch
                {
                    '\\' when i + 1 < prompt.Length => Text(prompt[i], prompt[++i]),
                    '(' or '[' => Open(letter),
                    ')' or ']' => Close(letter),
                    ':' or '|' => Separate(letter),
                    _ => Text(letter),
                };
                if (!isRead)
                {
                    return null;
                }
            }

            return Flatten() && _changes ? _open.Peek().Part() : null;
        }

        private bool Text(params ReadOnlySpan<char> letters)
        {
            _open.Peek().Text.Append(letters);
            return true;
        }

        private bool Open(char bracket)
        {
            _open.Push(new Frame(bracket));
            return _open.Count <= DeepestNesting;
        }

        private bool Separate(char separator)
        {
            if (_open.Count == 1)
            {
                return separator == ':' && Text(separator);
            }

            _open.Peek().Next(separator);
            return true;
        }

        private bool Close(char bracket)
        {
            Frame frame = _open.Peek();
            if (_open.Count > 1 && Meaning(frame, bracket) is { } meaning)
            {
                _open.Pop();
                _changes |= meaning is Change or Turns;
                _open.Peek().Add(meaning);
                return true;
            }

            return Flatten() && Text(bracket);
        }

        /// <summary>What a pair of brackets means; null where it means nothing.</summary>
        private static ScheduleTree? Meaning(Frame frame, char bracket)
        {
            string separators = frame.Separators;
            ScheduleTree[] parts = frame.Finish();
            if ((frame.Bracket, bracket) == ('(', ')'))
            {
                return separators switch
                {
                    "" => new Row([new Words("("), parts[0], new Words(")")]),
                    ":" => new Row([new Words("("), parts[0], new Words(":"), parts[1], new Words(")")]),
                    _ => null,
                };
            }

            if ((frame.Bracket, bracket) != ('[', ']'))
            {
                return null;
            }

            return separators switch
            {
                "" => new Row([new Words("["), parts[0], new Words("]")]),
                ":" or "::" when parts[^1] is Words { Text: var when } && Number().IsMatch(when) =>
                    new Change(separators == "::" ? parts[0] : new Words(""), parts[^2], double.Parse(when, CultureInfo.InvariantCulture), when.Contains('.', StringComparison.Ordinal)),
                _ when separators.AsSpan().IndexOfAnyExcept('|') < 0 => new Turns(parts),
                _ => null,
            };
        }

        /// <summary>Open brackets become text.</summary>
        /// <returns>Whether that can be: not where a bar would lie bare.</returns>
        private bool Flatten()
        {
            if (_open.Count == 1)
            {
                return true;
            }

            Frame[] frames = [.. _open.Reverse()];
            _open.Clear();
            _open.Push(frames[0]);
            foreach (Frame frame in frames.Skip(1))
            {
                if (frame.Separators.Contains('|', StringComparison.Ordinal))
                {
                    return false;
                }

                Text(frame.Bracket);
                ScheduleTree[] parts = frame.Finish();
                for (int i = 0; i < parts.Length; i++)
                {
                    frames[0].Add(parts[i]);
                    if (i + 1 < parts.Length)
                    {
                        Text(':');
                    }
                }
            }

            return true;
        }

        [GeneratedRegex(@"^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\s*$", RegexOptions.CultureInvariant)]
        private static partial Regex Number();
    }

    /// <summary>An open bracket and what it holds so far.</summary>
    private sealed class Frame(char bracket)
    {
        private readonly List<ScheduleTree> _finished = [];
        private readonly StringBuilder _separators = new();
        private List<ScheduleTree> _part = [];

        public char Bracket => bracket;

        public string Separators => _separators.ToString();

        /// <summary>Text that goes on.</summary>
        public StringBuilder Text { get; } = new();

        public void Add(ScheduleTree tree)
        {
            Flush();
            _part.Add(tree);
        }

        public void Next(char separator)
        {
            _separators.Append(separator);
            _finished.Add(Part());
            _part = [];
        }

        public ScheduleTree Part()
        {
            Flush();
            return _part switch
            {
                [] => new Words(""),
                [var only] => only,
                _ => new Row(_part),
            };
        }

        /// <summary>Its parts, between the separators. It may go on being read: nothing is taken out.</summary>
        public ScheduleTree[] Finish() => [.. _finished, Part()];

        private void Flush()
        {
            if (Text.Length > 0)
            {
                _part.Add(new Words(Text.ToString()));
                Text.Clear();
            }
        }
    }
}
