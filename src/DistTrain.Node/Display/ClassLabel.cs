using System.Globalization;
using System.Text;
using DistTrain.Training.Data;

namespace DistTrain.Node.Display;

/// <summary>How a class is shown in tables, which have no room for anything.</summary>
internal static class ClassLabel
{
    private const string Cut = "..";

    /// <summary>Number and name, such as "7 sneaker"; the number alone if the name says no more.</summary>
    /// <param name="names">One a class; empty if they have only numbers.</param>
    /// <param name="width">Longest text.</param>
    public static string Of(IReadOnlyList<string> names, int label, int width)
    {
        string number = label.ToString(CultureInfo.InvariantCulture);
        string name = ClassNames.Of(names, label);
        return name == number ? number : Fit($"{number} {name}", width);
    }

    /// <summary>On one line, without control characters, cut short if it is longer.</summary>
    public static string Fit(string text, int width)
    {
        Rune[] runes = [.. text.EnumerateRunes().Select(rune => Rune.IsControl(rune) ? new Rune(' ') : rune)];
        return runes.Length <= width ? string.Concat(runes) : string.Concat(runes.Take(width - Cut.Length)) + Cut;
    }
}
