using System.Globalization;

namespace DistTrain.Benchmarks.Profile;

/// <summary>CPU time of this process's threads, as Linux accounts for it.</summary>
internal static class ThreadTimes
{
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
                // Its first number: nanoseconds on a core.
                string time = File.ReadAllText(Path.Combine(task, "schedstat")).Split(' ')[0];
                string name = File.ReadAllText(Path.Combine(task, "comm")).TrimEnd();
                times[(name, int.Parse(Path.GetFileName(task)))] = long.Parse(time, CultureInfo.InvariantCulture) / 1e9;
            }
            catch (IOException)
            {
                // The thread ended while its line was being read.
            }
        }

        return times;
    }
}
