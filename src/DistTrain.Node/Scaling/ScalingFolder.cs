using System.Globalization;
using DistTrain.Training;

namespace DistTrain.Node.Scaling;

/// <summary>Where a study is written.</summary>
internal static class ScalingFolder
{
    public const string Report = "report.md";

    private const string Document = "scaling.json";
    private const string Picture = "scaling.png";

    /// <summary>Makes the folder, or takes over an empty one; null for <c>runs/yyyyMMdd-HHmmss-scale</c>, with a number behind it when that is taken.</summary>
    /// <exception cref="UserErrorException">It holds something, or cannot be made.</exception>
    public static string Claim(string? path, TimeProvider clock)
    {
        string folder = path ?? Free(Path.Combine("runs", clock.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture) + "-scale"));
        try
        {
            if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            {
                throw new UserErrorException($"{folder} is not empty: give another --out");
            }

            Directory.CreateDirectory(folder);
            return folder;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserErrorException($"cannot make the folder {folder}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    public static void Write(string folder, ScalingStudy study, TimeProvider clock)
    {
        string machine = $"{Environment.ProcessorCount} processors, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}";
        File.WriteAllText(Path.Combine(folder, Document), ScalingJson.Document(study, folder));
        ScalingPlot.Save(study, Path.Combine(folder, Picture));
        File.WriteAllText(Path.Combine(folder, Report), ScalingReport.Compose(study, Picture, machine, clock.GetUtcNow()));
    }

    /// <summary>Nothing was measured: leaves no empty folder behind.</summary>
    public static void Abandon(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }

    private static string Free(string stem)
    {
        string path = stem;
        for (int attempt = 2; Directory.Exists(path); attempt++)
        {
            path = $"{stem}-{attempt}";
        }

        return path;
    }
}
