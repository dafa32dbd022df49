using System.Collections;
using System.Text.Json;
using DistTrain.Node.Client;
using DistTrain.Training;

namespace DistTrain.Node.Commands;

/// <summary>The services of the real program.</summary>
internal static class ProgramServices
{
    private static readonly JsonSerializerOptions SpecJson = new(JsonSerializerDefaults.Web) { WriteIndented = false };

    public static CommandServices Create() => new()
    {
        StartTraining = (_, _) => throw NotInThisBuild("train"),
        RunNode = (_, _) => throw NotInThisBuild("node"),
        Evaluate = (_, _) => throw NotInThisBuild("evaluate"),
        Audit = (_, _) => throw NotInThisBuild("audit"),
        Connect = url => new GrpcSession(url),
        CheckHealth = HealthProbe.CheckAsync,
        WriteSpec = spec => JsonSerializer.Serialize(spec, SpecJson),
        Environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal),
        Clock = TimeProvider.System,
    };

    private static UserErrorException NotInThisBuild(string verb) => new($"{verb} is not part of this build");
}
