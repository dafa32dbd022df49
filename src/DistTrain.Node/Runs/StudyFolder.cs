using System.Globalization;
using DistTrain.Training;

namespace DistTrain.Node.Runs;

/// <summary>The folder of a study of several runs.</summary>
internal static class StudyFolder
{
    /// <summary>A folder that does not exist: <c>runs/yyyyMMdd-HHmmss-KIND</c>, with a number behind it when that is taken.</summary>
    public static string Free(string kind, TimeProvider clock)
    {
        string stem = Path.Combine("runs", clock.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture) + "-" + kind);
        string path = stem;
        for (int attempt = 2; Directory.Exists(path); attempt++)
        {
            path = $"{stem}-{attempt}";
        }

        return path;
    }

    public static bool IsEmpty(string folder) => !Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any();

    /// <exception cref="UserErrorException">It cannot be made.</exception>
    public static void Make(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserErrorException($"cannot make the folder {folder}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }
}
