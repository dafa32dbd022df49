using System.Text;
using System.Text.Json;
using DistTrain.Training;

namespace DistTrain.Node.Comparing;

/// <summary>
/// What a study has found so far: a line that says which study it is, and a line for each trial that has ended, each on the disk before
/// the next trial is begun. A crash may leave half a line at the end; it is cut off, and its trial is done again. One process has it open.
/// </summary>
internal sealed class TrialJournal : IDisposable
{
    private readonly Lock gate = new();
    private readonly FileStream file;
    private readonly Dictionary<(int Cell, ulong Seed), TrialResult> results = [];

    private TrialJournal(FileStream file) => this.file = file;

    /// <summary>One for each trial, in no order.</summary>
    public IReadOnlyList<TrialResult> Results
    {
        get
        {
            lock (gate)
            {
                return [.. results.Values];
            }
        }
    }

    /// <summary>Begins a journal, or goes on with one of the same study.</summary>
    /// <param name="path">A file, absent or of an earlier call.</param>
    /// <param name="study">What makes two studies the same, on one line.</param>
    /// <exception cref="UserErrorException">It is of another study, damaged, in use, or cannot be written.</exception>
    public static TrialJournal Open(string path, string study)
    {
        FileStream file = OpenAlone(path);
        try
        {
            var journal = new TrialJournal(file);
            journal.Read(path, study);
            return journal;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>The file, which no other process can open until it is disposed.</summary>
    /// <exception cref="UserErrorException">Another process has it, or it cannot be had.</exception>
    public static FileStream OpenAlone(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot open {path}: {error.Message.ReplaceLineEndings(" ")} (another study may be running in that folder)", error);
        }
    }

    /// <summary>Takes back what is to be done again.</summary>
    public void Forget(Predicate<TrialResult> which)
    {
        lock (gate)
        {
            foreach (TrialResult result in results.Values.Where(result => which(result)).ToList())
            {
                results.Remove((result.Cell, result.Seed));
            }
        }
    }

    /// <summary>Returns once it is on the disk.</summary>
    public void Append(TrialResult result)
    {
        lock (gate)
        {
            results[(result.Cell, result.Seed)] = result;
            Write(JsonSerializer.Serialize(result, JsonSerializerOptions.Web));
        }
    }

    public void Dispose() => file.Dispose();

    private void Write(string line)
    {
        file.Write(Encoding.UTF8.GetBytes(line + "\n"));
        file.Flush(flushToDisk: true);
    }

    private void Read(string path, string study)
    {
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        int whole = bytes.AsSpan().LastIndexOf((byte)'\n') + 1;
        file.SetLength(whole);
        file.Seek(0, SeekOrigin.End);
        string[] lines = Encoding.UTF8.GetString(bytes, 0, whole).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length == 0)
        {
            Write(study);
            return;
        }

        if (lines[0] != study)
        {
            throw new UserErrorException($"{Path.GetDirectoryName(path)} holds another study: give another --out, or --fresh to delete that one and begin anew");
        }

        for (int i = 1; i < lines.Length; i++)
        {
            TrialResult result = Parse(lines[i]) ?? throw new UserErrorException($"{path} is damaged at line {i + 1}: delete that line, and its trial is done again");
            results[(result.Cell, result.Seed)] = result;
        }
    }

    private static TrialResult? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<TrialResult>(line, JsonSerializerOptions.Web);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
