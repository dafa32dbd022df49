using System.Globalization;

namespace DistTrain.Training.Checkpoints;

/// <summary>The newest checkpoint that can be used.</summary>
/// <param name="Checkpoint">Null when there is none.</param>
/// <param name="Path">Its file.</param>
/// <param name="Damaged">For each newer file that could not be used, one line that names it and says why.</param>
public sealed record LatestCheckpoint(Checkpoint? Checkpoint, string? Path, IReadOnlyList<string> Damaged);

/// <summary>
/// The checkpoints of one run, in one directory: <c>step-00001234.safetensors</c>. A file has its name only once all
/// of it is on the disk. One writer at a time.
/// </summary>
/// <param name="directory">Made when the first checkpoint is saved.</param>
/// <param name="keep">How many of the newest stay; from 1 on.</param>
public sealed class CheckpointStore(string directory, int keep = 3)
{
    private const string Prefix = "step-";
    private const string Extension = ".safetensors";
    private const string Unfinished = ".unfinished";

    private readonly int keep = keep >= 1 ? keep : throw new ArgumentOutOfRangeException(nameof(keep));

    public string PathOf(long step) => Path.Combine(directory, $"{Prefix}{step.ToString("D8", CultureInfo.InvariantCulture)}{Extension}");

    /// <summary>Saves, and deletes what is older than the newest few. Returns the file's path.</summary>
    /// <param name="best">A step whose checkpoint stays however old it is; null for none.</param>
    /// <exception cref="UserErrorException">The disk is full or the directory cannot be written.</exception>
    public string Save(Checkpoint checkpoint, long? best = null)
    {
        string path = PathOf(checkpoint.Step);
        string unfinished = path + Unfinished;
        try
        {
            Directory.CreateDirectory(directory);
            DeleteUnfinished();
            WriteWhole(unfinished, checkpoint);
            File.Move(unfinished, path, overwrite: true);
            DirectorySync.Flush(directory);
            DeleteOld(path, best);
            return path;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException(
                $"{path}: the checkpoint cannot be written: {failure.Message}; make room or choose another --run-dir", failure);
        }
    }

    /// <summary>Reads the newest checkpoint that is whole. Writes and deletes nothing.</summary>
    public LatestCheckpoint ReadNewest()
    {
        var damaged = new List<string>();
        foreach (string path in NewestFirst())
        {
            try
            {
                return new LatestCheckpoint(CheckpointFile.Read(path), path, damaged);
            }
            catch (UserErrorException reason)
            {
                damaged.Add(reason.Message);
            }
        }

        return new LatestCheckpoint(null, null, damaged);
    }

    private static void WriteWhole(string path, Checkpoint checkpoint)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
            CheckpointFile.Write(stream, checkpoint);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // Most likely the disk is full: half a checkpoint must not help to keep it so.
            File.Delete(path);
            throw;
        }
    }

    private static long? StepOf(string path)
    {
        string name = Path.GetFileName(path);
        return name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(name[Prefix.Length..^Extension.Length], NumberStyles.None, CultureInfo.InvariantCulture, out long step)
            ? step
            : null;
    }

    private List<string> NewestFirst() => !Directory.Exists(directory)
        ? []
        : [.. Directory.EnumerateFiles(directory).Where(path => StepOf(path) is not null).OrderByDescending(StepOf)];

    private void DeleteOld(string justSaved, long? best)
    {
        // By number a damaged file may stand above the one just saved, which must not fall to it.
        foreach (string path in NewestFirst().Skip(keep).Where(path => path != justSaved && StepOf(path) != best))
        {
            File.Delete(path);
        }
    }

    private void DeleteUnfinished()
    {
        foreach (string path in Directory.EnumerateFiles(directory, $"{Prefix}*{Extension}{Unfinished}"))
        {
            File.Delete(path);
        }
    }
}
