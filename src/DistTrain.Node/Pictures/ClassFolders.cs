using System.Globalization;
using DistTrain.Training.Data;

namespace DistTrain.Node.Pictures;

/// <summary>Names for the folders of classes whose ordinal order is the order of the classes.</summary>
internal static class ClassFolders
{
    public static string[] Of(ImageDataset data)
    {
        int classes = data.Train.Classes;
        int digits = (classes - 1).ToString(CultureInfo.InvariantCulture).Length;
        string[] numbers = [.. Enumerable.Range(0, classes).Select(label => label.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0'))];
        if (data.ClassNames.Count != classes)
        {
            return numbers;
        }

        string[] names = [.. data.ClassNames.Select(Plain)];
        bool ordered = names.Zip(names.Skip(1)).All(pair => string.CompareOrdinal(pair.First, pair.Second) < 0) && !names.Any(name => name.StartsWith('.'));
        return ordered ? names : [.. numbers.Zip(names, (number, name) => $"{number} {name}")];
    }

    private static string Plain(string name) => name.Replace('/', '-');
}
