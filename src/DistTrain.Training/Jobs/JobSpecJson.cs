using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace DistTrain.Training.Jobs;

/// <summary>
/// A job as JSON with camel-case keys, as in <c>spec.json</c>. Reading is strict: a key that is not known, or twice
/// there, or a value of the wrong type is an error; a key that is absent takes its default.
/// </summary>
public static partial class JobSpecJson
{
    // "+" in a name is a plus sign to people too, not \u002B.
    private static readonly SpecContext Context = new(new JsonSerializerOptions(SpecContext.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>Indented, every key, in the order in which <see cref="JobSpec"/> declares them.</summary>
    public static string Write(JobSpec spec) => JsonSerializer.Serialize(spec, Context.JobSpec);

    /// <param name="source">Where the text is from, such as a file's path; messages begin with it.</param>
    /// <exception cref="UserErrorException">The message names the key, its value and what is allowed. Ranges are checked by <see cref="JobSpecValidation"/>.</exception>
    public static JobSpec Read(string json, string source)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw new UserErrorException($"{source}: a job is a JSON object, not {Shown(document.RootElement)}");
            }

            // Generated readers set every init-only property, absent or not, so the defaults go in as JSON too.
            JsonObject values = JsonSerializer.SerializeToNode(new JobSpec(), Context.JobSpec)!.AsObject();
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                RequireKey(property, source);
                values[property.Name] = JsonNode.Parse(property.Value.GetRawText());
            }

            return values.Deserialize(Context.JobSpec)!;
        }
        catch (JsonException bad)
        {
            throw new UserErrorException($"{source}: not the JSON of a job: {OneLine(bad.Message)}", bad);
        }
    }

    private static void RequireKey(JsonProperty property, string source)
    {
        IList<JsonPropertyInfo> keys = Context.JobSpec.Properties;
        JsonPropertyInfo key = keys.FirstOrDefault(key => key.Name == property.Name)
            ?? throw new UserErrorException($"{source}: unknown key '{OneLine(property.Name)}'; known are {string.Join(", ", keys.Select(known => known.Name))}");
        JsonElement value = property.Value;
        (bool fits, string allowed) = key.PropertyType switch
        {
            Type type when type == typeof(string) => (value.ValueKind == JsonValueKind.String, "a string"),
            Type type when type == typeof(int) => (IsNumber(value) && value.TryGetInt32(out _), "a whole number"),
            Type type when type == typeof(ulong) => (IsNumber(value) && value.TryGetUInt64(out _), "a whole number from 0 to 18446744073709551615"),
            Type type when type == typeof(long?) => (value.ValueKind == JsonValueKind.Null || (IsNumber(value) && value.TryGetInt64(out _)), "a whole number or null"),
            Type type when type == typeof(double?) => (value.ValueKind == JsonValueKind.Null || (IsNumber(value) && value.TryGetDouble(out _)), "a number or null"),
            Type type when type == typeof(double) => (IsNumber(value) && value.TryGetDouble(out _), "a number"),
            Type type => throw new NotSupportedException($"A job's key of type {type} cannot be read."),
        };
        if (!fits)
        {
            throw new UserErrorException($"{source}: '{key.Name}' is {Shown(value)}, but must be {allowed}");
        }
    }

    private static bool IsNumber(JsonElement value) => value.ValueKind == JsonValueKind.Number;

    private static string Shown(JsonElement value)
    {
        string text = OneLine(value.GetRawText());
        return text.Length <= 60 ? text : text[..60] + "...";
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        NewLine = "\n")]
    [JsonSerializable(typeof(JobSpec))]
    private sealed partial class SpecContext : JsonSerializerContext;
}
