using System.Globalization;
using DistTrain.Node.Plane.SharedMemory;

namespace DistTrain.Tests.Plane;

/// <summary>What this process has mapped of memory that links share.</summary>
internal static class SharedMappings
{
    /// <summary>Mappings for vectors of that length; 0 where there are none to be had.</summary>
    public static int OfVectors(int length)
    {
        if (!OperatingSystem.IsLinux())
        {
            return 0;
        }

        long pages = (new SlotLayout(length).Bytes + Environment.SystemPageSize - 1) / Environment.SystemPageSize;
        return File.ReadLines("/proc/self/maps")
            .Where(line => line.Contains("/memfd:disttrain-plane-", StringComparison.Ordinal))
            .Count(line => Size(line) == pages * Environment.SystemPageSize);
    }

    private static long Size(string line)
    {
        long[] ends = [.. line[..line.IndexOf(' ', StringComparison.Ordinal)].Split('-').Select(end => long.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        return ends[1] - ends[0];
    }
}
