using System.Diagnostics;

namespace DistTrain.Benchmarks.Measuring;

/// <summary>Starts this program again, as a child that is talked to over its standard input and output.</summary>
internal static class ThisProgram
{
    public static Process Start(IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(ThisProgram).Assembly.Location);
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
