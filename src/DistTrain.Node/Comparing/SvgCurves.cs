using System.Globalization;
using System.Net;
using System.Text;

namespace DistTrain.Node.Comparing;

/// <summary>Curves over epochs as an inline SVG element; each names itself under the pointer.</summary>
internal static class SvgCurves
{
    private const int Width = 640;
    private const int Height = 360;
    private const int Left = 60;
    private const int Right = 16;
    private const int Top = 12;
    private const int Bottom = 44;

    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    /// <param name="curves">The best first.</param>
    /// <param name="name">Of the values.</param>
    public static string Compose(
        IReadOnlyList<MeanCurve> curves, string name, Func<MeanCurve, IReadOnlyList<(double Epoch, double Value)>> of, Func<IReadOnlyList<double>, ChartAxis> axis)
    {
        ChartAxis up = axis([.. curves.SelectMany(of).Select(point => point.Value)]);
        ChartAxis across = ChartAxis.Linear([0, .. curves.SelectMany(of).Select(point => point.Epoch)]);
        var svg = new StringBuilder();
        svg.Append(Invariant, $"<svg viewBox=\"0 0 {Width} {Height}\" role=\"img\" aria-label=\"{WebUtility.HtmlEncode(name)} by epoch\">\n");
        foreach ((double place, string label) in up.Ticks)
        {
            double y = Y((place - up.Low) / (up.High - up.Low));
            svg.Append(Invariant, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.0}\" y2=\"{y:0.0}\"/><text class=\"tick\" x=\"{Left - 6}\" y=\"{y + 4:0.0}\" text-anchor=\"end\">{label}</text>\n");
        }

        foreach ((double place, string label) in across.Ticks)
        {
            double x = X((place - across.Low) / (across.High - across.Low));
            svg.Append(Invariant, $"<line class=\"grid\" x1=\"{x:0.0}\" x2=\"{x:0.0}\" y1=\"{Top}\" y2=\"{Height - Bottom}\"/><text class=\"tick\" x=\"{x:0.0}\" y=\"{Height - Bottom + 16}\" text-anchor=\"middle\">{label}</text>\n");
        }

        svg.Append(Invariant, $"<text class=\"name\" x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 8}\" text-anchor=\"middle\">epochs</text>\n");
        for (int i = curves.Count - 1; i >= 0; i--)
        {
            Curve(svg, curves[i].Label, of(curves[i]), CurveColours.Of(i), i < CurveColours.Count, across, up);
        }

        return svg.Append("</svg>\n").ToString();
    }

    private static void Curve(StringBuilder svg, string label, IReadOnlyList<(double Epoch, double Value)> points, string colour, bool best, ChartAxis across, ChartAxis up)
    {
        if (points.Count == 0)
        {
            return;
        }

        string path = string.Join(' ', points.Select(point => string.Create(Invariant, $"{X(across.Share(point.Epoch)):0.0},{Y(up.Share(point.Value)):0.0}")));
        svg.Append(Invariant, $"<g class=\"curve\"><title>{WebUtility.HtmlEncode(label)}</title><polyline points=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{(best ? 2 : 1)}\"/>");
        (double Epoch, double Value) last = points[^1];
        svg.Append(Invariant, $"<circle cx=\"{X(across.Share(last.Epoch)):0.0}\" cy=\"{Y(up.Share(last.Value)):0.0}\" r=\"{(best ? 3 : 2)}\" fill=\"{colour}\"/></g>\n");
    }

    private static double X(double share) => Left + (share * (Width - Left - Right));

    private static double Y(double share) => Height - Bottom - (share * (Height - Top - Bottom));
}
