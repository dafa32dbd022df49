using DistTrain.Node.Runs;
using DistTrain.Training;

namespace DistTrain.Node.Commands;

/// <summary>Brings a run's trace to where <c>--trace</c> wants it.</summary>
internal static class TraceCopy
{
    /// <summary>Before a run of hours, not after it.</summary>
    /// <exception cref="UserErrorException">The file could not be written.</exception>
    public static void RequireWritable(string file)
    {
        try
        {
            bool isNew = !File.Exists(file);
            using (new FileStream(file, FileMode.OpenOrCreate, FileAccess.Write))
            {
            }

            if (isNew)
            {
                File.Delete(file);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserErrorException($"--trace: {file} cannot be written: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    /// <summary>Null when all is well, else what is wrong, in one line.</summary>
    /// <param name="owed">Whether a run that leaves none needs a word.</param>
    public static string? Copy(string runDirectory, string file, bool owed)
    {
        string from = RunDirectory.TraceOf(runDirectory);
        try
        {
            if (!File.Exists(from))
            {
                return owed ? $"there is no trace at {from}: the coordinator is on another machine and the file there, or it could not be written, which the coordinator's log says" : null;
            }

            if (Path.GetFullPath(from) != Path.GetFullPath(file))
            {
                File.Copy(from, file, overwrite: true);
            }

            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"the trace is at {from} and could not be copied to {file}: {error.Message.ReplaceLineEndings(" ")}";
        }
    }
}
