using System.Globalization;

namespace DistTrain.Benchmarks.Profile;

/// <summary>CPU time of this process's threads, as Linux accounts for it.</summary>
internal static class ThreadTimes
{
    // The unit of /proc/PID/stat; 100 a second on every Linux of today (sysconf(_SC_CLK_TCK)).
    private const double TicksASecond = 100;

    /// <summary>Seconds by name and number of the thread.</summary>
    public static Dictionary<(string Name, int Thread), double> Now()
    {
        var times = new Dictionary<(string, int), double>();
        if (!OperatingSystem.IsLinux())
        {
            return times;
        }

        foreach (string task in Directory.EnumerateDirectories("/proc/self/task"))
        {
            try
            {
                string stat = File.ReadAllText(Path.Combine(task, "stat"));
                int open = stat.IndexOf('(');
                int close = stat.LastIndexOf(')');
                string[] fields = stat[(close + 2)..].Split(' ');
                double ticks = double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
                times[(stat[(open + 1)..close], int.Parse(Path.GetFileName(task)))] = ticks / TicksASecond;
            }
            catch (IOException)
            {
                // The thread ended while its line was being read.
            }
        }

        return times;
    }
}
