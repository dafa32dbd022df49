using System.Globalization;
using System.Runtime.InteropServices;

namespace DistTrain.ClusterTests.Fixture;

/// <summary>The processes of this machine, as /proc shows them, and a way to signal one of them.</summary>
internal static partial class ProcessTable
{
    public static void Send(int pid, Signal signal)
    {
        if (SendSignal(pid, (int)signal) != 0)
        {
            throw new InvalidOperationException($"Process {pid} could not be sent {signal}: errno {Marshal.GetLastPInvokeError()}.");
        }
    }

    /// <summary>Process numbers of the children of a process whose command line holds all of these arguments.</summary>
    public static IReadOnlyList<int> Children(int parent, params string[] arguments) =>
        [.. All().Where(pid => ParentOf(pid) == parent && arguments.All(CommandLineOf(pid).Contains))];

    /// <summary>Whether the process runs; one that ended and was not yet waited for does not.</summary>
    public static bool IsAlive(int pid) => Status(pid) is { State: not ('Z' or 'X') };

    /// <summary>How long the threads of a process that have this name ran.</summary>
    public static TimeSpan RunTime(int pid, string thread)
    {
        try
        {
            return TimeSpan.FromMicroseconds(Directory.EnumerateDirectories($"/proc/{pid}/task")
                .Where(task => File.ReadAllText($"{task}/comm").Trim() == thread)
                .Sum(task => long.Parse(File.ReadAllText($"{task}/schedstat").Split(' ')[0], CultureInfo.InvariantCulture)) / 1_000);
        }
        catch (IOException)
        {
            // It has ended.
            return TimeSpan.Zero;
        }
    }

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int pid) ? pid : 0)
        .Where(pid => pid > 0);

    private static int ParentOf(int pid) => Status(pid)?.Parent ?? 0;

    private static (char State, int Parent)? Status(int pid)
    {
        try
        {
            // The name stands in brackets and may hold anything, so count from the last one.
            string line = File.ReadAllText($"/proc/{pid}/stat");
            string[] fields = line[(line.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static string[] CommandLineOf(int pid)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid}/cmdline").Split('\0');
        }
        catch (IOException)
        {
            return [];
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
