using System.Globalization;

namespace DistTrain.Benchmarks.Measuring;

/// <summary>How much of the machine others took while something was measured: figures say little when it was much.</summary>
/// <param name="children">Numbers of the live child processes, which count as this program's own.</param>
internal sealed class OtherLoad(IReadOnlyCollection<int> children)
{
    private (double Busy, double Total, double Own) before = Now(children);

    /// <summary>Share of the machine's processors since the last call, 0 to 1; null where it cannot be told.</summary>
    public double? Since()
    {
        (double Busy, double Total, double Own) now = Now(children);
        (double busy, double total, double own) = (now.Busy - before.Busy, now.Total - before.Total, now.Own - before.Own);
        before = now;
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
        return (all.Sum() - idle, all.Sum(), Own("self") + children.Sum(child => Own(child.ToString(CultureInfo.InvariantCulture))));
    }

    /// <summary>Of a process and of those of its children that have ended.</summary>
    private static double Own(string process)
    {
        string stat = File.ReadAllText($"/proc/{process}/stat");
        return stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[11..15].Sum(Number);
    }

    private static IEnumerable<double> Numbers(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Number);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
