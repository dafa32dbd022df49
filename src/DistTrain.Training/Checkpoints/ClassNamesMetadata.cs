using System.Text.Json;

namespace DistTrain.Training.Checkpoints;

/// <summary>The names of classes among the metadata of a safetensors file: a JSON array of strings, as a name may hold anything. Without names there is no key.</summary>
public static class ClassNamesMetadata
{
    internal const string Key = "classNames";

    public static void Add(IReadOnlyList<string> names, IDictionary<string, string> metadata)
    {
        if (names.Count > 0)
        {
            metadata[Key] = JsonSerializer.Serialize(names);
        }
    }

    /// <summary>Empty if the file says nothing of them.</summary>
    /// <param name="file">For messages.</param>
    /// <exception cref="UserErrorException">It says something that cannot be.</exception>
    public static IReadOnlyList<string> Read(IReadOnlyDictionary<string, string> metadata, string file)
    {
        if (!metadata.TryGetValue(Key, out string? json))
        {
            return [];
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return [.. document.RootElement.EnumerateArray().Select(name => name.GetString() ?? throw new JsonException())];
        }
        catch (Exception bad) when (bad is JsonException or InvalidOperationException)
        {
            throw SafetensorsReader.Damaged(file, $"its '{Key}' is not a JSON array of strings");
        }
    }
}
