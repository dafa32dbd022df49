using DistTrain.Training.Data;

namespace DistTrain.Training.Checkpoints;

/// <summary>The normalisation of pixels among the metadata of a safetensors file: shortest decimals that read back to the same bits, with commas between channels.</summary>
public static class NormalisationMetadata
{
    private const string Mean = "mean";
    private const string StandardDeviation = "standardDeviation";

    internal static readonly string[] Keys = [Mean, StandardDeviation];

    public static void Add(PixelNormalisation? normalisation, IDictionary<string, string> metadata)
    {
        if (normalisation is not null)
        {
            metadata[Mean] = normalisation.Mean.ToString();
            metadata[StandardDeviation] = normalisation.StandardDeviation.ToString();
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

        ChannelValues Value(string key) => metadata.TryGetValue(key, out string? text) && ChannelValues.Parse(text) is { } values
            ? values
            : throw SafetensorsReader.Damaged(file, $"its '{key}' is not a number, or one for each channel");
        var normalisation = new PixelNormalisation(Value(Mean), Value(StandardDeviation));
        return normalisation.StandardDeviation.All(deviation => deviation > 0)
            ? normalisation
            : throw SafetensorsReader.Damaged(file, $"its '{StandardDeviation}' is not above 0");
    }
}
