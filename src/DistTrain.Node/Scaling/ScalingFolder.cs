using DistTrain.Node.Runs;
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
        string folder = path ?? StudyFolder.Free("scale", clock);
        if (!StudyFolder.IsEmpty(folder))
        {
            throw new UserErrorException($"{folder} is not empty: give another --out");
        }

        StudyFolder.Make(folder);
        return folder;
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
        if (Directory.Exists(folder) && StudyFolder.IsEmpty(folder))
        {
            Directory.Delete(folder);
        }
    }
}
