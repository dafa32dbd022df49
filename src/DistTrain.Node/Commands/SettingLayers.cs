using System.Text.Json;
using DistTrain.Training;

namespace DistTrain.Node.Commands;

/// <summary>Applies settings over options, one source after the other. What a file names and no setting knows is refused.</summary>
internal static class SettingLayers
{
    public const string VariablePrefix = "DISTTRAIN_";

    /// <summary>A JSON object whose keys are those of <c>spec.json</c>.</summary>
    public static T ApplyFile<T>(this T options, IEnumerable<Setting<T>> settings, string path)
    {
        Dictionary<string, Setting<T>> byKey = settings.Where(s => s.Key is not null).ToDictionary(s => s.Key!, StringComparer.Ordinal);
        using JsonDocument document = Load(path);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
        {
            if (!byKey.TryGetValue(property.Name, out Setting<T>? setting))
            {
                throw new UserErrorException($"{path} sets the unknown key '{property.Name}' to {property.Value.GetRawText().ReplaceLineEndings(" ")}: known are {string.Join(", ", byKey.Keys)}");
            }

            if (!seen.Add(property.Name))
            {
                throw new UserErrorException($"{path} sets the key '{property.Name}' twice: keep one");
            }

            // null says "as by default", which is how spec.json writes an absent limit.
            if (property.Value.ValueKind != JsonValueKind.Null)
            {
                string text = property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText();
                options = setting.Apply(options, $"'{property.Name}' in {path}", text);
            }
        }

        return options;
    }

    /// <summary>Variables with an empty value count as absent: that is how compose files pass what nobody set.</summary>
    public static T ApplyEnvironment<T>(this T options, IReadOnlyList<Setting<T>> settings, IReadOnlyDictionary<string, string> environment)
    {
        foreach (Setting<T> setting in settings)
        {
            if (setting.Variable is not null && environment.TryGetValue(setting.Variable, out string? text) && text.Length > 0)
            {
                options = setting.Apply(options, setting.Variable, text);
            }
        }

        return options;
    }

    /// <summary>
    /// Scripts and compose files have variables of that prefix of their own; one that looks like a known one is
    /// taken for a slip.
    /// </summary>
    public static void RefuseMisspelledVariables(IReadOnlyDictionary<string, string> environment)
    {
        IEnumerable<string?> known = TrainSettings.Spec.Concat(TrainSettings.Place).Select(setting => setting.Variable)
            .Concat(NodeSettings.All.Select(setting => setting.Variable));
        string[] names = [.. known.OfType<string>().Select(name => name[VariablePrefix.Length..]).Distinct()];
        foreach ((string name, string value) in environment.Where(entry => entry.Key.StartsWith(VariablePrefix, StringComparison.Ordinal)))
        {
            string word = name[VariablePrefix.Length..];
            if (!names.Contains(word, StringComparer.Ordinal) && Spelling.Nearest(word, names) is { } near)
            {
                throw SettingValue.Unknown($"environment variable {name}", value, $"did you mean {VariablePrefix}{near}?");
            }
        }
    }

    private static JsonDocument Load(string path)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }

            document.Dispose();
            throw new UserErrorException($"{path} is not a JSON object: write {{ \"epochs\": 5 }} and the like");
        }
        catch (JsonException error)
        {
            throw new UserErrorException($"{path} is not valid JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}: correct it", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserErrorException($"cannot read the file of --config, {path}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }
}
