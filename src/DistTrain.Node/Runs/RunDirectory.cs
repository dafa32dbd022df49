using System.Globalization;
using DistTrain.Training;

namespace DistTrain.Node.Runs;

/// <summary>Where a run keeps what must survive it: spec, metrics, ledger, checkpoints and report.</summary>
public sealed class RunDirectory
{
    private RunDirectory(string path) => Path = path;

    public string Path { get; }

    public string Spec => In("spec.json");

    public string Metrics => In("metrics.jsonl");

    public string Ledger => In("ledger");

    public string Checkpoints => In("checkpoints");

    public string Report => In("report.md");

    public string Plot => In("loss-accuracy.png");

    public string Trace => TraceOf(Path);

    /// <summary>Whether or not there is a run.</summary>
    public static string TraceOf(string run) => System.IO.Path.Combine(run, "trace.json");

    /// <summary>Makes <c>parent/yyyyMMdd-HHmmss-name</c>, with a number behind it when that is taken.</summary>
    /// <exception cref="UserErrorException">It cannot be made.</exception>
    public static RunDirectory Create(string parent, string name, TimeProvider clock)
    {
        string stem = clock.GetLocalNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture) + "-" + name;
        return Try(parent, () =>
        {
            Directory.CreateDirectory(parent);
            for (int attempt = 1; ; attempt++)
            {
                string path = System.IO.Path.Combine(parent, attempt == 1 ? stem : $"{stem}-{attempt}");
                if (TryClaim(path))
                {
                    return new RunDirectory(path).Prepared();
                }
            }
        });
    }

    /// <summary>Makes exactly this directory, or takes it over if it is empty.</summary>
    /// <exception cref="UserErrorException">It holds something, or cannot be made.</exception>
    public static RunDirectory CreateAt(string path) => Try(path, () =>
    {
        if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new UserErrorException(File.Exists(System.IO.Path.Combine(path, "spec.json"))
                ? $"{path} holds a run already: go on with it by --resume {path}, or give another --run-dir"
                : $"{path} is not empty: give another --run-dir");
        }

        Directory.CreateDirectory(path);
        return new RunDirectory(path).Prepared();
    });

    /// <summary>Opens a run that exists, to go on with it or to look at it.</summary>
    /// <exception cref="UserErrorException">There is no run.</exception>
    public static RunDirectory Open(string path)
    {
        if (!Directory.Exists(path))
        {
            throw new UserErrorException($"{path} is no run directory: it does not exist");
        }

        var run = new RunDirectory(System.IO.Path.TrimEndingDirectorySeparator(path));
        return File.Exists(run.Spec) ? run : throw new UserErrorException($"{path} is no run directory: it holds no spec.json");
    }

    public override string ToString() => Path;

    /// <summary>Two processes may start in the same second: a file that only one of them can create says whose directory it is.</summary>
    private static bool TryClaim(string path)
    {
        if (Directory.Exists(path) || File.Exists(path))
        {
            return false;
        }

        string claim = path + ".claim";
        try
        {
            using (new FileStream(claim, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
            {
                if (Directory.Exists(path))
                {
                    return false;
                }

                Directory.CreateDirectory(path);
                return true;
            }
        }
        catch (IOException) when (File.Exists(claim) || Directory.Exists(path))
        {
            return false;
        }
    }

    private static RunDirectory Try(string path, Func<RunDirectory> make)
    {
        try
        {
            return make();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserErrorException($"cannot make the run directory {path}: {error.Message.ReplaceLineEndings(" ")}", error);
        }
    }

    private RunDirectory Prepared()
    {
        Directory.CreateDirectory(Checkpoints);
        return this;
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
