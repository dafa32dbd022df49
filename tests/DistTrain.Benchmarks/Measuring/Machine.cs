namespace DistTrain.Benchmarks.Measuring;

/// <summary>What a reader of figures must know of the machine.</summary>
internal static class Machine
{
    public static string Describe(int cores) =>
        $"{Processor()}, {cores} cores, .NET {Environment.Version}, {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC";

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1] ?? "unknown processor"
        : "unknown processor";
}
