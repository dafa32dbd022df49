using System.Globalization;

namespace DistTrain.Node.Comparing;

/// <summary>Where values lie along an axis, straight or by their logarithm, and where its ticks are.</summary>
internal sealed class ChartAxis
{
    private const int Wanted = 5;

    /// <summary>Room beyond the extremes, as a share of the axis.</summary>
    private const double Margin = 0.04;

    private readonly bool logarithmic;

    private ChartAxis(double low, double high, bool logarithmic)
    {
        this.logarithmic = logarithmic;
        double room = Math.Max((high - low) * Margin, Math.Max(Math.Abs(high), 1e-6) * 1e-3);
        Low = low - room;
        High = high + room;
        Ticks = logarithmic ? LogarithmicTicks() : LinearTicks(Low, High);
    }

    /// <summary>Left or lower end, in places (see <see cref="Place"/>).</summary>
    public double Low { get; }

    public double High { get; }

    /// <summary>Places, with what stands at them.</summary>
    public IReadOnlyList<(double Place, string Label)> Ticks { get; }

    public static ChartAxis Linear(IReadOnlyList<double> values) => new(values.DefaultIfEmpty(0).Min(), values.DefaultIfEmpty(1).Max(), logarithmic: false);

    /// <summary>By the logarithm if all values are above 0.</summary>
    public static ChartAxis Logarithmic(IReadOnlyList<double> values) => values.Count == 0 || values.Min() <= 0
        ? Linear(values)
        : new ChartAxis(Math.Log10(values.Min()), Math.Log10(values.Max()), logarithmic: true);

    public double Place(double value) => logarithmic ? Math.Log10(value) : value;

    /// <summary>How far along the axis a value is: 0 at its lower end, 1 at its upper.</summary>
    public double Share(double value) => (Place(value) - Low) / (High - Low);

    private static List<(double, string)> LinearTicks(double low, double high)
    {
        double raw = (high - low) / Wanted;
        double power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        double step = power * (raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        var ticks = new List<(double, string)>();
        for (long i = (long)Math.Ceiling(low / step); i * step <= high; i++)
        {
            ticks.Add((i * step, Label(i * step)));
        }

        return ticks;
    }

    /// <summary>1, 2 and 5 of each decade, powers alone if those would be many; within half a decade, as on a straight axis.</summary>
    private List<(double, string)> LogarithmicTicks()
    {
        double[] steps = High - Low > 3 ? [1] : [1, 2, 5];
        var ticks = new List<(double, string)>();
        for (int decade = (int)Math.Floor(Low); decade <= High; decade++)
        {
            ticks.AddRange(steps.Select(step => step * Math.Pow(10, decade)).Where(Inside).Select(value => (Math.Log10(value), Label(value))));
        }

        return ticks.Count > 2 ? ticks : [.. LinearTicks(Math.Pow(10, Low), Math.Pow(10, High)).Select(tick => (Math.Log10(tick.Item1), tick.Item2))];

        bool Inside(double value) => Math.Log10(value) >= Low && Math.Log10(value) <= High;
    }

    private static string Label(double value) => value.ToString("G4", CultureInfo.InvariantCulture);
}
