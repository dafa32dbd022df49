using System.Globalization;

namespace DistTrain.Benchmarks.Measuring;

/// <summary>How much of the machine others took while something was measured: figures say little when it was much.</summary>
/// <param name="children">Numbers of the live child processes, which count as this program's own, with all that they have started.</param>
internal sealed class OtherLoad(IReadOnlyCollection<int> children)
{
    private readonly (double Busy, double Total, double Own) before = Now(children);

    /// <summary>Share of the machine's processors since this was made, 0 to 1; null where it cannot be told.</summary>
    public double? Since()
    {
        (double Busy, double Total, double Own) now = Now(children);
        (double busy, double total, double own) = (now.Busy - before.Busy, now.Total - before.Total, now.Own - before.Own);
        return total > 0 ? Math.Clamp((busy - own) / total, 0, 1) : null;
    }

    /// <summary>In the kernel's ticks.</summary>
    private static (double Busy, double Total, double Own) Now(IReadOnlyCollection<int> children)
    {
        if (!OperatingSystem.IsLinux())
        {
            return default;
        }

        // user nice system idle iowait irq softirq steal; what follows is counted in the first two already.
        double[] all = [.. Numbers(File.ReadLines("/proc/stat").First()["cpu".Length..]).Take(8)];
        double idle = all[3] + all[4];
        return (all.Sum() - idle, all.Sum(), Own("self") + WithAllBelow(children).Sum(process => Own($"{process}")));
    }

    /// <summary>These processes and all that they have started and that still live.</summary>
    private static HashSet<int> WithAllBelow(IReadOnlyCollection<int> processes)
    {
        HashSet<int> found = [.. processes];
        ILookup<string?, int> childrenOf = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out int process) ? process : 0)
            .Where(process => process > 0)
            .ToLookup(process => Stat($"{process}").ElementAtOrDefault(1));
        var open = new Queue<int>(processes);
        while (open.TryDequeue(out int process))
        {
            foreach (int child in childrenOf[$"{process}"].Where(found.Add))
            {
                open.Enqueue(child);
            }
        }

        return found;
    }

    /// <summary>Of a process and of those of its children that have ended; 0 if it has ended itself.</summary>
    private static double Own(string process) => Stat(process).Skip(11).Take(4).Sum(Number);

    /// <summary>The fields of <c>/proc/PID/stat</c> from the state on, the parent second; none if the process has ended.</summary>
    private static string[] Stat(string process)
    {
        try
        {
            string stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static IEnumerable<double> Numbers(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
