using System.Globalization;
using DistTrain.Training.Data;

namespace DistTrain.Training.Checkpoints;

/// <summary>The normalisation of pixels among the metadata of a safetensors file: shortest decimals that read back to the same bits.</summary>
public static class NormalisationMetadata
{
    private const string Mean = "mean";
    private const string StandardDeviation = "standardDeviation";

    internal static readonly string[] Keys = [Mean, StandardDeviation];

    public static void Add(PixelNormalisation? normalisation, IDictionary<string, string> metadata)
    {
        if (normalisation is not null)
        {
            metadata[Mean] = normalisation.Mean.ToString(CultureInfo.InvariantCulture);
            metadata[StandardDeviation] = normalisation.StandardDeviation.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Null if the file says nothing of it.</summary>
    /// <param name="file">For messages.</param>
    /// <exception cref="UserErrorException">It says something that cannot be.</exception>
    public static PixelNormalisation? Read(IReadOnlyDictionary<string, string> metadata, string file)
    {
        if (!Keys.Any(metadata.ContainsKey))
        {
            return null;
        }

        float Value(string key) => metadata.TryGetValue(key, out string? text)
            && float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
            ? value
            : throw SafetensorsReader.Damaged(file, $"its '{key}' is not a number");
        var normalisation = new PixelNormalisation(Value(Mean), Value(StandardDeviation));
        return normalisation.StandardDeviation > 0
            ? normalisation
            : throw SafetensorsReader.Damaged(file, $"its '{StandardDeviation}' is not above 0");
    }
}
