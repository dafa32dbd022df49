using System.Globalization;
using DistTrain.Node.Commands;
using DistTrain.Training;

namespace DistTrain.Node.Comparing;

/// <summary>
/// Reads the values of a factor: a list <c>a,b,c</c>, or N numbers from LOW to HIGH, equally far apart (<c>lin:LOW..HIGH:N</c>) or with equal
/// ratios (<c>log:LOW..HIGH:N</c>).
/// </summary>
internal static class FactorValues
{
    public const int Most = 1000;

    /// <summary>The ends are as given; what is between has six significant digits, so that no machine's logarithm shows.</summary>
    private const string Between = "G6";

    private const string Linear = "lin:";
    private const string Logarithmic = "log:";

    /// <param name="origin">For messages, such as <c>--vary lr</c>.</param>
    /// <exception cref="UserErrorException">The text is none of the three, or has a value twice.</exception>
    public static IReadOnlyList<string> Read(string origin, string text)
    {
        string[] values = text.StartsWith(Linear, StringComparison.Ordinal) || text.StartsWith(Logarithmic, StringComparison.Ordinal)
            ? Spanned(origin, text)
            : [.. text.Split(',').Select(value => value.Trim())];
        if (values.Length > Most || values.Contains(""))
        {
            throw SettingValue.Refuse(origin, text, $"a list a,b,c of at most {Most}, log:LOW..HIGH:N or lin:LOW..HIGH:N");
        }

        return values.GroupBy(value => value, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw SettingValue.Refuse(origin, text, $"each value once, and '{twice.Key}' is there {twice.Count()} times")
            : values;
    }

    private static string[] Spanned(string origin, string text)
    {
        bool logarithmic = text.StartsWith(Logarithmic, StringComparison.Ordinal);
        string span = text[Linear.Length..];
        int dots = span.IndexOf("..", StringComparison.Ordinal);
        int colon = span.LastIndexOf(':');
        if (dots < 0 || colon < dots
            || !TryNumber(span[..dots], out double low) || !TryNumber(span[(dots + 2)..colon], out double high)
            || !int.TryParse(span[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            || count is < 2 or > Most || low >= high || (logarithmic && low <= 0))
        {
            throw SettingValue.Refuse(
                origin, text, $"{text[..Linear.Length]}LOW..HIGH:N with {(logarithmic ? "0 < LOW < HIGH" : "LOW < HIGH")} and N from 2 to {Most}, such as {(logarithmic ? "log:1e-4..1e-1:4" : "lin:0..0.5:6")}");
        }

        return [.. Enumerable.Range(0, count).Select(i => i == 0 ? Text(low) : i == count - 1 ? Text(high) : At((double)i / (count - 1)))];

        string At(double share) =>
            Text(double.Parse((logarithmic ? low * Math.Pow(high / low, share) : low + (share * (high - low))).ToString(Between, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
    }

    private static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    /// <summary>All digits, as people write them: 65536 and 0.0001, not 6.5536E+04.</summary>
    private static string Text(double number)
    {
        string text = number.ToString("R", CultureInfo.InvariantCulture);
        return Math.Abs(number) is >= 1e-6 and < 1e15
            ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)
            : text;
    }
}
