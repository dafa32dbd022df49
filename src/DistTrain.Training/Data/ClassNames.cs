using System.Globalization;

namespace DistTrain.Training.Data;

/// <summary>What classes are called.</summary>
public static class ClassNames
{
    /// <summary>The name of a class, or its number.</summary>
    /// <param name="names">One a class; empty if they have only numbers.</param>
    public static string Of(IReadOnlyList<string> names, int label) =>
        label < names.Count ? names[label] : label.ToString(CultureInfo.InvariantCulture);
}
