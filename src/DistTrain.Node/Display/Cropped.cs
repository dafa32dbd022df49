using Spectre.Console.Rendering;

namespace DistTrain.Node.Display;

/// <summary>
/// Cuts what does not fit, where the drawing library would fold it into more lines: a picture that is redrawn in
/// place must never be taller than planned.
/// </summary>
internal sealed class Cropped(IRenderable inner, int height) : Renderable
{
    /// <summary>Wide enough that nothing is folded.</summary>
    private const int Unfolded = 2000;

    protected override Measurement Measure(RenderOptions options, int maxWidth) => new(0, maxWidth);

    protected override IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        foreach (SegmentLine line in Segment.SplitLines(inner.Render(options, Unfolded)).Take(height))
        {
            foreach (Segment segment in Segment.Truncate(line, maxWidth))
            {
                yield return segment;
            }

            if (options.Ansi)
            {
                // The rest of the line may hold what the terminal put there, such as the echo of Ctrl-C.
                yield return Segment.Control("\u001b[K");
            }

            yield return Segment.LineBreak;
        }
    }
}
