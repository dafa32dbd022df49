namespace DistTrain.Benchmarks.Measuring;

/// <summary>What a reader of figures must know of the machine.</summary>
internal static class Machine
{
    public static string Describe(int cores) =>
        $"{Processor()}, {cores} cores, .NET {Environment.Version}, {DateTime.UtcNow:yyyy-MM-dd HH:mm} UTC, load {Load()}";

    /// <summary>Over the last minute: above the number of cores, others take part of the machine and figures say little.</summary>
    public static string Load() => Words("/proc/loadavg").FirstOrDefault("unknown");

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1] ?? "unknown processor"
        : "unknown processor";

    private static string[] Words(string file) => File.Exists(file) ? File.ReadAllText(file).Split(' ') : [];
}
