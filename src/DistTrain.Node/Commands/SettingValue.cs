using System.Globalization;
using DistTrain.Training;

namespace DistTrain.Node.Commands;

/// <summary>Reads the text of a setting. A bad value ends in one line with its origin, the value and what is allowed.</summary>
internal static class SettingValue
{
    public static UserErrorException Refuse(string origin, string text, string allowed) =>
        new($"{origin} is '{OneLine(text)}': allowed is {allowed}");

    public static UserErrorException Unknown(string what, string text, string allowed) =>
        new($"unknown {what} (value '{OneLine(text)}'): {allowed}");

    public static int Integer(string origin, string text, int minimum, int maximum) =>
        (int)Integer(origin, text, minimum, (long)maximum);

    public static long Integer(string origin, string text, long minimum, long maximum) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) && value >= minimum && value <= maximum
            ? value
            : throw Refuse(
                origin,
                text,
                maximum == long.MaxValue ? $"a whole number from {minimum} up" : $"a whole number from {minimum} to {maximum}");

    public static ulong Unsigned(string origin, string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value)
            ? value
            : throw Refuse(origin, text, $"a whole number from 0 to {ulong.MaxValue}");

    /// <summary>A finite number above <paramref name="minimum"/> (or equal, if <paramref name="inclusive"/>) and up to, or below, the maximum.</summary>
    public static double Number(string origin, string text, double minimum, double maximum, bool inclusive)
    {
        bool parsed = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value);
        if (parsed && (inclusive ? value >= minimum && value < maximum : value > minimum && value <= maximum))
        {
            return value;
        }

        string low = minimum.ToString(CultureInfo.InvariantCulture);
        string high = maximum.ToString(CultureInfo.InvariantCulture);
        throw Refuse(origin, text, inclusive ? $"a number from {low} up to, not including, {high}" : $"a number above {low} up to {high}");
    }

    /// <summary>A number from <paramref name="minimum"/> to <paramref name="maximum"/>, both included.</summary>
    public static double Within(string origin, string text, double minimum, double maximum) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= minimum && value <= maximum
            ? value
            : throw Refuse(origin, text, string.Create(CultureInfo.InvariantCulture, $"a number from {minimum} to {maximum}"));

    /// <summary>A whole number, or a share from 0 to below 1.</summary>
    public static double CountOrShare(string origin, string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && (value is >= 0 and < 1 || (value is >= 1 and <= int.MaxValue && double.IsInteger(value)))
            ? value
            : throw Refuse(origin, text, "a whole number, or a share below 1 such as 0.1");

    public static string Choice(string origin, string text, params string[] allowed) =>
        allowed.Contains(text, StringComparer.Ordinal) ? text : throw Refuse(origin, text, string.Join(" or ", allowed));

    public static string NotEmpty(string origin, string text, string what) =>
        string.IsNullOrWhiteSpace(text) ? throw Refuse(origin, text, what) : text;

    /// <summary>The last part of a directory's name: letters, digits, dot, dash and underscore, so that it is the same on every system.</summary>
    public static string Name(string origin, string text) =>
        text.Length is > 0 and <= 64 && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_')
            ? text
            : throw Refuse(origin, text, "1 to 64 letters, digits, dots, dashes or underscores, not beginning with a dot");

    /// <summary>Seconds, whole or not.</summary>
    public static TimeSpan Seconds(string origin, string text) => TimeSpan.FromSeconds(Number(origin, text, 0, 86400, inclusive: false));

    /// <summary>A time such as <c>20ms</c>, <c>0.5s</c> or <c>500us</c>; a number alone is milliseconds.</summary>
    public static double Milliseconds(string origin, string text, double maximum)
    {
        (string number, double unit) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 1.0),
            _ when text.EndsWith("us", StringComparison.Ordinal) => (text[..^2], 1e-3),
            _ when text.EndsWith('s') => (text[..^1], 1e3),
            _ => (text, 1.0),
        };
        bool parsed = double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value * unit >= 0 && value * unit <= maximum;
        return parsed ? value * unit : throw Refuse(origin, text, $"a time such as 20ms, 0.5s or 500us, up to {maximum / 1000:0.#}s");
    }

    /// <summary><c>http://host:port</c>, or <c>host:port</c> for short.</summary>
    public static Uri ClusterUrl(string origin, string text)
    {
        string full = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        bool wellFormed = Uri.TryCreate(full, UriKind.Absolute, out Uri? url)
            && url.Scheme is "http" or "https"
            && url is { Host.Length: > 0, Port: > 0, PathAndQuery: "/", Fragment: "", UserInfo: "" };
        return wellFormed ? url! : throw Refuse(origin, text, "http://HOST:PORT or HOST:PORT");
    }

    /// <summary>A message is one line, whatever the value was.</summary>
    private static string OneLine(string text)
    {
        string line = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return line.Length <= 80 ? line : line[..77] + "...";
    }
}
